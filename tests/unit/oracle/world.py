"""A small run that went well, without servers, so that a test can make one thing of it wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from newsloom_runtime.records import RawRecord
from newsloom_schemas import identity
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    TOPICS,
)
from newsloom_schemas.codec import encode
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.enrichment import EditorTags, Tag
from newsloom_schemas.events import FeedUpdatedV1, TagsEditedV1
from newsloom_store.codec import to_raw
from publish.feeds import emissions_for
from publish.lift import lift
from publish.publish import fold
from tests import factories
from tests.oracle.checks import violations
from tests.oracle.checks_facts import Facts, Violation
from tests.oracle.collectors import Dump
from tests.oracle.collectors_http import Frame, Gone, Sighting
from tests.oracle.collectors_log import CommitSnapshot
from tests.oracle.collectors_store import Documents
from tests.oracle.generator import Operation, marker
from tests.oracle.record import Asked, Ledger, Poisoned

SOURCE = "oracle-unit-a"
URL = "https://news.example"
START = datetime(2026, 11, 5, 12, tzinfo=UTC)
STEP = timedelta(milliseconds=100)


@dataclass
class World:
    """Everything happens at once: what is asked is in the log, stored and told before the next is asked."""

    topics: dict[str, list[RawRecord]] = field(default_factory=lambda: {t.name: [] for t in TOPICS})
    documents: dict[str, StoredArticleV3] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    poisoned: list[Poisoned] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    gone: dict[str, Gone] = field(default_factory=dict)
    now: datetime = START

    # --- what clients do ---

    def submit(
        self, story: str, revision: int, *, variant: int = 0, section: str = "City", **fields: Any
    ) -> str:
        """A revision is accepted and goes all the way; its marker."""
        word = marker("unit", story, revision, variant)
        operation = self._operation("submit", story, revision=revision, variant=variant, marker=word)
        content = {"headline": f"Council votes on item {word}", "section": section, **fields}
        event = factories.submitted(story, revision, source=SOURCE, **content)
        until = fields.get("embargo_until")
        self._accept(operation, event, until.timestamp() if until else None)
        enriched = factories.enriched(event)
        self.append(ARTICLES_ENRICHED.name, enriched)
        self.publish(enriched)
        return word

    def edit(self, story: str, number: int) -> str:
        """An editor's tags are accepted and go all the way; their marker."""
        word = marker("unit", story, "tags", number)
        label = f"Topic {word}"
        tag = Tag(kind="subject", label=label, id="oracle:1", confidence=1, basis="editor", method="editor")
        article_id = identity.article_id(SOURCE, story)
        event = TagsEditedV1(
            event_id=identity.event_id(article_id, number, TagsEditedV1.EVENT_TYPE, label),
            article_id=article_id,
            source=SOURCE,
            external_id=story,
            tags=EditorTags(edit=number, added=(tag,)),
            edited_at=self.now,
        )
        self._accept(self._operation("tags", story, revision=number, marker=word), event)
        self._pass_on(event)
        return word

    def kill(self, story: str) -> str:
        """A kill is accepted and goes all the way; the article's id."""
        event = factories.killed(story, source=SOURCE)
        self._accept(self._operation("kill", story), event)
        self._pass_on(event)
        self.gone.setdefault(event.article_id, Gone(since=self.now.timestamp()))
        return event.article_id

    def poison(self) -> None:
        """A poison record lies in articles-enriched, and as a dead letter of publish."""
        record = self._append_raw(ARTICLES_ENRICHED.name, b"k", b"no event", ())
        self.poisoned.append(
            Poisoned(
                topic=record.topic,
                partition=0,
                offset=record.offset,
                at=self.now.timestamp(),
                form="no-json",
            )
        )
        self.dead_letter(record)

    def dead_letter(self, record: RawRecord, reason: str = "not-json") -> None:
        """A record goes to publish's dead letters."""
        report = {
            "dlq_topic": record.topic,
            "dlq_partition": str(record.partition),
            "dlq_offset": str(record.offset),
            "dlq_error": reason,
        }
        headers = [(name, value.encode()) for name, value in report.items()]
        own = [("original-" + name, value) for name, value in record.headers]
        self._append_raw("publish-dlq", record.key, record.value, (*headers, *own))

    def lift(self, story: str) -> None:
        """The embargo of a story ends and that is told."""
        stored = self.documents[identity.article_id(SOURCE, story)]
        assert stored.withheld_until is not None
        self.now = stored.withheld_until + STEP
        lifted = lift(stored, now=self.now)
        assert lifted is not None
        self.documents[stored.article_id] = lifted.document.model_copy(update={"untold_since": None})
        self.tell(self.documents[stored.article_id])

    # --- what the system does ---

    def publish(self, event: Event) -> None:
        """Decided against what is stored, stored, told."""
        result = fold(self.documents.get(event.subject), [event], self.now)
        if result.changed:
            self.documents[event.subject] = result.document
        if result.tells:
            self.tell(result.document)

    def tell(self, document: StoredArticleV3) -> None:
        for topic, event in emissions_for(document, URL):
            self.append(topic.name, event)
            if isinstance(event, FeedUpdatedV1) and event.feed_id == "all":
                self.frames.append(self._frame(event))

    def append(self, topic: str, event: Event) -> RawRecord:
        """An event as the last record of a topic."""
        record = encode(event, source="/unit", time=self.now)
        return self._append_raw(topic, record.key, record.value, record.headers)

    # --- what is left ---

    def dump(self, **changes: Any) -> Dump:
        """What collectors would have found."""
        raw = {key: repr(to_raw(document)).encode() for key, document in self.documents.items()}
        found = Dump(
            sources=(SOURCE,),
            ledger=Ledger(asked=tuple(self.asked), poisoned=tuple(self.poisoned)),
            topics={name: tuple(records) for name, records in self.topics.items()},
            documents=Documents(models=dict(self.documents), raw=raw),
            commits=(self.snapshot(),),
            frames={"all": tuple(self.frames)},
            gone=dict(self.gone),
        )
        return replace(found, **changes)

    def snapshot(self) -> CommitSnapshot:
        """Everything is committed."""
        ends = {(name, 0): len(records) for name, records in self.topics.items()}
        return CommitSnapshot(committed={"enrich": ends, "publish": ends}, ends=ends)

    def _operation(self, kind: Any, story: str, **fields: Any) -> Operation:
        number = len(self.asked) + 1
        return Operation(number=number, kind=kind, source=SOURCE, external_id=story, **fields)

    def _accept(self, operation: Operation, event: Event, until: float | None = None) -> None:
        self.now += STEP
        at = self.now.timestamp()
        self.asked.append(
            Asked(
                operation=operation,
                embargo_until=until,
                sent_at=[at],
                answers=[(at, "ok", 202)],
                event_id=event.event_id,
            )
        )
        self.append(ARTICLES_SUBMITTED.name, event)

    def _pass_on(self, event: Event) -> None:
        self.append(ARTICLES_ENRICHED.name, event)
        self.publish(event)

    def _append_raw(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        headers: tuple[tuple[str, bytes | None], ...],
    ) -> RawRecord:
        record = RawRecord(
            topic=topic,
            partition=0,
            offset=len(self.topics[topic]),
            timestamp_ms=int(self.now.timestamp() * 1000),
            key=key,
            value=value,
            headers=headers,
        )
        self.topics[topic].append(record)
        return record

    def _frame(self, event: FeedUpdatedV1) -> Frame:
        return Frame(
            received_at=self.now.timestamp(),
            event_id=f"0:{len(self.topics[FEED_UPDATES.name])}",
            action=event.action,
            feed_id=event.feed_id,
            article_id=event.article_id,
            document_version=event.document_version,
            headline=event.entry.headline if event.entry else None,
        )


def lived() -> World:
    """A world in which everything happened once."""
    world = World()
    world.submit("plain", 1)
    for number, section in ((1, "City"), (2, "Sport"), (3, "Culture")):
        world.submit("corrected", number, section=section)
    world.submit("late", 2)
    world.submit("late", 1)
    world.edit("edited", 1)
    world.submit("edited", 1)
    world.edit("edited", 2)
    world.submit("doomed", 1)
    world.edit("doomed", 1)
    world.kill("doomed")
    world.submit("doomed", 2)
    world.kill("unborn")
    world.submit("twice", 1)
    world.submit("twice", 1)
    world.poison()
    world.submit("held", 1, embargo_until=world.now + timedelta(seconds=3))
    world.lift("held")
    return world


def found(dump: Dump) -> list[Violation]:
    return violations(Facts(dump))


def kinds(dump: Dump) -> set[str]:
    """The checks that found something."""
    return {violation.check for violation in found(dump)}


def sighting(word: str, *, surface: str = "http", at: datetime, asked: datetime | None = None) -> Sighting:
    """That a marker was seen."""
    seen = at.timestamp()
    return Sighting(
        surface=surface,
        marker=word,
        first_at=seen,
        last_asked=asked.timestamp() if asked else seen,
        where="somewhere",
    )


def without(records: tuple[RawRecord, ...], drop: Callable[[RawRecord], bool]) -> tuple[RawRecord, ...]:
    """Records but those; offsets stay, as after a loss."""
    return tuple(record for record in records if not drop(record))
