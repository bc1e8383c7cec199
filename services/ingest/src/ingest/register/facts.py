"""From records of the log to what the register keeps of them. Total: what is no submission is passed over."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from newsloom_runtime.letters import Letter, read_record
from newsloom_runtime.records import RawRecord
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_SUBMITTED, SERVICES, dlq_topic
from newsloom_schemas.events import ArticleEnrichedV2, ArticleKilledV1, ArticleSubmittedV2, TagsEditedV1
from newsloom_schemas.types import MAX_REVISION, ArticleId, EventId, Revision, SourceId, Timestamp
from newsloom_store import LetterFact, LetterResolved, SubmissionFact
from newsloom_store.submission_facts import Kind, Resolution

TOPICS: tuple[str, ...] = (ARTICLES_SUBMITTED.name, *map(dlq_topic, SERVICES))
_KINDS: dict[str, Kind] = {
    ArticleSubmittedV2.NAME: "article",
    ArticleKilledV1.NAME: "kill",
    TagsEditedV1.NAME: "tags",
}
_RESOLUTIONS: frozenset[str] = frozenset(get_args(Resolution))


class _Edit(BaseModel):
    edit: int = Field(ge=0, le=MAX_REVISION)


class _Line(BaseModel):
    """The fields of the three events that the register looks at; the text is not even unpacked."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    event_id: EventId
    article_id: ArticleId
    source: SourceId
    revision: Revision | None = None
    tags: _Edit | None = None
    accepted_at: Timestamp | None = None
    killed_at: Timestamp | None = None
    edited_at: Timestamp | None = None


def fact_of(raw: RawRecord) -> SubmissionFact | None:
    """The fact that a record of `articles-submitted` is, or None."""
    kind = _KINDS.get(_name(raw.header("ce_type")))
    if kind is None or raw.value is None:
        return None
    try:
        line = _Line.model_validate_json(raw.value)
    except ValidationError:
        return None
    accepted_at = line.accepted_at or line.killed_at or line.edited_at
    if accepted_at is None or raw.header("ce_id") != line.event_id.encode():
        return None
    return SubmissionFact(
        event_id=line.event_id,
        article_id=line.article_id,
        source=line.source,
        kind=kind,
        number=line.revision or (line.tags.edit if line.tags else 0),
        accepted_at=accepted_at,
        logged_at=moment(raw.timestamp_ms),
        partition=raw.partition,
        offset=raw.offset,
    )


def note_of(raw: RawRecord) -> LetterFact | LetterResolved | None:
    """What a record of a dead-letter topic says of a submission, or None."""
    read = read_record(raw)
    if not isinstance(read, Letter):
        letter_id = f"{raw.topic.removesuffix('-dlq')}:{read.of.partition}:{read.of.offset}"
        return LetterResolved(letter_id=letter_id, resolution=read.outcome)
    event_id = _submission_of(read, raw)
    if event_id is None:
        return None
    return LetterFact(
        letter_id=read.id,
        case=f"{raw.topic} {read.stage} {read.origin} {raw_text(raw, 'dlq_timestamp')} {read.value_bytes}",
        event_id=event_id,
        stage=read.stage,
        reason=read.reason,
        message=read.message,
        buried_at=read.buried_at,
    )


def sorted_out(
    records: Sequence[RawRecord],
) -> tuple[list[SubmissionFact], list[LetterFact | LetterResolved]]:
    """Facts and notes among records of TOPICS, in their order."""
    facts: list[SubmissionFact] = []
    notes: list[LetterFact | LetterResolved] = []
    for raw in records:
        if raw.topic == ARTICLES_SUBMITTED.name:
            if (fact := fact_of(raw)) is not None:
                facts.append(fact)
        elif (note := note_of(raw)) is not None:
            notes.append(note)
    return facts, notes


def moment(milliseconds: int) -> datetime:
    """The time of a record; Kafka also lets producers write times that no calendar has."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def raw_text(raw: RawRecord, name: str) -> str:
    """A header as text, empty when there is none."""
    return (raw.header(name) or b"").decode(errors="replace")


def _submission_of(letter: Letter, raw: RawRecord) -> str | None:
    """The id of the submission whose way a letter ends. What a translation failed on ends no submission."""
    topic = letter.origin.topic if letter.origin is not None else None
    name = _name((letter.header("ce_type") or "").encode())
    if topic == ARTICLES_ENRICHED.name and name == ArticleEnrichedV2.NAME:
        return _submission_inside(raw.value)
    if topic in (ARTICLES_SUBMITTED.name, ARTICLES_ENRICHED.name) and name in _KINDS:
        return letter.header("ce_id")
    return None


def _submission_inside(value: bytes | None) -> str | None:
    try:
        inside = from_json(value or b"")
    except ValueError:
        return None
    found = inside.get("submission_event_id") if isinstance(inside, dict) else None
    return found if isinstance(found, str) else None


def _name(event_type: bytes | None) -> str:
    """`article.submitted` of `newsloom.article.submitted.v2`: every version of an event tells the same."""
    text = (event_type or b"").decode(errors="replace")
    return text.removeprefix("newsloom.").rpartition(".")[0]
