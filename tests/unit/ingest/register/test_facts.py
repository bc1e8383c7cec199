"""What the register keeps of records: the submissions, the letters that name them, and nothing of a text."""

from datetime import timedelta

import pytest

from ingest.register.facts import fact_of, note_of, sorted_out
from newsloom_runtime.letters import Place, Resolution
from newsloom_runtime.records import RawRecord
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_SUBMITTED
from newsloom_schemas.codec import encode
from newsloom_store import LetterResolved, SubmissionFact
from tests import factories
from tests.factories import MOMENT
from tests.unit.publish.builders import edit, kill, revision, translation

LOGGED_MS = int(MOMENT.timestamp() * 1000) + 4


def record(event: Event, *, topic: str = ARTICLES_SUBMITTED.name, offset: int = 7) -> RawRecord:
    made = encode(event, source="/newsloom/ingest", time=MOMENT)
    return RawRecord(topic, 3, offset, LOGGED_MS, made.key, made.value, made.headers)


def letter(of: RawRecord, *, service: str = "enrich", offset: int = 11) -> RawRecord:
    """The record buried, as the harness does it."""
    said = {
        "dlq_topic": of.topic,
        "dlq_partition": str(of.partition),
        "dlq_offset": str(of.offset),
        "dlq_timestamp": str(of.timestamp_ms),
        "dlq_service": service,
        "dlq_stage": "enricher",
        "dlq_error": "bug",
        "dlq_message": "the handler failed",
    }
    headers = tuple((name, text.encode()) for name, text in said.items())
    original = tuple((f"original-{name}", value) for name, value in of.headers)
    return of._replace(topic=f"{service}-dlq", offset=offset, headers=headers + original)


def test_a_submission_is_kept_with_its_place_and_without_its_text() -> None:
    event = factories.submitted("story", 5, headline="Nobody may read this here")
    assert fact_of(record(event)) == SubmissionFact(
        event_id=event.event_id,
        article_id=event.article_id,
        source="meridian",
        kind="article",
        number=5,
        accepted_at=MOMENT,
        logged_at=MOMENT + timedelta(milliseconds=4),
        partition=3,
        offset=7,
    )


@pytest.mark.parametrize(
    ("event", "kind", "number"),
    [
        (factories.of_version_1(factories.submitted("story", 5)), "article", 5),
        (kill("story"), "kill", 0),
        (edit(3), "tags", 3),
    ],
)
def test_every_event_of_the_topic_in_any_version_is_a_fact(event: Event, kind: str, number: int) -> None:
    fact = fact_of(record(event))
    assert fact is not None
    assert (fact.kind, fact.number, fact.event_id) == (kind, number, event.event_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": None},
        {"value": b"\xff\x00"},
        {"value": b"[" * 10_000},
        {"value": b'{"event_id": 1}'},
        {"headers": ()},
        {"headers": (("ce_type", None),)},
        {"headers": (("ce_type", b"\xff"),)},
        {"headers": (("ce_type", b"newsloom.article.enriched.v2"),)},
        {"headers": (("ce_type", b"newsloom.article.submitted.v2"), ("ce_id", b"another"))},
    ],
)
def test_what_is_no_submission_is_passed_over(changes: dict[str, object]) -> None:
    raw = record(factories.submitted("story"))._replace(**changes)  # type: ignore[arg-type]
    assert fact_of(raw) is None
    assert sorted_out([raw]) == ([], [])


def test_an_edit_whose_number_no_store_takes_is_passed_over() -> None:
    """One that cannot be kept would hold up all that follow it."""
    raw = record(edit(3))
    assert raw.value is not None
    raw = raw._replace(value=raw.value.replace(b'"edit":3', b'"edit":%d' % 10**20))
    assert str(10**20).encode() in (raw.value or b"")
    assert sorted_out([raw]) == ([], [])


def test_a_letter_names_the_submission_that_it_ends() -> None:
    submitted = factories.submitted("story")
    found = note_of(letter(record(submitted)))
    assert found is not None
    assert not isinstance(found, LetterResolved)
    assert (found.letter_id, found.event_id, found.reason) == ("enrich:3:11", submitted.event_id, "bug")
    enriched = revision(2)
    at_publish = letter(record(enriched, topic=ARTICLES_ENRICHED.name), service="publish")
    assert getattr(note_of(at_publish), "event_id", None) == enriched.submission_event_id
    killed = letter(record(kill(), topic=ARTICLES_ENRICHED.name), service="publish")
    assert getattr(note_of(killed), "event_id", None) == kill().event_id


def test_letters_of_one_failed_record_are_one_case_and_others_are_not() -> None:
    first = record(factories.submitted("story"))
    cases = [
        getattr(note_of(each), "case", None)
        for each in (
            letter(first),
            letter(first, offset=12),
            letter(first._replace(offset=8)),
            letter(first._replace(timestamp_ms=LOGGED_MS + 1)),
        )
    ]
    assert cases[0] == cases[1]
    assert len(set(cases)) == 3


@pytest.mark.parametrize(
    "raw",
    [
        letter(record(translation(), topic=ARTICLES_ENRICHED.name), service="publish"),
        letter(record(factories.submitted("story"), topic="editorial-inbox-harbour"), service="ingest"),
        letter(record(revision(1), topic=ARTICLES_ENRICHED.name), service="publish")._replace(value=b"{"),
        record(factories.submitted("story"), topic="enrich-dlq"),
        RawRecord("enrich-dlq", 0, 0, 10**30, None, None, ()),
    ],
)
def test_a_letter_that_ends_no_submission_is_passed_over(raw: RawRecord) -> None:
    assert note_of(raw) is None


def test_an_operator_s_word_is_kept() -> None:
    place = Place("enrich-dlq", 3, 11)
    word = Resolution(place=place, of=place, outcome="replayed", by="ines", why="mended", at="now")
    raw = RawRecord("enrich-dlq", 3, 20, LOGGED_MS, b"k", b"", word.headers)
    assert note_of(raw) == LetterResolved(letter_id="enrich:3:11", resolution="replayed")
