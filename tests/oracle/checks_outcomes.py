"""I1: whatever was answered 2xx has exactly one outcome. I6: nothing is committed before it has one."""

from collections import Counter
from collections.abc import Iterator

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, ARTICLES_SUBMITTED
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import (
    ArticleEnrichedV2,
    ArticleKilledV1,
    ArticlePublishedV2,
    ArticleWithheldV1,
    TagsEditedV1,
)
from tests.oracle.checks_facts import Fact, Facts, Violation, identifying
from tests.oracle.collectors import Dump, Told
from tests.oracle.collectors_log import CommitSnapshot, Offsets
from tests.oracle.generator_bad import BAD_REQUESTS
from tests.oracle.record import Asked

LOST = "lost"


def i1_one_outcome(facts: Facts) -> Iterator[Violation]:
    """Nothing accepted is lost, nothing has two outcomes, nothing comes from nowhere."""
    yield from _accepted_is_durable(facts)
    for fact in facts.all:
        if (outcome := outcome_of(facts, fact)) in (LOST, "misdirected"):
            yield Violation(
                check="I1",
                what=f"an accepted {fact.asked.operation.kind} is {outcome}",
                witness=_witness(fact.asked, fact.told, facts.dump.stored.get(fact.asked.article_id)),
            )
    yield from _no_two_outcomes(facts)
    yield from _from_nowhere(facts)
    yield from _poison_is_kept(facts)
    yield from _refusals(facts)


def outcomes(facts: Facts) -> Counter[str]:
    """How many events ended in which outcome. A repetition of an event is counted as replayed."""
    counted: Counter[str] = Counter()
    seen: set[str] = set()
    for fact in facts.all:
        again = fact.event.event_id in seen
        seen.add(fact.event.event_id)
        counted["replayed" if again else outcome_of(facts, fact)] += 1
    counted["dead-lettered"] = len(
        {(each.topic, each.partition, each.offset) for each in facts.letters if each.event is None}
    )
    return counted


def outcome_of(facts: Facts, fact: Fact) -> str:
    """published, superseded, killed, conflict, dead-lettered (which no good event should be) or lost."""
    stored = facts.dump.stored.get(fact.asked.article_id)
    letter = facts.dead.get(identifying(fact.event))
    if letter is not None:
        return "conflict" if _may_conflict(facts, fact) else "misdirected"
    if stored is None:
        return LOST
    if stored.killed:
        return "killed"
    if isinstance(fact.event, ArticleKilledV1):
        return LOST
    return _of_edit(stored, fact) if isinstance(fact.event, TagsEditedV1) else _of_revision(stored, fact)


def _of_revision(stored: StoredArticleV3, fact: Fact) -> str:
    held = stored.publication
    if held is None or held.revision < fact.number:
        return LOST
    if held.revision > fact.number:
        return "superseded"
    return "published" if held.submission_event_id == fact.event.event_id else LOST


def _of_edit(stored: StoredArticleV3, fact: Fact) -> str:
    held = stored.editor_tags
    if held is None or held.edit < fact.number:
        return LOST
    if held.edit > fact.number:
        return "superseded"
    return "published" if stored.editor_event_id == fact.event.event_id else LOST


def _may_conflict(facts: Facts, fact: Fact) -> bool:
    return len(facts.revisions.get((fact.asked.article_id, fact.number), ())) > 1


def _accepted_is_durable(facts: Facts) -> Iterator[Violation]:
    for asked in facts.dump.ledger.effective:
        if asked.result != "ok":
            continue
        told = facts.told_of(asked)
        if told is None or asked.event_id not in facts.in_log:
            yield Violation(
                check="I1",
                what="answered 202, but no such event lies in articles-submitted",
                witness=_witness(asked, told, None),
            )


def _no_two_outcomes(facts: Facts) -> Iterator[Violation]:
    for stored in facts.dump.stored.values():
        held = stored.publication
        letter = facts.dead.get(held.submission_event_id) if held is not None else None
        if letter is not None:
            yield Violation(
                check="I1", what="published and dead-lettered", witness=f"{stored.article_id} {letter.place}"
            )


def _from_nowhere(facts: Facts) -> Iterator[Violation]:
    """Everything that the system holds was asked for, and not refused."""
    for article_id, stored in facts.dump.stored.items():
        if article_id not in facts.expected:
            yield Violation(
                check="I1",
                what="a document that nobody asked for",
                witness=f"{article_id} {stored.source} {stored.external_id}",
            )
    for asked in facts.dump.ledger.effective:
        if asked.result == "rejected":
            yield Violation(
                check="I1",
                what="a good request was refused",
                witness=f"{_witness(asked, None, None)}; status {[status for _, _, status in asked.answers]}",
            )


def _poison_is_kept(facts: Facts) -> Iterator[Violation]:
    """Every poison record is a dead letter, its bytes untouched."""
    letters = {(each.topic, each.partition, each.offset): each for each in facts.letters}
    written = {
        (record.topic, record.partition, record.offset): record
        for topic in (ARTICLES_SUBMITTED, ARTICLES_ENRICHED)
        for record in facts.dump.topics.get(topic.name, ())
    }
    for each in facts.dump.ledger.poisoned:
        place = (each.topic, each.partition, each.offset)
        letter, record = letters.get(place), written.get(place)
        where = f"{each.form} at {'/'.join(map(str, place))}"
        if letter is None:
            yield Violation(check="I1", what="a poison record is no dead letter", witness=where)
        elif record is not None and (letter.value or b"") != (record.value or b""):
            yield Violation(check="I1", what="a dead letter's bytes were changed", witness=where)


def _refusals(facts: Facts) -> Iterator[Violation]:
    for asked in facts.dump.ledger.asked:
        if asked.operation.kind != "bad":
            continue
        for _, result, status in asked.answers:
            if result != "unknown" and status not in BAD_REQUESTS[asked.operation.form].answers:
                yield Violation(
                    check="bad-input",
                    what=f"answered {status}",
                    witness=f"{asked.operation.form}, number {asked.operation.number}",
                )


def i6_committed_is_done(facts: Facts) -> Iterator[Violation]:
    """Below an offset that was committed, every record had its outcome when that was read."""
    done = Outcomes(facts)
    settled: dict[tuple[str, int], int] = {}
    for snapshot in facts.dump.commits:
        for group, topic, has_outcome in (
            ("enrich", ARTICLES_SUBMITTED.name, done.enriched_below),
            ("publish", ARTICLES_ENRICHED.name, done.told_below),
        ):
            for told in _newly_committed(facts.dump, snapshot, group, topic, settled):
                if not has_outcome(told.event, snapshot.ends):
                    yield Violation(
                        check="I6",
                        what=f"{group} had committed a record without an outcome",
                        witness=f"{told.place} {type(told.event).__name__} {told.event.subject}",
                    )


def _newly_committed(
    dump: Dump, snapshot: CommitSnapshot, group: str, topic: str, settled: dict[tuple[str, int], int]
) -> Iterator[Told]:
    """Records that this snapshot is the first to show committed: each is looked at once."""
    told = dump.submitted if topic == ARTICLES_SUBMITTED.name else dump.enriched
    committed = {place: at for place, at in snapshot.committed.get(group, {}).items() if place[0] == topic}
    for each in told:
        place = (topic, each.partition)
        if settled.get(place, 0) <= each.offset < committed.get(place, 0):
            yield each
    settled.update({place: max(at, settled.get(place, 0)) for place, at in committed.items()})


class Outcomes:
    """Where the outcome of each event lies in the log."""

    def __init__(self, facts: Facts) -> None:
        self._enriched: dict[str, tuple[tuple[str, int], int]] = {}
        for told in facts.dump.enriched:
            self._enriched.setdefault(identifying(told.event), ((told.topic, told.partition), told.offset))
        self._published = facts.dump.of_article(facts.dump.published)
        self._dead = facts.dead

    def enriched_below(self, event: Event, ends: Offsets) -> bool:
        """Whether enrich had passed the event on."""
        if event.event_id in self._dead:
            return True
        place, offset = self._enriched.get(event.event_id, (("", 0), 0))
        return offset < ends.get(place, 0)

    def told_below(self, event: Event, ends: Offsets) -> bool:
        """Whether publish had told a state that has the event in it, or one that goes beyond it."""
        if not isinstance(event, (ArticleEnrichedV2, ArticleKilledV1)) or identifying(event) in self._dead:
            return True
        return any(
            _covers(told.event, event)
            and told.offset < ends.get((ARTICLES_PUBLISHED.name, told.partition), 0)
            for told in self._published.get(event.subject, ())
        )


def _covers(state: Event, event: ArticleEnrichedV2 | ArticleKilledV1) -> bool:
    match state:
        case ArticleKilledV1():
            return True
        case ArticleWithheldV1():
            return isinstance(event, ArticleEnrichedV2)
        case ArticlePublishedV2() if isinstance(event, ArticleEnrichedV2):
            return (state.revision, state.run) >= (event.revision, event.run)
    return False


def _witness(asked: Asked, told: Told | None, stored: StoredArticleV3 | None) -> str:
    operation = asked.operation
    parts = [f"{operation.kind} {operation.source} {operation.external_id} no. {operation.revision}"]
    parts.append(f"article {asked.article_id}")
    if told is not None:
        parts.append(f"event {told.event.event_id} at {told.place}")
    if stored is not None:
        held = stored.publication.revision if stored.publication else None
        parts.append(f"stored: version {stored.document_version}, revision {held}, killed {stored.killed}")
    return "; ".join(parts)
