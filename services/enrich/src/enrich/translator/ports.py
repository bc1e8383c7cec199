"""What the translator needs from outside: engines, a memory of sentences, a place for work that waits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from enrich.translator.sentence import Keep, Sentence
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic


class Pair(NamedTuple):
    """From which language into which, by primary subtag."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.source}->{self.target}"


class EngineAway(Exception):
    """The engine gives no answer now; later it may. `hung` when it kept us waiting the whole time."""

    def __init__(self, reason: str, *, hung: bool = False) -> None:
        super().__init__(reason)
        self.hung = hung


class BadAnswer(Exception):
    """The engine answers, but not with a translation. The message says with what, and never quotes it."""


class PairNotServed(Exception):
    """The engine does not translate this pair; asking again will not help. The message names the fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One answer of an engine as it came: markup of ours inside, and how many words it did not know."""

    html: str
    unknown_words: int = 0


class Engine(Protocol):
    """One way of translating. Raises EngineAway, BadAnswer or PairNotServed, nothing else."""

    @property
    def name(self) -> str: ...

    @property
    def keep(self) -> Keep:
        """How it is told what to leave as it is."""
        ...

    @property
    def has_markup(self) -> bool:
        """Whether inline tags pass through it; else it gets plain text."""
        ...

    @property
    def leaves_the_house(self) -> bool:
        """Whether texts are sent to somebody else's machine: then no article under embargo is."""
        ...

    def supposed(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        """Which of these pairs it is taken to serve as long as it has not answered."""
        ...

    async def served(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        """Which of these pairs it says that it serves."""
        ...

    async def version(self, pair: Pair) -> str:
        """Version of engine and model: another one makes remembered sentences count no more."""
        ...

    async def translate(self, pair: Pair, sentences: Sequence[str]) -> Sequence[Rendered]:
        """An answer for each sentence, in their order."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Remembered(Protocol):
    """A sentence as it was translated before."""

    @property
    def html(self) -> str: ...
    @property
    def unknown_words(self) -> int: ...


class Memory(Protocol):
    """Translated sentences by key. What an editor gave has keys of its own: no engine writes there."""

    async def recall(self, keys: Sequence[str]) -> Mapping[str, Remembered]: ...

    async def keep(self, sentences: Mapping[str, Remembered], *, engine: str, article_id: str) -> None: ...

    async def use(self, keys: Sequence[str], *, article_id: str) -> None:
        """An article has these sentences too: a kill of another one must not take them away."""
        ...


class WaitingJob(Protocol):
    """A translation that is to be tried again. `request` is the event's JSON."""

    @property
    def job_id(self) -> str: ...
    @property
    def request(self) -> bytes: ...
    @property
    def target(self) -> str: ...
    @property
    def since(self) -> datetime: ...
    @property
    def attempts(self) -> int: ...
    @property
    def bad_answers(self) -> int: ...
    @property
    def traceparent(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A translation as it is kept for another attempt at the time `due`, and why it waits.

    `held` says that it waits for that time, as for the end of an embargo, and not for an engine.
    `traceparent` is the trace that it was asked for in.
    """

    job_id: str
    article_id: str
    revision: int
    pair: str
    target: str
    request: bytes
    since: datetime
    due: datetime
    attempts: int
    bad_answers: int
    reason: str
    held: bool
    traceparent: str | None = None


class Waiting(Protocol):
    """Translations that wait for an engine: durable, shared by all processes, each tried by one at a time."""

    async def park(self, job: Parked) -> None:
        """Keep a job that was tried once; put off one tried before, unless it was dropped meanwhile."""
        ...

    async def claim(self, now: datetime, *, until: datetime, limit: int) -> Sequence[WaitingJob]:
        """Jobs that are due; nobody else gets them before `until`."""
        ...

    async def done(self, job_id: str) -> None: ...

    async def supersede(self, article_id: str, *, below: int) -> None:
        """Drop the jobs of older revisions."""
        ...

    async def hasten(self, pair: str, now: datetime) -> None:
        """The pair is served again: what waits for it is due now."""
        ...

    async def count(self) -> int: ...


class Tombs(Protocol):
    """Of a killed article nothing is translated, and nothing kept."""

    async def killed(self, article_ids: Sequence[str]) -> frozenset[str]: ...

    async def forget(self, article_ids: Sequence[str]) -> None: ...


class Publisher(Protocol):
    """Writes events to Kafka."""

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None: ...


class Clock(Protocol):
    """Tells the time in UTC."""

    def now(self) -> datetime: ...


class Meter(Protocol):
    """Counts what was done; `origin` of a sentence is the memory, an editor, an engine or the original."""

    def translation(self, status: str) -> None: ...

    def sentences(self, origin: str, count: int) -> None: ...

    def engine_failed(self, engine: str, kind: str) -> None: ...

    def engine_took(self, engine: str, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is kept of a sentence."""

    html: str
    unknown_words: int = 0


def plain(sentences: Iterable[Sentence]) -> str:
    """Their texts, a line each."""
    return "\n".join(sentence.text for sentence in sentences)
