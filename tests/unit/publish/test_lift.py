"""The end of an embargo: one lift each, nothing before its time, and whatever happens is healed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.enrichment import Tag
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2, ArticleWithheldV1, FeedUpdatedV1
from newsloom_store import Change, MemoryStore
from publish.feeds import emissions_for
from publish.lift import UNTOLD_FOR, Lift, due, end_embargoes, lift, tell, untold
from publish.publish import fold, publish
from tests import factories
from tests.unit.publish.builders import URL, FixedClock, RecordingPublisher, edit, kill, revision, translation

NOW = factories.MOMENT
UNTIL = NOW + timedelta(hours=1)
LATER = UNTIL + timedelta(seconds=3)
PHRASE = "nobody may read this yet"


def after(*events: Event, now: datetime = NOW) -> StoredArticleV3:
    document = fold(None, events, now).final
    assert document is not None
    return document


def withheld(number: int = 1, story: str = "story-1", **content: Any) -> Event:
    fields: dict[str, Any] = {"embargo_until": UNTIL, "headline": PHRASE, "body_html": f"<p>{PHRASE}</p>"}
    return revision(number, story=story, **fields | content)


def lifted(document: StoredArticleV3, *, now: datetime = LATER) -> StoredArticleV3:
    decided = lift(document, now=now)
    assert decided is not None
    assert decided.expected_version == document.document_version
    return decided.document


def test_nothing_is_lifted_before_its_time() -> None:
    assert lift(after(withheld()), now=UNTIL - timedelta(milliseconds=1)) is None
    assert lift(after(withheld()), now=UNTIL) is not None


@pytest.mark.parametrize(
    "events", [(revision(1),), (edit(1),), (withheld(), kill()), (withheld(), revision(2))], ids=str
)
def test_what_is_under_no_embargo_is_not_lifted(events: tuple[Event, ...]) -> None:
    assert lift(after(*events), now=LATER) is None


def test_a_lifted_article_is_what_it_would_be_had_it_never_been_withheld() -> None:
    events = [revision(1), withheld(2), translation(2), edit(1)]
    one, other = lifted(after(*events)), after(*events, now=LATER)
    private = {"document_version", "history", "untold_since"}
    assert one.model_dump(exclude=private) == other.model_dump(exclude=private)
    assert one.document_version == other.document_version + 1


def test_edits_during_the_embargo_decide_the_feeds_it_comes_out_in() -> None:
    place = Tag(kind="place", label="Veresk", id="geonames:1", confidence=1, basis="editor", method="editor")
    edited = edit(1).model_copy(update={"tags": edit(1).tags.model_copy(update={"added": (place,)})})
    document = lifted(after(withheld(), edited))
    assert "topic/geonames:1" in document.feeds
    assert set(document.feeds) <= set(document.feeds_ever)


def test_the_history_tells_the_lift_at_the_time_that_the_embargo_named() -> None:
    entry = lifted(after(withheld())).history[-1]
    assert (entry.cause, entry.at, entry.revision, entry.document_version) == ("embargo-lifted", UNTIL, 1, 2)


def test_an_article_without_a_time_of_its_own_is_published_when_the_embargo_ends() -> None:
    own = NOW - timedelta(days=3)
    for document, expected in ((after(withheld()), UNTIL), (after(withheld(published_at=own)), own)):
        publication = lifted(document).publication
        assert publication is not None
        assert publication.published_at == expected


def test_nothing_told_of_a_withheld_article_holds_its_words() -> None:
    document = after(revision(1, headline="An earlier text"), withheld(2), translation(2), edit(1))
    told = [event for _, event in emissions_for(document, URL)]
    assert any(isinstance(event, ArticleWithheldV1) for event in told)
    assert all(event.action == "remove" for event in told if isinstance(event, FeedUpdatedV1))
    assert not any(PHRASE in event.model_dump_json() for event in told)


# --- the use cases ---


@dataclass
class Desk:
    """A store and a log, and processes that end embargoes over them."""

    store: MemoryStore = field(default_factory=MemoryStore)
    told: RecordingPublisher = field(default_factory=RecordingPublisher)

    async def take(self, *events: Event, now: datetime = NOW) -> None:
        await publish(events, store=self.store, publisher=self.told, clock=FixedClock(now), public_url=URL)

    async def end(self, lifts: Sequence[Lift]) -> list[Lift]:
        return await end_embargoes(lifts, store=self.store, publisher=self.told, public_url=URL)

    async def only(self) -> StoredArticleV3:
        [document] = self.store.documents.values()
        return document

    def last_word(self) -> Event:
        return [event for event in self.told.events if not isinstance(event, FeedUpdatedV1)][-1]


async def test_what_is_due_is_lifted_told_and_noted_as_told() -> None:
    desk = Desk()
    await desk.take(withheld(), revision(1, story="open"))
    assert await due(desk.store, now=UNTIL - timedelta(seconds=1)) == []
    [won] = await desk.end(await due(desk.store, now=LATER))
    assert won.late_by == LATER - UNTIL
    document = desk.store.documents[won.document.article_id]
    assert (document.withheld_until, document.untold_since) == (None, None)
    last = desk.last_word()
    assert isinstance(last, ArticlePublishedV2)
    assert last.content.headline == PHRASE
    assert await due(desk.store, now=LATER) == []


async def test_of_two_processes_only_one_lifts_an_article() -> None:
    desk = Desk()
    await desk.take(withheld())
    seen = [await due(desk.store, now=LATER), await due(desk.store, now=LATER)]
    assert [len(await desk.end(lifts)) for lifts in seen] == [1, 0]
    assert sum(isinstance(event, ArticlePublishedV2) for event in desk.told.events) == 1


async def test_a_lift_that_was_never_told_is_told_by_whoever_finds_it() -> None:
    desk = Desk()
    await desk.take(withheld())
    await desk.store.write(await due(desk.store, now=LATER))  # and the process dies
    assert await untold(desk.store, now=LATER + UNTOLD_FOR - timedelta(milliseconds=1)) == []
    found = await untold(desk.store, now=LATER + UNTOLD_FOR)
    await tell(found, store=desk.store, publisher=desk.told, public_url=URL)
    assert isinstance(desk.last_word(), ArticlePublishedV2)
    assert await untold(desk.store, now=LATER + timedelta(days=1)) == []


@pytest.mark.parametrize("rival", [kill(), revision(2), edit(1)], ids=["kill", "revision", "edit"])
async def test_a_change_between_finding_and_lifting_wins_over_the_lift(rival: Event) -> None:
    desk = Desk()
    await desk.take(withheld())
    lifts = await due(desk.store, now=LATER)
    await desk.take(rival)
    changed = await desk.only()
    assert await desk.end(lifts) == []
    assert await desk.only() == changed


async def test_a_kill_between_lift_and_telling_leaves_nothing_to_tell() -> None:
    desk = Desk()
    await desk.take(withheld())
    await desk.store.write(await due(desk.store, now=LATER))
    await desk.take(kill())
    assert await untold(desk.store, now=LATER + timedelta(days=1)) == []
    assert isinstance(desk.last_word(), ArticleKilledV1)


async def test_what_is_told_too_late_takes_no_mark_off_a_newer_state() -> None:
    desk = Desk()
    await desk.take(withheld())
    [old] = await due(desk.store, now=LATER)
    await desk.end([old])
    raised = old.document.model_copy(update={"document_version": 9, "untold_since": LATER})
    await desk.store.write([Change(expected_version=2, document=raised)])
    await tell([old.document], store=desk.store, publisher=desk.told, public_url=URL)
    assert (await desk.only()).untold_since == LATER


async def test_an_embargo_is_judged_by_the_server_s_clock_which_is_asked_for_nothing_else() -> None:
    class CountingClock(FixedClock):
        asked = 0

        async def server_time(self) -> datetime:
            self.asked += 1
            return self.moment

    clock, told, store = CountingClock(LATER), RecordingPublisher(), MemoryStore()
    await publish([revision(1), kill("other")], store=store, publisher=told, clock=clock, public_url=URL)
    assert clock.asked == 0
    await publish([withheld(story="late")], store=store, publisher=told, clock=clock, public_url=URL)
    assert clock.asked == 1
    assert not any(document.withheld for document in store.documents.values())
