"""What every register of submissions promises: one suite for the one in memory and for both drivers."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsloom_schemas.base import Event
from newsloom_store import (
    Change,
    LetterFact,
    LetterResolved,
    MemorySubmissions,
    MongoStore,
    MongoSubmissions,
    SubmissionFact,
)
from publish.publish import fold
from tests import factories
from tests.conftest import Stack
from tests.integration.store.databases import fresh_database
from tests.unit.publish.builders import edit, kill, revision

Submissions = MongoSubmissions | MemorySubmissions
LOG = "cluster/articles-submitted"


@pytest.fixture(params=["memory", "pymongo", "motor"])
async def register(request: pytest.FixtureRequest) -> AsyncIterator[Submissions]:
    if request.param == "memory":
        yield MemorySubmissions()
        return
    url = request.getfixturevalue("stack").mongo
    with fresh_database(url) as database:
        async with MongoSubmissions.connected(url, database=database, driver=request.param) as connected:
            await connected.ensure_indexes()
            await connected.ensure_indexes()
            yield connected


def fact(name: str = "one", **fields: object) -> SubmissionFact:
    logged_at = factories.MOMENT + timedelta(milliseconds=3)
    made = factories.submission_fact(event_id=name, logged_at=logged_at, partition=2, offset=40)
    return replace(made, **fields)  # type: ignore[arg-type]  # the fields are the test's own


def letter(name: str = "enrich:1:2", **fields: object) -> LetterFact:
    made = LetterFact(
        letter_id=name,
        case="articles-submitted/2/40",
        event_id="one",
        stage="enricher",
        reason="bug",
        message="the handler failed",
        buried_at=factories.MOMENT,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # the fields are the test's own


async def test_a_fact_comes_back_as_it_was_kept_and_the_first_one_stays(register: Submissions) -> None:
    await register.record([fact(), fact("two", number=2**53 - 1)])
    await register.record([fact(offset=99, logged_at=factories.MOMENT + timedelta(days=1)), fact("three")])
    assert await register.fact("one") == fact()
    assert await register.fact("two") == fact("two", number=2**53 - 1)
    assert await register.fact("three") == fact("three")
    assert await register.fact("four") is None


async def test_a_time_at_the_end_of_the_calendar_is_kept_like_any_other(register: Submissions) -> None:
    """Kafka lets producers write it; a record that cannot be kept would hold up all that follow."""
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    await register.record([fact(logged_at=last)])
    await register.note_letters([letter(buried_at=last)])
    assert await register.fact("one") == fact(logged_at=last)
    assert await register.letters("one") == [letter(buried_at=last)]


async def test_letters_are_found_by_their_submission_and_an_operator_s_word_stands(
    register: Submissions,
) -> None:
    later = letter("enrich:1:7", buried_at=factories.MOMENT + timedelta(seconds=1))
    notes = [later, letter(), letter("enrich:0:1", event_id="two")]
    for _ in range(2):  # reading the log again changes nothing
        await register.note_letters(
            [
                *notes,
                LetterResolved(letter_id="enrich:1:2", resolution="replayed"),
                LetterResolved(letter_id="enrich:9:9", resolution="discarded"),
            ]
        )
    assert await register.letters("one") == [replace(letter(), resolution="replayed"), later]
    assert await register.letters("nobody") == []


async def test_the_oldest_letter_that_nobody_has_seen_to_is_known(register: Submissions) -> None:
    """A word on one copy stands for all, and what nobody has to see to is left out."""
    assert await register.oldest_open_letter(ignoring=["conflict"]) is None
    second, third, last = (factories.MOMENT + timedelta(seconds=each) for each in (1, 2, 3))
    await register.note_letters(
        [
            letter("enrich:0:1", case="first", reason="conflict"),
            letter("enrich:0:2", case="second", reason="bug", buried_at=second),
            letter("enrich:0:3", case="second", reason="bug", buried_at=last),
            letter("enrich:0:4", case="third", reason="bug", buried_at=third),
        ]
    )
    assert await register.oldest_open_letter(ignoring=["conflict"]) == second
    await register.note_letters([LetterResolved(letter_id="enrich:0:3", resolution="discarded")])
    assert await register.oldest_open_letter(ignoring=["conflict"]) == third
    await register.note_letters([LetterResolved(letter_id="enrich:0:4", resolution="replayed")])
    assert await register.oldest_open_letter(ignoring=["conflict"]) is None
    assert await register.oldest_open_letter(ignoring=[]) == factories.MOMENT


async def test_the_latest_revision_is_the_highest_in_the_log(register: Submissions) -> None:
    await register.record(
        [fact("a", number=7), fact("b", number=9), fact("c", number=8), fact("d", kind="tags", number=50)]
    )
    assert await register.latest_revision("story") == 9
    assert await register.latest_revision("another") is None


async def test_positions_never_go_back_and_belong_to_one_log(register: Submissions) -> None:
    assert await register.positions(LOG) == {}
    await register.advance(LOG, {("articles-submitted", 0): 12, ("enrich-dlq", 7): 3})
    await register.advance(LOG, {("articles-submitted", 0): 5, ("articles-submitted", 1): 1})
    assert await register.positions(LOG) == {
        ("articles-submitted", 0): 12,
        ("articles-submitted", 1): 1,
        ("enrich-dlq", 7): 3,
    }
    assert await register.positions("another") == {}
    await register.forget_positions(LOG)
    assert await register.positions(LOG) == {}


async def test_a_stored_document_tells_where_it_stands_and_nothing_of_its_text(stack: Stack) -> None:
    first, second = revision(1), revision(2)
    with fresh_database(stack.mongo) as database:
        async with (
            MongoStore.connected(stack.mongo, database=database) as store,
            MongoSubmissions.connected(stack.mongo, database=database) as register,
        ):
            assert await register.standing(first.article_id) is None
            await stored(store, first, second, edit(3))
            published = await register.standing(first.article_id)
            assert await register.latest_revision(first.article_id) == 2
            await stored(store, first, kill())
            killed = await register.standing(first.article_id)
    assert published is not None
    assert (published.revision, published.submission_event_id) == (2, second.submission_event_id)
    assert (published.edit, published.killed_at, published.withheld_until) == (3, None, None)
    assert [change.event_id for change in published.changes][:2] == [first.event_id, second.event_id]
    assert killed is not None
    assert (killed.revision, killed.edit) == (None, None)
    assert killed.killed_at is not None


async def stored(store: MongoStore, *events: Event) -> None:
    document = fold(None, events, factories.MOMENT).final
    assert document is not None
    held = await store.versions([document.article_id])
    await store.write([Change(expected_version=held.get(document.article_id), document=document)])
