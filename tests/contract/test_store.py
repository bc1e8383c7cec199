"""What every store promises: one suite for the store in memory and for MongoDB through either driver."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsloom_schemas import identity
from newsloom_schemas.base import Event
from newsloom_schemas.document import HISTORY_ENTRIES, StoredArticleV3
from newsloom_schemas.enrichment import Evidence, RelatedLink, Tag
from newsloom_store import Change, MemoryStore, Migrated, MongoStore
from publish.lift import lift
from publish.publish import fold
from tests import factories
from tests.factories import authors
from tests.integration.store.databases import fresh_database
from tests.unit.publish.builders import edit, kill, revision, translation

Store = MongoStore | MemoryStore


@pytest.fixture(params=["memory", "pymongo", "motor"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    url = request.getfixturevalue("stack").mongo
    with fresh_database(url) as database:
        async with MongoStore.connected(url, database=database, driver=request.param) as connected:
            await connected.ensure_indexes()
            yield connected


def document(*events: Event) -> StoredArticleV3:
    final = fold(None, events, factories.MOMENT).final
    assert final is not None
    return final


def new(*events: Event) -> Change:
    return Change(expected_version=None, document=document(*events))


def newer(held: StoredArticleV3, **fields: Any) -> Change:
    """A change that rests on what is held."""
    raised = held.model_copy(update={"document_version": held.document_version + 1, **fields})
    return Change(expected_version=held.document_version, document=raised)


def lines(*documents: StoredArticleV3) -> list[StoredArticleV3]:
    """Documents as a page of a feed holds them: without their history."""
    return [document.model_copy(update={"history": ()}) for document in documents]


async def test_a_document_comes_back_as_it_was_stored(store: Store) -> None:
    full = document(
        revision(
            2**53 - 1,
            authors=authors("Ї. О’Нил"),
            keywords=("$price", "a.b"),
            published_at=factories.MOMENT + timedelta(milliseconds=123),
            images=({"url": "https://img.example/1.jpg", "width": 10},),
            body_html="<p>Пра́пор 🇺🇦</p>",
        ),
        edit(3),
    )
    with_translation = document(revision(1), translation(1, "pt-BR"))
    killed = document(revision(1, story="story-3"), kill("story-3"))
    documents = [
        full,
        with_translation.model_copy(update={"article_id": factories.submitted("b").article_id}),
        killed,
    ]
    for each in documents:
        assert await store.write([Change(expected_version=None, document=each)]) == frozenset()
    assert await store.load([each.article_id for each in documents]) == {
        each.article_id: each for each in documents
    }
    assert await store.get(full.article_id) == full


async def test_what_is_absent_is_left_out(store: Store) -> None:
    change = new(revision(1))
    await store.write([change])
    unknown = factories.submitted("unknown").article_id
    asked = [change.document.article_id, unknown]
    assert set(await store.load(asked)) == {change.document.article_id}
    assert await store.versions(asked) == {change.document.article_id: 1}
    assert await store.get(unknown) is None
    assert await store.load([]) == {}


async def test_a_second_insert_is_lost_and_changes_nothing(store: Store) -> None:
    first, second = new(revision(1)), new(revision(2))
    await store.write([first])
    assert await store.write([second]) == {first.document.article_id}
    assert await store.get(first.document.article_id) == first.document


async def test_a_swap_needs_the_version_its_writer_has_seen(store: Store) -> None:
    first = new(revision(1)).document
    await store.write([Change(expected_version=None, document=first)])
    second = newer(first)
    assert await store.write([second]) == frozenset()
    assert await store.write([newer(first, editor_event_id=first.article_id)]) == {first.article_id}
    assert await store.get(first.article_id) == second.document


async def test_a_swap_onto_what_does_not_exist_is_lost(store: Store) -> None:
    absent = document(revision(1))
    assert await store.write([newer(absent)]) == {absent.article_id}
    assert await store.get(absent.article_id) is None


async def test_a_rival_who_stored_the_very_same_is_not_taken_for_oneself(store: Store) -> None:
    held, other = document(revision(1)), document(revision(1, story="other"))
    await store.write([Change(expected_version=None, document=each) for each in (held, other)])
    await store.write([newer(held)])
    assert await store.write([newer(held), newer(other)]) == {held.article_id}
    assert await store.versions([held.article_id, other.article_id]) == {
        held.article_id: 2,
        other.article_id: 2,
    }


async def test_in_a_large_bulk_only_the_forestalled_are_lost(store: Store) -> None:
    held = [document(revision(1, story=f"held-{n}")) for n in range(300)]
    await store.write([Change(expected_version=None, document=each) for each in held])
    forestalled = held[::50]
    await store.write([newer(each, editor_event_id=each.article_id) for each in forestalled])
    inserts = [new(revision(1, story=f"new-{n}")) for n in range(300)]
    doubled = [new(revision(2, story="held-1")), new(revision(2, story="held-2"))]
    untouched = held[3:]
    lost = await store.write([*(newer(each) for each in untouched), *inserts, *doubled])
    expected = {each.article_id for each in forestalled[1:]} | {
        change.document.article_id for change in doubled
    }
    assert lost == expected
    written = [change.document.article_id for change in inserts]
    assert len(await store.load(written)) == 300


async def test_of_many_writers_at_once_exactly_one_wins(store: Store) -> None:
    first = document(revision(1))
    await store.write([Change(expected_version=None, document=first)])
    rivals = [newer(first, editor_event_id=factories.submitted(f"r{n}").event_id) for n in range(10)]
    answers = await asyncio.gather(*(store.write([rival]) for rival in rivals))
    winners = [rival for rival, lost in zip(rivals, answers, strict=True) if not lost]
    assert len(winners) == 1
    assert await store.get(first.article_id) == winners[0].document


async def test_a_head_tells_version_and_acceptance(store: Store) -> None:
    shown, stub = document(revision(1), revision(2)), document(edit(1, story="stub"))
    await store.write([Change(expected_version=None, document=each) for each in (shown, stub)])
    heads = await store.heads([shown.article_id, stub.article_id])
    assert heads[shown.article_id].document_version == 2
    assert heads[shown.article_id].accepted_at == factories.MOMENT
    assert heads[stub.article_id].accepted_at is None


async def test_a_feed_page_is_newest_first_then_by_id_and_pages_without_gap_or_repeat(store: Store) -> None:
    minutes = (5, 3, 3, 3, 9, 1, 7)
    documents = [
        document(revision(1, story=f"s{n}", published_at=factories.MOMENT + timedelta(minutes=m)))
        for n, m in enumerate(minutes)
    ]
    await store.write([Change(expected_version=None, document=each) for each in documents])
    expected = sorted(documents, key=lambda d: (-_published_at(d).timestamp(), d.article_id))
    pages, before = [], None
    while page := await store.feed_page("source/meridian", limit=2, before=before):
        pages += page
        before = (_published_at(page[-1]), page[-1].article_id)
    assert pages == lines(*expected)


async def test_a_feed_page_leaves_out_what_no_line_of_a_feed_shows(store: Store) -> None:
    evidence = Evidence(part="headline", start=0, end=7, quote="Harbour")
    tag = Tag(
        kind="place", label="Harbour", confidence=0.5, basis="heuristic", method="rules", evidence=(evidence,)
    )
    link = RelatedLink(article_id=identity.article_id("meridian", "other"), relation="topical", score=0.5)
    whole = document(factories.enriched(factories.submitted("tagged"), tags=(tag,), related=(link,)))
    await store.write([Change(expected_version=None, document=whole)])
    (line,) = await store.feed_page("all", limit=10)
    assert line.publication is not None
    assert [each.label for each in line.publication.tags] == ["Harbour"]
    assert line.publication.tags[0].evidence == ()
    assert line.publication.related == ()
    assert await store.get(whole.article_id) == whole


async def test_a_feed_holds_its_own_articles_and_no_killed_embargoed_or_unpublished_one(store: Store) -> None:
    until = factories.MOMENT + timedelta(days=1)
    city = document(revision(1, story="city"))
    hidden = [
        document(revision(1, story="killed"), kill("killed")),
        document(revision(1, story="embargoed", embargo_until=until)),
        document(edit(1, story="stub")),
    ]
    sport = document(revision(1, story="sport", section="Sport"))
    everything = [city, sport, *hidden]
    await store.write([Change(expected_version=None, document=each) for each in everything])
    assert await store.feed_page("section/city", limit=10, before=None) == lines(city)
    assert {d.article_id for d in await store.feed_page("all", limit=10)} == {
        city.article_id,
        sport.article_id,
    }
    assert await store.feed_page("section/none", limit=10) == []
    assert set(await store.summaries([d.article_id for d in everything])) == {
        city.article_id,
        sport.article_id,
    }
    assert await store.feed_ids() == [
        ("all", 2),
        ("language/en", 2),
        ("section/city", 1),
        ("section/sport", 1),
        ("source/meridian", 2),
    ]


async def test_a_feed_page_can_be_narrowed_to_what_other_feeds_hold_too(store: Store) -> None:
    stories = [("en", "City"), ("ru", "City"), ("en", "Sport"), ("en", "City"), ("en", "City")]
    documents = [
        document(
            revision(
                1,
                story=f"s{n}",
                language=language,
                section=section,
                published_at=factories.MOMENT + timedelta(minutes=n),
            )
        )
        for n, (language, section) in enumerate(stories)
    ]
    await store.write([Change(expected_version=None, document=each) for each in documents])
    narrow = ("language/en", "source/meridian")
    first = await store.feed_page("section/city", limit=2, within=narrow)
    assert first == lines(documents[4], documents[3])
    place = (_published_at(first[-1]), first[-1].article_id)
    second = await store.feed_page("section/city", limit=2, before=place, within=narrow)
    assert second == lines(documents[0])
    assert await store.feed_page("section/city", limit=2, within=("language/en", "source/other")) == []


async def test_the_newest_of_a_feed_are_those_of_a_span_in_the_feeds_order(store: Store) -> None:
    documents = [
        document(revision(1, story=f"s{n}", published_at=factories.MOMENT + timedelta(hours=n)))
        for n in range(6)
    ]
    killed = document(
        revision(1, story="killed", published_at=factories.MOMENT + timedelta(hours=3)), kill("killed")
    )
    await store.write([Change(expected_version=None, document=each) for each in (*documents, killed)])
    since, until = factories.MOMENT + timedelta(hours=1), factories.MOMENT + timedelta(hours=4)
    found = await store.newest("all", since=since, until=until, limit=3)
    assert [summary.article_id for summary in found] == [documents[n].article_id for n in (4, 3, 2)]
    assert len(await store.newest("all", since=since, until=until, limit=10)) == 4


async def test_a_summary_shows_what_a_link_needs(store: Store) -> None:
    shown = document(revision(1), revision(2))
    await store.write([Change(expected_version=None, document=shown)])
    summary = (await store.summaries([shown.article_id]))[shown.article_id]
    assert (summary.headline, summary.language, summary.source) == ("Revision 2 of story-1", "en", "meridian")
    assert (summary.published_at, summary.document_version) == (factories.MOMENT, 2)


async def test_a_feed_name_is_a_value_and_never_a_query(store: Store) -> None:
    await store.write([new(revision(1))])
    for name in ('{"$ne": null}', "$where", ".*", "all\x00"):
        assert await store.feed_page(name, limit=10) == []


async def test_indexes_are_made_once_and_found_again(store: Store) -> None:
    await store.ensure_indexes()
    await store.check_indexes()
    await store.ping()


def _published_at(of: StoredArticleV3) -> Any:
    assert of.publication is not None
    return of.publication.published_at


UNTIL = factories.MOMENT + timedelta(days=1)


def embargoed(story: str, *, hours: int = 0, number: int = 1) -> StoredArticleV3:
    return document(revision(number, story=story, embargo_until=UNTIL + timedelta(hours=hours)))


async def test_what_is_due_comes_in_the_order_in_which_it_ended(store: Store) -> None:
    held = [
        embargoed("c", hours=2),
        embargoed("a", hours=0),
        embargoed("b", hours=1),
        embargoed("d", hours=3),
    ]
    others = [document(revision(1, story="open")), document(revision(1, story="dead"), kill("dead"))]
    await store.write([Change(expected_version=None, document=each) for each in (*held, *others)])
    assert await store.due(UNTIL - timedelta(milliseconds=1), limit=10) == []
    ended = await store.due(UNTIL + timedelta(hours=2), limit=10)
    assert ended == [held[1], held[2], held[0]]
    assert await store.due(UNTIL + timedelta(hours=9), limit=2) == [held[1], held[2]]


async def test_a_lifted_document_is_untold_until_that_very_version_is_noted_as_told(store: Store) -> None:
    await store.write([Change(expected_version=None, document=embargoed(story)) for story in "ab"])
    lifts = [lift(each, now=UNTIL) for each in await store.due(UNTIL, limit=10)]
    a, b = sorted((each for each in lifts if each), key=lambda each: each.document.external_id)
    assert await store.write([a, b]) == frozenset()
    assert await store.due(UNTIL, limit=10) == []
    assert await store.untold(UNTIL - timedelta(milliseconds=1), limit=10) == []
    assert len(await store.untold(UNTIL, limit=10)) == 2
    await store.told({a.document.article_id: 2, b.document.article_id: 1, identity.article_id("x", "y"): 1})
    assert await store.untold(UNTIL, limit=10) == [b.document]
    told = await store.get(a.document.article_id)
    assert told == a.document.model_copy(update={"untold_since": None})
    await store.told({})


async def test_of_many_who_lift_an_article_exactly_one_does(store: Store) -> None:
    await store.write([Change(expected_version=None, document=embargoed("a"))])
    [held] = await store.due(UNTIL, limit=1)
    tries = [lift(held, now=UNTIL + timedelta(milliseconds=n)) for n in range(8)]
    answers = await asyncio.gather(*(store.write([each]) for each in tries if each))
    assert sorted(len(lost) for lost in answers) == [0, *[1] * 7]


async def test_the_server_tells_the_time_in_utc(store: Store) -> None:
    moment = await store.server_time()
    assert moment.utcoffset() == timedelta()
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


async def test_where_nothing_is_old_a_migration_finds_nothing(store: Store) -> None:
    await store.write([new(revision(1))])
    assert await store.migrate() == Migrated(rewritten=0, passed_over=0, last=None)


async def test_a_document_with_all_that_it_can_remember_comes_back_whole(store: Store) -> None:
    full = document(
        *(revision(n, lead=f"Lead {n}", note=f"Note {n}") for n in range(1, HISTORY_ENTRIES + 3)),
        edit(1),
    )
    assert len(full.history) == HISTORY_ENTRIES
    await store.write([Change(expected_version=None, document=full)])
    assert await store.get(full.article_id) == full


async def test_every_document_is_met_once_page_by_page(store: Store) -> None:
    held = [document(revision(1, story=f"story-{n}")) for n in range(5)]
    await store.write(
        [Change(expected_version=None, document=each) for each in [*held, document(kill("gone"))]]
    )
    met: list[str] = []
    while page := await store.in_order(after=met[-1] if met else "", limit=4):
        met += [article_id for article_id, _ in page]
    assert met == sorted(each.article_id for each in [*held, document(kill("gone"))])
    assert met == [*await store.ids(limit=4), *await store.ids(after=met[3], limit=4)]
    assert dict(await store.among([held[0].article_id, "none"])) == {held[0].article_id: held[0]}


async def test_a_dropped_database_is_empty(store: Store) -> None:
    await store.write([new(revision(1))])
    await store.drop_database()
    assert await store.in_order(limit=1) == []
