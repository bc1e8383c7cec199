"""The proofreader: an old state never stays the last word, and ages are measured on first publications."""

from datetime import timedelta

from newsloom_schemas.base import Event
from newsloom_store import MemoryStore
from publish.proofread import Mark, Proof, proofread
from publish.publish import publish
from tests import factories
from tests.unit.publish.builders import URL, FixedClock, RecordingPublisher, kill, revision

LATER = FixedClock(factories.MOMENT + timedelta(seconds=1.5))
STORY_ID = revision().article_id


async def store_after(*events: Event) -> MemoryStore:
    store = MemoryStore()
    await publish(events, store=store, publisher=RecordingPublisher(), clock=FixedClock(), public_url=URL)
    return store


async def read(store: MemoryStore, told: RecordingPublisher, *marks: Mark) -> Proof:
    return await proofread(marks, store=store, publisher=told, clock=LATER, public_url=URL)


def mark(version: int, *, article_id: str = STORY_ID, shows: bool = True) -> Mark:
    return Mark(article_id=article_id, document_version=version, shows=shows)


async def test_a_record_older_than_the_store_makes_the_present_state_be_told() -> None:
    store, told = await store_after(revision(1), kill()), RecordingPublisher()
    proof = await read(store, told, mark(1))
    assert proof.healed == (STORY_ID,)
    assert {getattr(event, "document_version", None) for event in told.events} == {2}
    assert "Revision" not in "".join(event.model_dump_json() for event in told.events)


async def test_an_article_is_told_once_however_many_records_are_old() -> None:
    store, told, once = (
        await store_after(revision(1), revision(2)),
        RecordingPublisher(),
        RecordingPublisher(),
    )
    await read(store, once, mark(1))
    await read(store, told, mark(1), mark(1, shows=False), mark(2))
    assert told.told == once.told


async def test_what_it_tells_is_not_old_itself_so_it_comes_to_rest() -> None:
    store, told = await store_after(revision(1), revision(2)), RecordingPublisher()
    await read(store, told, mark(1))
    versions = [getattr(event, "document_version", 0) for event in told.events]
    quiet = RecordingPublisher()
    proof = await read(store, quiet, *(mark(version) for version in versions))
    assert (proof.healed, quiet.told) == ((), [])


async def test_a_record_equal_to_the_store_or_of_an_unknown_article_is_left_alone() -> None:
    store, told = await store_after(revision(1)), RecordingPublisher()
    unknown = revision(story="elsewhere").article_id
    proof = await read(store, told, mark(1), mark(1, article_id=unknown))
    assert (proof.healed, told.told) == ((), [])


async def test_the_age_is_from_acceptance_until_a_new_article_is_read_back() -> None:
    proof = await read(await store_after(revision(1)), RecordingPublisher(), mark(1), mark(1, shows=False))
    assert proof.ages == (1.5,)


async def test_later_versions_have_no_age() -> None:
    store = await store_after(revision(1), revision(2))
    assert (await read(store, RecordingPublisher(), mark(2), mark(1))).ages == ()
