"""Stand-ins for the translator's outside, named by how they behave, and a desk to work at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from enrich.translator.article import ArticleTranslator
from enrich.translator.asking import Asker
from enrich.translator.board import Board
from enrich.translator.ports import Engine, Entry, Pair, Parked, Remembered, Rendered
from enrich.translator.requests import TranslateRequests
from enrich.translator.sentence import NOTHING, Keep
from newsloom_schemas.events import ArticleTranslatedV1, TranslationRequestedV2
from newsloom_schemas.identity import event_id
from tests import factories
from tests.unit.enrich.fakes import RecordingPublisher

EN_ES = Pair("en", "es")
WORDS = {
    "the": "el", "of": "de", "and": "y", "was": "fue", "in": "en", "on": "sobre", "a": "una", "to": "para",
    "that": "que", "with": "con", "said": "dijo", "bridge": "puente", "harbour": "puerto", "old": "viejo",
    "is": "es", "over": "sobre", "new": "nuevo", "after": "después", "two": "dos", "years": "años",
}  # fmt: skip


def word_by_word(html: str) -> str:
    """Poor Spanish, but Spanish: function words translated, markup and digits kept."""
    pieces = html.replace("<", " <").replace(">", "> ").split()
    return " ".join(WORDS.get(piece.lower(), piece) for piece in pieces)


@dataclass
class ScriptedEngine:
    """Answers by a function that is given the sentence; an exception that it raises is the engine's."""

    name: str = "scripted"
    answer: Callable[[str], str] = word_by_word
    model: str = "1"
    keep: Keep = NOTHING
    has_markup: bool = True
    leaves_the_house: bool = False
    pairs: frozenset[Pair] = frozenset({EN_ES})
    asked: list[str] = field(default_factory=list)

    def supposed(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        return frozenset(wanted) & self.pairs

    async def served(self, wanted: Iterable[Pair]) -> frozenset[Pair]:
        return self.supposed(wanted)

    async def version(self, pair: Pair) -> str:
        return self.model

    async def translate(self, pair: Pair, sentences: Sequence[str]) -> Sequence[Rendered]:
        self.asked += sentences
        return [Rendered(html=self.answer(sentence)) for sentence in sentences]

    async def close(self) -> None: ...


class DictMemory:
    """Remembers until the test is over."""

    def __init__(self) -> None:
        self.sentences: dict[str, Remembered] = {}
        self.articles: dict[str, set[str]] = {}

    async def recall(self, keys: Sequence[str]) -> Mapping[str, Remembered]:
        return {key: self.sentences[key] for key in keys if key in self.sentences}

    async def keep(self, sentences: Mapping[str, Remembered], *, engine: str, article_id: str) -> None:
        self.sentences = {**sentences, **self.sentences}
        for key in sentences:
            self.articles.setdefault(key, set())
        await self.use(list(sentences), article_id=article_id)

    async def use(self, keys: Sequence[str], *, article_id: str) -> None:
        for key in keys:
            if key in self.articles:
                self.articles[key].add(article_id)

    async def forget(self, article_ids: Sequence[str]) -> None:
        for key, articles in list(self.articles.items()):
            articles -= set(article_ids)
            if not articles:
                del self.articles[key], self.sentences[key]

    async def teach(self, sentences: Mapping[str, str], *, by: str) -> None:
        self.sentences |= {key: Entry(html=html) for key, html in sentences.items()}


class ListWaiting:
    """Jobs in a dictionary."""

    def __init__(self) -> None:
        self.jobs: dict[str, Parked] = {}
        self._claimed: set[str] = set()

    async def park(self, job: Parked) -> None:
        self._claimed.discard(job.job_id)
        if job.attempts > 1 and job.job_id not in self.jobs:
            return
        self.jobs[job.job_id] = job

    async def claim(self, now: datetime, *, until: datetime, limit: int) -> Sequence[Parked]:
        due = sorted((job for job in self.jobs.values() if job.due <= now), key=lambda job: job.due)[:limit]
        for job in due:
            self.jobs[job.job_id] = replace(job, due=until)
            self._claimed.add(job.job_id)
        return due

    async def done(self, job_id: str) -> None:
        self.jobs.pop(job_id, None)

    async def supersede(self, article_id: str, *, below: int) -> None:
        self.jobs = {
            key: job
            for key, job in self.jobs.items()
            if job.article_id != article_id or job.revision >= below
        }

    async def forget(self, article_ids: Sequence[str]) -> None:
        self.jobs = {key: job for key, job in self.jobs.items() if job.article_id not in article_ids}

    async def hasten(self, pair: str, now: datetime) -> None:
        for key, job in self.jobs.items():
            if job.pair == pair and not job.held and key not in self._claimed:
                self.jobs[key] = replace(job, due=min(job.due, now))

    async def count(self) -> int:
        return len(self.jobs)


@dataclass
class SetTombs:
    """The articles that a test has killed."""

    memory: DictMemory
    waiting: ListWaiting
    dead: set[str] = field(default_factory=set)

    async def killed(self, article_ids: Sequence[str]) -> frozenset[str]:
        return frozenset(self.dead & set(article_ids))

    async def forget(self, article_ids: Sequence[str]) -> None:
        await self.waiting.forget(article_ids)
        await self.memory.forget(article_ids)


@dataclass
class HeldClock:
    """Both clocks of the translator, moved by the test alone."""

    moment: datetime = factories.MOMENT
    seconds: float = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def pass_(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


class CountingMeter:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.origins: dict[str, int] = {}
        self.failures: list[tuple[str, str]] = []

    def translation(self, status: str) -> None:
        self.told.append(status)

    def sentences(self, origin: str, count: int) -> None:
        self.origins[origin] = self.origins.get(origin, 0) + count

    def engine_failed(self, engine: str, kind: str) -> None:
        self.failures.append((engine, kind))

    def engine_took(self, engine: str, seconds: float) -> None: ...


class Desk:
    """The translator with everything around it in memory."""

    def __init__(self, *engines: Engine, give_up_after: float = 3600, **options: Any) -> None:
        self.clock = HeldClock()
        self.memory, self.waiting, self.meter = DictMemory(), ListWaiting(), CountingMeter()
        self.tombs = SetTombs(self.memory, self.waiting)
        self.publisher = RecordingPublisher()
        candidates = options.pop("candidates", [EN_ES])
        self.board = Board(engines, candidates, clock=self.clock.monotonic, order=options.pop("order", None))
        self.asker = Asker(self.board, self.memory, self.meter, at_once=4)
        self.translator = ArticleTranslator(
            self.board,
            self.asker,
            self.clock,
            max_chars=options.pop("max_chars", 100_000),
            drafts=options.pop("drafts", ()),
        )
        self.requests = TranslateRequests(
            self.translator,
            self.waiting,
            self.tombs,
            self.publisher,
            self.clock,
            self.meter,
            give_up_after=timedelta(seconds=give_up_after),
        )

    @property
    def told(self) -> list[ArticleTranslatedV1]:
        events = [event for batch in self.publisher.batches for _, event in batch]
        return [event for event in events if isinstance(event, ArticleTranslatedV1)]


def requested(
    external_id: str = "story",
    revision: int = 1,
    *,
    targets: tuple[str, ...] = ("es",),
    names: tuple[str, ...] = (),
    **content: Any,
) -> TranslationRequestedV2:
    """A request for an article in English."""
    of = factories.submitted(external_id, revision, **content)
    return TranslationRequestedV2(
        event_id=event_id(of.article_id, revision, TranslationRequestedV2.EVENT_TYPE, of.event_id),
        article_id=of.article_id,
        source=of.source,
        external_id=of.external_id,
        submission_event_id=of.event_id,
        revision=revision,
        language=of.content.language or "und",
        targets=targets,
        content=of.content,
        names=names,
    )
