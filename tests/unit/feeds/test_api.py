"""The read API: what each address answers, and what it must never give away."""

import re
from typing import Any

import feedparser
import pytest

from newsloom_schemas.document import StoredTranslation
from newsloom_schemas.enrichment import RelatedLink, Translation
from tests.eventually import eventually
from tests.unit.feeds.documents import article_id, document, tombstone, updated
from tests.unit.feeds.fakes import AbsentStore, CountingStore, holding
from tests.unit.feeds.pages import HOSTILE
from tests.unit.feeds.surface import BASE, surface

UNKNOWN = "00000000-0000-5000-8000-000000000000"


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    kept = "max-age=300, must-revalidate" if status == 410 else "no-store"
    assert response.headers["cache-control"] == kept
    body: dict[str, Any] = response.json()
    assert (body["status"], body["type"]) == (status, f"urn:newsloom:problem:{code}")
    return body


async def test_an_article_is_found_by_id_and_by_its_sources_id() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("https://kursor.example/a?b=1"))
        by_id = await feeds.get(f"/v1/articles/{article_id('https://kursor.example/a?b=1')}")
        params = {"source": "meridian", "external_id": "https://kursor.example/a?b=1"}
        by_source = await feeds.http.get("/v1/articles", params=params)
        assert by_id.status_code == by_source.status_code == 200
        assert by_id.json() == by_source.json()
        assert by_id.json()["headline"] == "Harbour bridge reopens"


async def test_a_write_to_the_store_is_seen_by_the_next_read() -> None:
    async with surface() as feeds:
        for version in (1, 2, 3):
            holding(feeds.store, document("a", version=version))
            shown = (await feeds.get(f"/v1/articles/{article_id('a')}")).json()
            (item,) = (await feeds.get("/v1/feeds/all")).json()["items"]
            assert shown["document_version"] == item["_newsloom"]["document_version"] == version


async def test_a_killed_article_is_gone_everywhere_and_nothing_of_it_is_said() -> None:
    async with surface() as feeds:
        link = RelatedLink(article_id=article_id("killed"), relation="topical", score=1)
        holding(feeds.store, tombstone("killed"), document("other", related=(link,)))
        for path in (article_id("killed"), article_id("killed") + "/translations/en"):
            body = problem(await feeds.get(f"/v1/articles/{path}"), 410, "killed")
            assert "secret" not in str(body)
        problem(await feeds.get("/v1/articles?source=meridian&external_id=killed"), 410, "killed")
        assert (await feeds.get(f"/v1/articles/{article_id('other')}")).json()["related"] == []
        for feed in ("all", "all.rss", "source/meridian"):
            assert article_id("killed") not in (await feeds.get(f"/v1/feeds/{feed}")).text


async def test_a_kill_beats_the_etag_of_the_text_it_killed() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a"))
        path = f"/v1/articles/{article_id('a')}"
        etag = (await feeds.get(path)).headers["etag"]
        holding(feeds.store, tombstone("a"))
        problem(await feeds.get(path, if_none_match=etag), 410, "killed")


async def test_an_article_without_a_revision_is_not_there() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("stub", publication=None, feeds=()))
        for path in (article_id("stub"), UNKNOWN, article_id("stub") + "/translations/en"):
            problem(await feeds.get(f"/v1/articles/{path}"), 404, "not-found")


@pytest.mark.parametrize(
    "asked", ["1", "%7B%22$ne%22:null%7D", "x" * 5000, UNKNOWN + "0", "..", "%00", "%D1%8B"]
)
async def test_what_is_no_id_is_refused_without_asking_the_store(asked: str) -> None:
    store = CountingStore()
    async with surface(store=store) as feeds:
        response = await feeds.get(f"/v1/articles/{asked}")
        assert response.status_code == 404
        assert store.asked == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "source=meridian",
        "external_id=a",
        "source=Not%20One&external_id=a",
        "source=meridian&external_id=" + "x" * 513,
    ],
)
async def test_a_question_without_a_valid_source_and_id_is_told_what_to_send(query: str) -> None:
    async with surface() as feeds:
        body = problem(await feeds.get(f"/v1/articles?{query}"), 422, "bad-parameter")
        assert body["parameter"] in ("source", "external_id")
        assert "Not One" not in str(body)


async def test_a_translation_has_its_own_address_and_a_missing_one_is_a_problem() -> None:
    made = Translation(language="es", status="published", engine="x", headline="Puente", body_html="<p>x</p>")
    none = Translation(language="en", status="unavailable", reason="no engine for ru->en")
    stored = {
        made.language: StoredTranslation(event_id=UNKNOWN, revision=1, translation=made),
        none.language: StoredTranslation(event_id=UNKNOWN, revision=1, translation=none),
    }
    async with surface() as feeds:
        holding(feeds.store, document("a", translations=stored))
        path = f"/v1/articles/{article_id('a')}/translations"
        assert (await feeds.get(f"{path}/es")).json()["translation"]["headline"] == "Puente"
        for language in ("en", "de", "$where", "x" * 3000):
            problem(await feeds.get(f"{path}/{language}"), 404, "not-found")


async def test_the_list_of_feeds_counts_and_links() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a"), document("b"), document("c", feeds=("all", "section/мир")))
        lines = {line["id"]: line for line in (await feeds.get("/v1/feeds")).json()["feeds"]}
        assert {name: line["articles"] for name, line in lines.items()} == {
            "all": 3,
            "source/meridian": 2,
            "section/мир": 1,
        }
        followed = await feeds.get(lines["section/мир"]["json_url"].removeprefix(BASE))
        assert len(followed.json()["items"]) == 1


async def test_paging_shows_every_article_once_newest_first() -> None:
    async with surface() as feeds:
        stored = [document(f"story-{n}", minutes=n // 3) for n in range(25)]  # three share each minute
        holding(feeds.store, *stored)
        seen: list[str] = []
        path: str | None = "/v1/feeds/all.json?limit=4"
        while path:
            page = (await feeds.get(path)).json()
            seen += [item["id"] for item in page["items"]]
            path = page.get("next_url", "").removeprefix(BASE)
        minutes = {d.article_id: n // 3 for n, d in enumerate(stored)}
        assert sorted(seen) == sorted(minutes)
        assert [minutes[id] for id in seen] == sorted(minutes.values(), reverse=True)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=-1", "limit=ten", "limit=1.5", "limit=", "limit=٣", "before=x"]
)
async def test_a_bad_page_parameter_is_told_what_to_send(query: str) -> None:
    async with surface() as feeds:
        problem(await feeds.get(f"/v1/feeds/all?{query}"), 422, "bad-parameter")


async def test_the_endings_choose_the_form() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a"))
        for ending in ("", ".json"):
            response = await feeds.get(f"/v1/feeds/source/meridian{ending}")
            assert response.headers["content-type"].startswith("application/feed+json")
            assert response.json()["feed_url"] == f"{BASE}/v1/feeds/source/meridian.json"
        rss = await feeds.get("/v1/feeds/source/meridian.rss")
        assert rss.headers["content-type"] == "application/rss+xml; charset=utf-8"
        assert len(feedparser.parse(rss.content).entries) == 1


async def test_an_unknown_kind_is_a_problem_and_an_unknown_value_an_empty_feed() -> None:
    async with surface() as feeds:
        for path in ("nonsense", "all.xml", "source", "topic/", "", "all/events/events", "section/a.xml"):
            problem(await feeds.get(f"/v1/feeds/{path}"), 404, "unknown-feed")
        for path in ("section/nobody-wrote-here", "section/events", "language/fr.rss"):
            assert (await feeds.get(f"/v1/feeds/{path}")).status_code == 200


async def test_a_reader_that_has_the_state_is_told_so_and_a_change_is_sent() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a"))
        for path in ("/v1/feeds/all", "/v1/feeds/all.rss", f"/v1/articles/{article_id('a')}", "/v1/feeds"):
            first = await feeds.get(path)
            assert first.headers["cache-control"] == "max-age=1, s-maxage=2, must-revalidate"
            again = await feeds.get(path, if_none_match=f'"other", {first.headers["etag"]}')
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
        etag = (await feeds.get("/v1/feeds/all")).headers["etag"]
        holding(feeds.store, document("a", version=2))
        assert (await feeds.get("/v1/feeds/all", if_none_match=etag)).status_code == 200


async def test_a_change_of_a_related_article_changes_the_etag() -> None:
    async with surface() as feeds:
        link = RelatedLink(article_id=article_id("b"), relation="topical", score=1)
        holding(feeds.store, document("a", related=(link,)), document("b"))
        path = f"/v1/articles/{article_id('a')}"
        etag = (await feeds.get(path)).headers["etag"]
        holding(feeds.store, document("b", version=2, headline="A new headline"))
        changed = await feeds.get(path, if_none_match=etag)
        assert changed.json()["related"][0]["headline"] == "A new headline"


async def test_dates_and_broken_tags_of_a_reader_never_hide_a_change() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a"))
        future = "Fri, 01 Jan 2100 00:00:00 GMT"
        assert (await feeds.get("/v1/feeds/all", if_modified_since=future)).status_code == 200
        assert (await feeds.get("/v1/feeds/all", if_none_match='W/"unfinished')).status_code == 200


async def test_last_modified_is_never_ahead_of_our_clock() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a", minutes=600))
        assert (await feeds.get("/v1/feeds/all")).headers["last-modified"] == "Thu, 05 Nov 2026 09:30:00 GMT"


async def test_without_the_log_feeds_are_served_without_a_cursor_and_streams_are_not() -> None:
    async with surface(reached=False) as feeds:
        holding(feeds.store, document("a"))
        assert "cursor" not in (await feeds.get("/v1/feeds/all")).json()["_newsloom"]
        response = await feeds.get("/v1/feeds/all/events")
        problem(response, 503, "log-unavailable")
        assert response.headers["retry-after"]


async def test_while_the_store_is_away_readers_are_told_to_come_back() -> None:
    async with surface(store=AbsentStore()) as feeds:
        response = await feeds.get(f"/v1/articles/{UNKNOWN}")
        problem(response, 503, "store-unavailable")
        assert response.headers["retry-after"]
        assert (await feeds.get("/")).status_code == 200, "the start page says so instead of failing"


async def test_any_origin_may_read_and_errors_are_problems_too() -> None:
    async with surface() as feeds:
        for path in (
            "/v1/feeds/all",
            "/v1/feeds",
            f"/v1/articles/{UNKNOWN}",
            "/nowhere",
            "/v1/feeds/all?limit=x",
        ):
            assert (await feeds.get(path)).headers["access-control-allow-origin"] == "*"
        problem(await feeds.get("/nowhere"), 404, "not-found")
        refused = await feeds.http.post("/v1/feeds/all")
        problem(refused, 405, "method-not-allowed")


async def test_head_answers_like_get_without_making_an_error() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a"))
        for path in (
            "/v1/feeds/all",
            "/v1/feeds/all.rss",
            "/v1/feeds/all/events",
            f"/v1/articles/{article_id('a')}",
        ):
            assert (await feeds.http.head(path)).status_code == 200


async def test_the_host_header_decides_no_link() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a"))
        response = await feeds.get("/v1/feeds/all", host="evil.example", x_forwarded_host="evil.example")
        assert "evil" not in response.text
        assert BASE in response.text


@pytest.mark.parametrize("path", ["/", "/docs"])
async def test_the_pages_for_people_load_nothing_and_escape_everything(path: str) -> None:
    async with surface() as feeds:
        holding(
            feeds.store, document("a", feeds=("all", f"section/{HOSTILE.replace(chr(0xD800), '')}"[:200]))
        )
        page = await feeds.get(path)
        assert page.status_code == 200
        assert "<script" not in page.text
        assert not re.search(r"<(img|script|iframe)|src=|url\(", page.text)
        assert set(re.findall(r'<link rel="(\w+)"', page.text)) <= {"alternate"}
        assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_the_description_of_the_api_names_every_address() -> None:
    async with surface() as feeds:
        described = (await feeds.get("/openapi.json")).json()
        assert set(described["paths"]) == {
            "/v1/articles",
            "/v1/articles/{article_id}",
            "/v1/articles/{article_id}/translations/{language}",
            "/v1/feeds",
            "/v1/feeds/{feed}",
            "/articles/{article_id}",
            "/articles/{article_id}/{language}",
            "/sitemap-news.xml",
        }
        page = (await feeds.get("/docs")).text
        assert all(path in page for path in described["paths"])


async def test_the_cursor_of_a_page_is_taken_before_the_store_is_read() -> None:
    class LateWriter(CountingStore):
        """While a page is read, an article is written and announced."""

        async def feed_page(self, *args: Any, **kwargs: Any) -> Any:
            page = await super().feed_page(*args, **kwargs)
            self.documents |= {d.article_id: d for d in [document("late")]}
            feeds.log.append(updated("late"))
            await eventually(lambda: feeds.tail.cursor("all") == "0:1")
            return page

    async with surface(store=LateWriter()) as feeds:
        page = (await feeds.get("/v1/feeds/all")).json()
        assert page["items"] == []
        assert page["_newsloom"]["cursor"] == "0:0", "what the page lacks is read from its cursor on"


async def test_a_canary_is_found_by_whoever_knows_of_it_and_by_no_search_engine() -> None:
    async with surface() as feeds:
        canary = document("c-1").model_copy(update={"source": "canary", "feeds": ("canary",)})
        holding(feeds.store, canary, document("a"))
        shown = await feeds.get(f"/v1/articles/{canary.article_id}")
        assert (shown.status_code, shown.headers["x-robots-tag"]) == (200, "noindex")
        assert "x-robots-tag" not in (await feeds.get(f"/v1/articles/{article_id('a')}")).headers
        (item,) = (await feeds.get("/v1/feeds/canary.json")).json()["items"]
        assert item["_newsloom"]["article_id"] == canary.article_id
        for page in ("/", "/v1/feeds", "/v1/feeds/all.json", "/sitemap-news.xml", "/v1/feeds/source/canary"):
            assert canary.article_id not in (await feeds.get(page)).text, page
        assert "canary" not in (await feeds.get("/v1/feeds")).text
