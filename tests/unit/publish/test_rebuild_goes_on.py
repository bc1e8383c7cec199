"""A rebuilt store in the place of a lost one: nothing told is forgotten, and no reader is passed by."""

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import timedelta
from typing import cast

import pytest

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_PUBLISHED
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.public_state import of_document, of_record
from newsloom_store import MemoryStore
from publish.feeds import emissions_for
from publish.publish import fold
from publish.rebuild.completion import completed
from publish.rebuild.going_on import Continued, go_on
from publish.rebuild.last_words import LastWord, LastWords
from tests import factories
from tests.unit.publish.builders import URL, edit, kill, revision, translation

NOW = factories.MOMENT + timedelta(days=40)
LATER = factories.MOMENT + timedelta(hours=1)


def document(*events: Event) -> StoredArticleV3:
    return fold(None, events, factories.MOMENT).document


def told_of(of: StoredArticleV3) -> Event:
    [state] = [event for topic, event in emissions_for(of, URL) if topic is ARTICLES_PUBLISHED]
    return state


class ToldBefore:
    """The compacted topic, in memory."""

    def __init__(self, *live: StoredArticleV3) -> None:
        self._events = {each.article_id: told_of(each) for each in live}
        self.by_article = {
            each.article_id: LastWord(0, n, of_document(each).digest(), each.document_version)
            for n, each in enumerate(live)
        }

    async def events(self, article_ids: Collection[str]) -> AsyncIterator[Mapping[str, Event]]:
        yield {key: event for key, event in self._events.items() if key in article_ids}


async def gone_on(
    rebuilt: list[StoredArticleV3], live: list[StoredArticleV3]
) -> tuple[MemoryStore, Continued]:
    store = MemoryStore()
    store.documents = {each.article_id: each for each in rebuilt}
    return store, await go_on(store, cast(LastWords, ToldBefore(*live)), now=NOW)


LIVES: dict[str, tuple[list[Event], list[Event]]] = {
    "published": ([revision(3), translation(3), edit(2)], []),
    "killed": ([revision(1), kill()], []),
    "killed, then late": ([revision(1), kill()], [revision(2)]),
    "edited since": ([revision(3), translation(3)], [edit(1)]),
    "an older edit": ([revision(1), edit(4)], [edit(2, label="Port"), revision(1)]),
    "translated since": ([revision(3), translation(3, "uk")], [translation(3)]),
    "another run since": ([revision(3), translation(3)], [revision(3, run=1)]),
}


@pytest.mark.parametrize(("gone", "kept"), LIVES.values(), ids=LIVES)
async def test_what_the_log_lost_is_taken_over_from_what_was_told(
    gone: list[Event], kept: list[Event]
) -> None:
    live = document(*gone, *kept)
    rebuilt = fold(None, kept, factories.MOMENT).final
    store, done = await gone_on([rebuilt] if rebuilt else [], [live])
    [after] = store.documents.values()
    assert of_document(after).digest() == of_document(live).digest()
    assert after.document_version > live.document_version
    assert after.untold_since == NOW
    assert (done.completed, done.lost) == (1, 0)


async def test_a_document_that_readers_have_as_it_is_stays_as_it_is() -> None:
    live = document(revision(1), edit(1))
    store, done = await gone_on([live], [live])
    assert store.documents == {live.article_id: live}
    assert done == Continued()


async def test_a_lower_version_is_raised_above_what_readers_have_and_told() -> None:
    """They would ignore its next change otherwise, a kill even."""
    live = document(revision(1), translation(1, "uk"), revision(2))
    rebuilt = document(revision(2))
    store, done = await gone_on([rebuilt], [live])
    [after] = store.documents.values()
    assert (after.document_version, after.untold_since) == (live.document_version + 1, NOW)
    assert after == rebuilt.model_copy(update={"document_version": 4, "untold_since": NOW})
    assert done == Continued(raised=1)


async def test_what_was_not_told_yet_needs_nothing() -> None:
    rebuilt = document(revision(1), revision(2))
    store, done = await gone_on([rebuilt, document(revision(1, story="new"))], [document(revision(1))])
    assert store.documents[rebuilt.article_id] == rebuilt
    assert done == Continued()


async def test_under_embargo_nothing_was_told_so_it_is_counted_as_lost() -> None:
    store, done = await gone_on([], [document(revision(1, embargo_until=LATER))])
    assert (store.documents, done) == ({}, Continued(lost=1))


def test_a_killed_document_is_never_completed() -> None:
    assert completed(document(kill()), told_of(document(revision(1)))) == document(kill())


def test_a_document_alone_gives_back_what_was_told_of_it() -> None:
    live = document(revision(2, section="Sport"), translation(2), edit(1))
    after = completed(None, told_of(live))
    assert after is not None
    assert of_record(told_of(after)) == of_document(live)
    assert after.feeds == live.feeds
