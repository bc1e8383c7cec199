"""A filter keeps the meaning of a stream: its fold is the snapshot under the same filter (I4)."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.cursors import LogCursor
from feeds.filters import Filter
from feeds.updates import Batch, Update
from newsloom_schemas.events import FeedUpdatedV1
from tests.unit.feeds.documents import removed, updated
from tests.unit.feeds.fakes import MemoryLog
from tests.unit.feeds.streams import Live, an_update, live

LANGUAGES = ("en", "en-GB", "ru")
SOURCES = ("meridian", "harbour-post")


@dataclass(frozen=True)
class Change:
    """The next version of an article: in a language, or out of the feed."""

    article: int
    language: str | None
    repeated: bool


changes = st.lists(
    st.builds(
        Change,
        article=st.integers(0, 4),
        language=st.sampled_from([*LANGUAGES, None]),
        repeated=st.booleans(),
    ),
    max_size=30,
)
filters = st.builds(
    Filter, source=st.sampled_from([None, *SOURCES]), language=st.sampled_from([None, "en", "ru"])
)


def events(history: Sequence[Change]) -> list[FeedUpdatedV1]:
    """What publish tells the feed `all` of these changes; each state may be told twice."""
    versions: dict[int, int] = {}
    told: list[FeedUpdatedV1] = []
    for change in history:
        version = versions[change.article] = versions.get(change.article, 0) + 1
        told += [an_event(change, version)] * (2 if change.repeated else 1)
    return told


def an_event(change: Change, version: int) -> FeedUpdatedV1:
    name = f"story-{change.article}"
    if change.language is None:
        return removed(name, version=version)
    event = updated(name, version=version)
    assert event.entry is not None
    entry = event.entry.model_copy(
        update={"language": change.language, "source": SOURCES[change.article % len(SOURCES)]}
    )
    return event.model_copy(update={"entry": entry})


def snapshot(told: Sequence[FeedUpdatedV1], wanted: Filter) -> dict[str, int]:
    """The feed after these events, under the filter."""
    newest = {event.article_id: event for event in told}  # versions only rise
    return {
        one: event.document_version
        for one, event in newest.items()
        if event.entry
        and wanted.admits_source(event.entry.source)
        and wanted.admits_language(event.entry.language)
    }


def fold(held: dict[str, int], updates: Sequence[Update]) -> dict[str, int]:
    """What every reader is told to do: keep the highest version, drop what is removed."""
    for update in updates:
        if update.document_version < held.get(update.article_id, 0):
            continue
        held.pop(update.article_id, None)
        if update.action == "upsert":
            held[update.article_id] = update.document_version
    return held


async def streamed(parts: Live, start: int, end: int, wanted: Filter) -> list[Update]:
    """Everything that a reader from the place on is sent, until the stream has come to the end."""
    seen: list[Update] = []
    async with aclosing(parts.streams.open("all", LogCursor(0, start), wanted)) as signals:
        async for signal in signals:
            seen += signal.updates if isinstance(signal, Batch) else ()
            if signal.cursor.offset >= end:
                return seen
    return seen


@settings(deadline=None, max_examples=40)
@given(history=changes, wanted=filters, data=st.data())
async def test_a_snapshot_and_the_filtered_stream_behind_it_give_the_filtered_feed(
    history: list[Change], wanted: Filter, data: st.DataObject
) -> None:
    told, log = events(history), MemoryLog()
    start = data.draw(st.integers(0, len(told)), label="snapshot after")
    early = data.draw(st.integers(0, start), label="cursor taken before the snapshot")
    log.append(*told)
    async with live(log=log, beat=0.001) as parts:
        seen = await streamed(parts, early, len(told), wanted)
    assert fold(snapshot(told[:start], wanted), seen) == snapshot(told, wanted)


def test_an_article_that_leaves_the_filter_is_a_removal_of_that_version() -> None:
    update = an_update(updated("a", version=2)).as_seen_through(Filter(language="ru"))
    assert update is not None
    assert (update.action, update.document_version) == ("remove", 2)
    assert b"event: remove\n" in update.frame
    assert b"headline" not in update.frame


def test_a_first_version_and_a_strange_source_are_nothing_to_a_filtered_reader() -> None:
    assert an_update(updated("a", version=1)).as_seen_through(Filter(language="ru")) is None
    assert an_update(updated("a", version=9)).as_seen_through(Filter(source="harbour-post")) is None


def test_a_removal_passes_every_filter_because_it_does_not_say_of_what() -> None:
    update = an_update(removed("a"))
    assert update.as_seen_through(Filter(source="harbour-post", language="ru")) is update
