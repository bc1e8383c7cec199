"""What readers get over a real socket from a real store: forms, caches, kills, embargoes."""

import asyncio
import gzip

from feeds.formats import ARTICLE_FORMATS, FEED_FORMATS
from tests.conftest import Stack
from tests.integration.feeds.newsroom import Newsroom, newsroom
from tests.integration.feeds.sse_client import listening
from tests.unit.feeds.documents import article_id, document, removed, tombstone, translated, updated, withheld

ENDINGS = [form.ending for form in FEED_FORMATS]
KILL_MUST_BITE_WITHIN_S = 5


def article_paths(external_id: str) -> list[str]:
    key = article_id(external_id)
    forms = [f"?format={form.name}" for form in ARTICLE_FORMATS]
    bases = (f"/v1/articles/{key}", f"/v1/articles/{key}/translations/es")
    return [*(base + form for base in bases for form in forms), f"/articles/{key}", f"/articles/{key}/es"]


def list_paths() -> list[str]:
    return [*(f"/v1/feeds/{feed}{end}" for feed in ("all", "language/ru") for end in ENDINGS), "/"]


async def statuses(room: Newsroom, paths: list[str]) -> set[int]:
    return {(await room.http.get(path)).status_code for path in paths}


async def test_an_article_lives_and_dies_on_every_surface(stack: Stack) -> None:
    async with newsroom(stack) as room:
        lists = ("all", "language/ru")
        story = document("a", feeds=lists, headline="Doomed", translations={"es": translated("es")})
        await room.write(story)
        assert await statuses(room, article_paths("a")) == {200}
        for path in list_paths():
            assert "Doomed" in (await room.http.get(path)).text, path
        await room.write(tombstone("a"), replaces=1)
        assert await statuses(room, article_paths("a")) == {410}
        for path in list_paths():
            assert "Doomed" not in (await room.http.get(path)).text, path


async def test_a_withheld_article_is_451_until_its_state_says_otherwise(stack: Stack) -> None:
    async with newsroom(stack) as room:
        held = withheld("a", translations={"es": translated("es")})
        await room.write(held)
        assert await statuses(room, article_paths("a")) == {451}
        for path in [*article_paths("a"), *list_paths(), "/sitemap-news.xml"]:
            assert "secret" not in (await room.http.get(path)).text, path
        lifted = held.model_copy(
            update={"document_version": 2, "withheld_until": None, "feeds": ("all", "language/ru")}
        )
        await room.write(lifted, replaces=1)
        assert await statuses(room, article_paths("a")) == {200}
        assert "A secret headline" in (await room.http.get("/v1/feeds/all.atom")).text


async def test_a_copy_is_cheap_to_renew_and_a_kill_is_seen_through_two_caches_in_time(stack: Stack) -> None:
    """A shared cache and a browser, as their rules allow them at worst: each keeps what it got to the end."""
    async with newsroom(stack) as room:
        await room.write(document("a"))
        path = f"/articles/{article_id('a')}"
        fresh = await room.http.get(path)
        assert (
            await room.http.get(path, headers={"If-None-Match": fresh.headers["etag"]})
        ).status_code == 304
        policy = dict(part.partition("=")[::2] for part in fresh.headers["cache-control"].split(", "))
        await room.write(tombstone("a"), replaces=1)
        asked_again = await room.http.get(path, headers={"If-None-Match": fresh.headers["etag"]})
        assert asked_again.status_code == 410, "an old tag does not keep it alive"
        assert int(policy["s-maxage"]) + int(policy["max-age"]) < KILL_MUST_BITE_WITHIN_S


async def test_pages_are_compressed_and_live_streams_never(stack: Stack) -> None:
    async with newsroom(stack) as room:
        for number in range(10):
            await room.write(document(f"story-{number}"))
        async with room.http.stream("GET", "/v1/feeds/all.atom", headers={"Accept-Encoding": "gzip"}) as page:
            packed = b"".join([chunk async for chunk in page.aiter_raw()])
        assert page.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed).count(b"<entry") == 10
        packing = {"Accept-Encoding": "gzip"}
        async with room.http.stream("GET", "/v1/feeds/all/events", headers=packing) as stream:
            assert "content-encoding" not in stream.headers, "a compressor holds back what is small"
            assert (await anext(stream.aiter_raw())).isascii()
        async with listening(room.http, "/v1/feeds/all/events") as reader:
            await reader.opened()
            await room.emit(updated("story-1"), removed("story-2"))
            assert [(await reader.next()).name for _ in range(2)] == ["upsert", "remove"], "as they come"


async def test_a_narrowed_feed_pages_through_the_store_and_goes_on_live(stack: Stack) -> None:
    async with newsroom(stack) as room:
        for number in range(30):
            lists = ("all", f"language/{'ru' if number % 2 else 'en'}", "source/meridian")
            await room.write(document(f"story-{number}", minutes=-number, feeds=lists))
        address, seen = "/v1/feeds/source/meridian.json?language=ru&limit=4", []
        while address:
            page = (await room.http.get(address)).json()
            seen += [item["id"] for item in page["items"]]
            address = page.get("next_url", "").partition("/v1/")[2]
            address = f"/v1/{address}" if address else ""
        assert seen == [article_id(f"story-{number}") for number in range(1, 30, 2)]
        assert "language=ru" in page["_newsloom"]["events_url"]


async def test_many_readers_at_once_get_whole_pages(stack: Stack) -> None:
    async with newsroom(stack) as room:
        for number in range(50):
            await room.write(document(f"story-{number}", body_html=f"<p>{'word ' * 400}</p>"))
        answers = await asyncio.gather(
            *(room.http.get(f"/v1/feeds/all{ending}") for ending in ENDINGS for _ in range(5))
        )
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.headers["etag"] for answer in answers}) == len(ENDINGS)
