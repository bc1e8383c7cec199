"""What a dialect is: an address, media types, and a pure function to the forms that ingest accepts."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from ingest.fetching.port import Fetched, Fetcher
from ingest.outcome import Ignored, Outcome
from ingest.receipt import answer_one
from ingest.refusal import Refused
from ingest.reply import Reply
from ingest.source_profile import SourceProfile
from newsloom_schemas.submission import Submission

NO_PROFILE = SourceProfile()
INLINE_BYTES = 20_000  # parsing more would hold the event loop too long
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """The source takes an article back for ever."""

    external_id: str
    reason: str | None = None


Deed = Submission | Withdrawal


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A submission made of another document. `places` leads from a JSON Pointer into the submission to the
    one into that document, so that whoever sent it reads of fields that they know."""

    submission: Submission
    places: Mapping[str, str]


Said = Deed | Placed | Ignored | Refused
"""What a delivery says, part by part. A Refused stands for a part that a partial dialect cannot read."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What arrived: the raw body and what stands beside it.

    `options` is the query of the address, `media_type` bare and in lower case, `headers` by lower-case name.
    `received_at` is ingest's clock: what relative times on a page are counted from when nothing better is
    said. It never orders anything. `fetched` is what was read of the sender's site, if any.
    """

    body: bytes
    options: Mapping[str, str] = field(default_factory=dict)
    media_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    received_at: datetime = _LONG_AGO
    profile: SourceProfile = NO_PROFILE
    fetched: Fetched | None = None


class Proof(Protocol):
    """How a tool without a key shows that the source sent this. Raises `unproven`."""

    def __call__(self, delivery: Delivery, *, now: datetime) -> None: ...


def unproven() -> Refused:
    """What every hook answers to whatever it cannot believe: it tells nobody how far they came."""
    return Refused(
        "unauthorized",
        "register the source with the tool's secret, and sign the raw body with it, at most five minutes ago",
    )


Fetch = Callable[[Delivery, Fetcher], Awaitable[Delivery]]
Answer = Callable[[Sequence[Outcome], str], Reply]
"""From the outcomes of a delivery and the public address of feeds to what the tool expects to hear."""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One form of delivery. `read` raises Refused and nothing else; `options` says what each means.

    Without a `proof` the sender shows a key. With one, `path` holds `{source}`, and whoever proves that the
    source sent it speaks for that source alone. `fetch` adds to a delivery that is only a hint what the site
    itself says of it, before it is read; it raises Refused, FetchRefused or FetchFailed.

    One part that is refused refuses the delivery, and nothing of it is on the log; with `partial` each part
    is judged alone, and its refusal stands among the outcomes.
    """

    name: str
    path: str
    media_types: tuple[str, ...]
    summary: str
    description: str
    example: str
    read: Callable[[Delivery], Sequence[Said]]
    options: Mapping[str, str] = field(default_factory=dict)
    model: type[Submission] | None = None
    proof: Proof | None = None
    fetch: Fetch | None = None
    answer: Answer = answer_one
    partial: bool = False
    inline_bytes: int = INLINE_BYTES
