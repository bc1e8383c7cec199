"""What must be true at the end, from what was asked: computed without any code of the system's own."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from newsloom_runtime.records import RawRecord
from newsloom_schemas import identity
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.base import Event
from newsloom_schemas.codec import decode_record
from newsloom_schemas.enrichment import EditorTags
from newsloom_schemas.envelope import UndecodableEvent
from newsloom_schemas.events import ArticleEnrichedV2, ArticleKilledV1, ArticleSubmittedV2, TagsEditedV1
from tests.oracle.collectors import Dump, Told
from tests.oracle.record import Asked

ORIGINAL = "original-"
MAX_TOPIC_FEEDS = 8


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A check that failed, with the smallest thing that shows it: ids, places in the log, markers."""

    check: str
    what: str
    witness: str

    def __str__(self) -> str:
        return f"{self.check}: {self.what} [{self.witness}]"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something asked that has happened: its event lies in articles-submitted."""

    asked: Asked
    told: Told

    @property
    def event(self) -> Event:
        return self.told.event

    @property
    def number(self) -> int:
        return self.asked.operation.revision


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A dead letter: where the record came from, why, and the event inside when there is one."""

    place: str
    topic: str
    partition: int
    offset: int
    value: bytes | None
    reason: str
    message: str
    event: Event | None


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What one article must have become."""

    article_id: str
    killed: bool
    submits: tuple[Fact, ...]
    edit: Fact | None

    @property
    def top(self) -> int | None:
        """The highest revision."""
        return max((fact.number for fact in self.submits), default=None)

    @property
    def candidates(self) -> Mapping[str, Fact]:
        """By event id, what may stand in the highest revision: two or more only after a conflict."""
        return {fact.event.event_id: fact for fact in self.submits if fact.number == self.top}


class Facts:
    """What has happened, and what follows from it."""

    def __init__(self, dump: Dump) -> None:
        self.dump = dump

    @cached_property
    def in_log(self) -> Mapping[str, Told]:
        """The first record of each event id in articles-submitted."""
        found: dict[str, Told] = {}
        for told in self.dump.submitted:
            found.setdefault(told.event.event_id, told)
        return found

    @cached_property
    def _of_request(self) -> Mapping[tuple[str, str, int, str], Told]:
        return {_request_of(told.event): told for told in self.in_log.values()}

    def told_of(self, asked: Asked) -> Told | None:
        """The event that a request has become, also when its answer was never heard."""
        operation = asked.operation
        request = (operation.kind, asked.article_id, operation.revision, operation.marker)
        return self._of_request.get(request)

    @cached_property
    def all(self) -> tuple[Fact, ...]:
        """Everything effective that was asked and has happened; the same request counts each time."""
        told = ((asked, self.told_of(asked)) for asked in self.dump.ledger.effective)
        return tuple(Fact(asked=asked, told=each) for asked, each in told if each is not None)

    @cached_property
    def markers(self) -> frozenset[str]:
        """The markers that may be seen at all."""
        return frozenset(fact.asked.operation.marker for fact in self.all)

    @cached_property
    def expected(self) -> Mapping[str, Expected]:
        """By article id."""
        found: dict[str, list[Fact]] = {}
        for fact in self.all:
            found.setdefault(fact.asked.article_id, []).append(fact)
        return {article_id: _expected(article_id, facts) for article_id, facts in found.items()}

    @cached_property
    def revisions(self) -> Mapping[tuple[str, int], set[str]]:
        """The event ids that were submitted under a revision of an article."""
        found: dict[tuple[str, int], set[str]] = {}
        for fact in self.all:
            if isinstance(fact.event, ArticleSubmittedV2):
                found.setdefault((fact.asked.article_id, fact.number), set()).add(fact.event.event_id)
        return found

    @cached_property
    def letters(self) -> tuple[Letter, ...]:
        """All dead letters of the run's time."""
        topics = (name for name in self.dump.topics if name.endswith("-dlq"))
        return tuple(
            letter
            for name in topics
            for record in self.dump.topics[name]
            if (letter := _letter(record)) is not None
        )

    @cached_property
    def dead(self) -> Mapping[str, Letter]:
        """A dead letter by the submission's event id that lies in it."""
        return {identifying(letter.event): letter for letter in self.letters if letter.event is not None}

    def counted(self) -> Counter[str]:
        """How many there are of what the report names, apart from outcomes."""
        of_version_1 = sum(fact.asked.operation.old for fact in self.all)
        return Counter(
            {
                "submitted": len(self.all),
                "duplicates": len(self.all) - len(self.in_log),
                "of-version-1": of_version_1,
            }
        )


def _request_of(event: Event) -> tuple[str, str, int, str]:
    """What was asked, told from the event. Its marker is the last word of the headline or tag."""
    match event:
        case ArticleSubmittedV2():
            return "submit", event.article_id, event.revision, event.content.headline.split()[-1]
        case TagsEditedV1():
            return "tags", event.article_id, event.tags.edit, event.tags.added[0].label.split()[-1]
    return "kill", event.subject, 0, ""


def _expected(article_id: str, facts: list[Fact]) -> Expected:
    edits = [fact for fact in facts if isinstance(fact.event, TagsEditedV1)]
    return Expected(
        article_id=article_id,
        killed=any(isinstance(fact.event, ArticleKilledV1) for fact in facts),
        submits=tuple(fact for fact in facts if isinstance(fact.event, ArticleSubmittedV2)),
        edit=max(edits, key=lambda fact: fact.number, default=None),
    )


def _letter(record: RawRecord) -> Letter | None:
    """The dead letter in a record; None for other things that stand in the topic, such as resolutions."""
    report = {name: value.decode() for name, value in record.headers if name.startswith("dlq_") and value}
    if not {"dlq_topic", "dlq_partition", "dlq_offset", "dlq_error"} <= set(report):
        return None
    own = [
        (name.removeprefix(ORIGINAL), value) for name, value in record.headers if name.startswith(ORIGINAL)
    ]
    try:
        event: Event | None = decode_record(record.key, record.value, own)
    except UndecodableEvent:
        event = None
    return Letter(
        place=f"{record.topic}/{record.partition}/{record.offset}",
        topic=report["dlq_topic"],
        partition=int(report["dlq_partition"]),
        offset=int(report["dlq_offset"]),
        value=record.value,
        reason=report["dlq_error"],
        message=report.get("dlq_message", ""),
        event=event,
    )


def identifying(event: Event) -> str:
    """The id that stays the same from the submission to the enriched event."""
    return event.submission_event_id if isinstance(event, ArticleEnrichedV2) else event.event_id


def expected_feeds(content: ArticleContent, source: str, edited: EditorTags | None) -> frozenset[str]:
    """The feeds of an article without machine tags, as ARCHITECTURE and the contract name them."""
    section = {identity.section_feed(content.section)} if content.section else set()
    added = edited.added if edited is not None else ()
    subjects = sorted(
        (tag for tag in added if tag.role == "subject" and tag.id is not None),
        key=lambda tag: (tag.kind != "subject", -tag.confidence, tag.id or ""),
    )
    topics = [feed for tag in subjects if tag.id and (feed := identity.topic_feed(tag.id)) is not None]
    language = identity.language_feed(content.language or "und")
    return frozenset(
        {identity.FEED_ALL, identity.source_feed(source), language, *section, *topics[:MAX_TOPIC_FEEDS]}
    )
