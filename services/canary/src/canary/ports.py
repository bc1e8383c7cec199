"""What a round needs from outside: the public API, as any client sees it, and somebody who keeps count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from canary.article import CanaryArticle

Step = Literal["submit", "read", "feed", "live", "update", "update_live", "kill", "hidden"]
Outcome = Literal["ok", "late", "wrong", "failed"]


class Unanswered(Exception):
    """There was no usable answer: none in time, or one that says to ask again. The text tells which."""


class Refused(Exception):
    """The answer says no, and it would say so again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An article as the read API shows it."""

    external_id: str
    revision: int
    headline: str
    version: int


# `absent`: not there, or not yet; `gone`: withdrawn, for ever.
Sight = Shown | Literal["absent", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a live feed said about an article; no headline when it took the article away."""

    version: int
    headline: str | None


class Newsroom(Protocol):
    """The way in. Both methods return when the deed is accepted, and raise Unanswered or Refused."""

    async def submit(self, canary: CanaryArticle, revision: int) -> None: ...

    async def kill(self, external_id: str) -> None: ...


class Reader(Protocol):
    """The way out. Both methods raise Unanswered."""

    async def article(self, article_id: str) -> Sight: ...

    async def feed(self, feed_id: str) -> Mapping[str, str]:
        """The headlines of the newest articles of a feed, by article id."""


class LiveFeed(Protocol):
    """The feed of canaries as it is told live."""

    def told(self, article_id: str) -> Sequence[Told]:
        """Everything that was told about an article, in order."""


class Tally(Protocol):
    """Who keeps count."""

    def step(self, step: Step, outcome: Outcome, seconds: float | None) -> None:
        """A step has come to its end, `seconds` after the accept that it follows when its effect was seen."""

    def round(self, outcome: Outcome) -> None:
        """A round has come to its end."""

    def published(self) -> None:
        """A canary was seen published now."""
