"""Every form of every article and feed: found, cached briefly, and gone at once when it must go."""

import re
from datetime import timedelta
from typing import Any

import pytest

from feeds.formats import ARTICLE_FORMATS, FEED_FORMATS
from newsloom_schemas.enrichment import RelatedLink
from newsloom_store import MemoryStore
from tests.unit.feeds.documents import article_id, document, tombstone, translated, withheld
from tests.unit.feeds.fakes import AbsentStore, holding
from tests.unit.feeds.surface import Surface, surface

FRESHNESS = "max-age=1, s-maxage=2, must-revalidate"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ENDINGS = [form.ending for form in FEED_FORMATS]
FORMS = [form.name for form in ARTICLE_FORMATS]


def article_paths(external_id: str) -> list[str]:
    """Every address at which an article or its Spanish translation can be asked for."""
    key = article_id(external_id)
    bases = [
        f"/v1/articles/{key}",
        f"/v1/articles/{key}/translations/es",
        f"/v1/articles?source=meridian&external_id={external_id}",
    ]
    asked = [f"{base}{'&' if '?' in base else '?'}format={form}" for base in bases for form in FORMS]
    return [*bases, *asked, f"/articles/{key}", f"/articles/{key}/es"]


def list_paths() -> list[str]:
    """Every address that lists articles."""
    feeds = [f"/v1/feeds/{feed}{ending}" for feed in ("all", "source/meridian") for ending in ENDINGS]
    return [*feeds, "/sitemap-news.xml", "/v1/feeds", "/"]


def whole(external_id: str, **fields: Any) -> Any:
    return document(external_id, language="ru", translations={"es": translated("es")}, **fields)


async def test_every_address_of_an_article_answers_in_the_form_asked_for() -> None:
    async with surface() as feeds:
        holding(feeds.store, whole("a"))
        for path in article_paths("a"):
            response = await feeds.get(path)
            assert response.status_code == 200, path
            kind = next((f.media_type for f in ARTICLE_FORMATS if path.endswith(f"={f.name}")), None)
            expected = kind or ("text/html" if path.startswith("/articles") else "application/json")
            assert response.headers["content-type"] == f"{expected}; charset=utf-8", path


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (BROWSER, "text/html"),
        ("text/html", "text/html"),
        ("text/*, application/json;q=0.5", "text/html"),
        ("*/*", "application/json"),
        ("", "application/json"),
        ("application/json, text/html;q=0.9", "application/json"),
        ("text/html;q=0, */*", "application/json"),
        ("text/html;q=0.5, */*;q=0.8", "application/json"),
        ("text/html; q=x;;, ;", "text/html"),
    ],
)
async def test_a_browser_gets_a_page_and_a_program_gets_json(accept: str, expected: str) -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a"))
        response = await feeds.get(f"/v1/articles/{article_id('a')}", accept=accept)
        assert response.headers["content-type"].startswith(expected)
        assert "Accept" in response.headers["vary"], "so that no cache mixes the two up"


async def test_a_form_that_is_none_is_told_which_there_are() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a"))
        response = await feeds.get(f"/v1/articles/{article_id('a')}?format=pdf")
        assert response.status_code == 422
        assert "ninjs" in response.json()["detail"]


async def test_a_killed_article_is_gone_from_every_surface() -> None:
    async with surface() as feeds:
        link = RelatedLink(article_id=article_id("a"), relation="topical", score=1)
        holding(feeds.store, whole("a", headline="The doomed headline"), document("b", related=(link,)))
        pages = [*article_paths("b")[:6:3], f"/articles/{article_id('b')}", *list_paths()[:-2]]
        tags = {path: (await feeds.get(path)).headers.get("etag", "") for path in pages + article_paths("a")}
        holding(feeds.store, tombstone("a"))
        for path in article_paths("a"):
            gone = await feeds.get(path, if_none_match=tags[path])
            assert gone.status_code == 410, path
            assert "doomed" not in gone.text
            assert gone.headers["cache-control"] == "max-age=300, must-revalidate"
            assert "Accept" in gone.headers["vary"].split(", "), "kept by caches as a page or as a problem"
            assert "secret reason" not in gone.text
        for path in pages:
            response = await feeds.get(path, if_none_match=tags[path])
            assert response.status_code == 200, f"{path} has changed, so its old copy is none"
            assert article_id("a") not in response.text
            assert "doomed" not in response.text


async def test_a_withheld_article_is_on_no_surface_and_says_neither_what_nor_until_when() -> None:
    async with surface() as feeds:
        link = RelatedLink(article_id=article_id("a"), relation="topical", score=1)
        holding(
            feeds.store, withheld("a", translations={"es": translated("es")}), document("b", related=(link,))
        )
        for path in article_paths("a"):
            refused = await feeds.get(path)
            assert refused.status_code == 451, path
            assert refused.headers["cache-control"] == "no-store"
            assert not re.search("secret|embargo|2026|11:30|The bridge in", refused.text), path
        for path in [*list_paths(), *article_paths("b")[:1], f"/articles/{article_id('b')}"]:
            shown = (await feeds.get(path)).text
            assert article_id("a") not in shown, path
            assert "secret" not in shown, path


async def test_only_the_stored_state_lifts_an_embargo_and_no_clock_of_ours() -> None:
    async with surface() as feeds:
        holding(feeds.store, withheld("a"))
        feeds.clock.moment += timedelta(days=365)
        assert (await feeds.get(f"/v1/articles/{article_id('a')}")).status_code == 451
        holding(feeds.store, document("a", embargo_until=feeds.clock.moment + timedelta(days=1)))
        assert (await feeds.get(f"/v1/articles/{article_id('a')}")).status_code == 200


async def test_errors_that_people_see_are_pages_and_others_are_problems() -> None:
    async with surface() as feeds:
        holding(feeds.store, tombstone("a"))
        page = await feeds.get(f"/articles/{article_id('a')}")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "withdrawn by its source" in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        for path in ("/articles/x", "/articles/x/y", "/articles/"):
            assert (await feeds.get(path)).headers["content-type"].startswith("text/html")
        in_a_browser = await feeds.get("/nowhere", accept=BROWSER)
        assert (in_a_browser.status_code, in_a_browser.headers["cache-control"]) == (404, "no-store")
        assert in_a_browser.headers["content-type"].startswith("text/html")
        problem = await feeds.get("/nowhere")
        assert problem.headers["content-type"] == "application/problem+json"


async def test_while_the_store_is_away_a_page_says_so() -> None:
    async with surface(store=AbsentStore()) as feeds:
        response = await feeds.get(f"/articles/{article_id('a')}")
        assert (response.status_code, response.headers["retry-after"]) == (503, "2")
        assert "store cannot answer" in response.text


async def test_a_reader_with_the_state_is_told_so_in_every_form() -> None:
    async with surface() as feeds:
        holding(feeds.store, whole("a"))
        seen = set()
        for path in [*article_paths("a"), *list_paths()[:-1], "/openapi.json"]:
            first = await feeds.get(path)
            etag = first.headers["etag"]
            again = await feeds.get(path, if_none_match=etag)
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["cache-control"] == first.headers["cache-control"] == FRESHNESS
            assert "Accept-Encoding" in again.headers["vary"]
            seen.add((etag, first.headers["content-type"]))
        assert len(seen) == len({etag for etag, _ in seen}), "no two forms share a tag"


async def test_copies_in_a_cache_and_a_browser_together_are_fresh_for_three_seconds_at_most() -> None:
    async with surface() as feeds:
        holding(feeds.store, whole("a"))
        for path in [*article_paths("a"), *list_paths()[:-1]]:
            policy = (await feeds.get(path)).headers["cache-control"]
            ages = {name: int(seconds) for name, seconds in re.findall(r"([a-z-]+)=(\d+)", policy)}
            assert ages["max-age"] + ages["s-maxage"] <= 3, f"{path}: a kill must bite within five seconds"
            assert "must-revalidate" in policy
            assert "stale" not in policy


async def test_a_changed_target_changes_every_form_of_who_links_to_it() -> None:
    link = RelatedLink(article_id=article_id("b"), relation="topical", score=1)
    async with surface() as feeds:
        holding(feeds.store, document("a", related=(link,)), document("b"))
        paths = [f"/v1/articles/{article_id('a')}?format={form}" for form in FORMS]
        tags = [(await feeds.get(path)).headers["etag"] for path in paths]
        holding(feeds.store, document("b", version=2, headline="A new headline"))
        for path, etag in zip(paths, tags, strict=True):
            changed = await feeds.get(path, if_none_match=etag)
            assert "A new headline" in changed.text, path


async def test_large_answers_are_compressed_for_who_can_read_that_and_caches_know() -> None:
    async with surface() as feeds:
        holding(feeds.store, *(document(f"story-{n}") for n in range(20)))
        for ending in ENDINGS:
            path = f"/v1/feeds/all{ending}"
            packed = await feeds.get(path, accept_encoding="gzip")
            plain = await feeds.get(path, accept_encoding="identity")
            assert packed.headers["content-encoding"] == "gzip"
            assert "content-encoding" not in plain.headers
            assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
            assert packed.content == plain.content
            assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


async def test_what_a_proxy_or_an_odd_query_says_changes_no_answer() -> None:
    async with surface() as feeds:
        holding(feeds.store, whole("a"))
        lies = {
            "host": "evil.example",
            "x_forwarded_host": "evil.example",
            "x_forwarded_proto": "gopher",
            "x_original_url": "/admin",
            "forwarded": "host=evil.example",
        }
        for path in [*article_paths("a"), *list_paths(), "/robots.txt", "/docs"]:
            odd = f"{path}{'&' if '?' in path else '?'}utm=evil.example"
            honest, lied = await feeds.get(path), await feeds.get(odd, **lies)
            assert lied.status_code == honest.status_code == 200
            assert "evil" not in lied.text
            assert lied.headers.get("etag") == honest.headers.get("etag"), path
            assert set(lied.headers.get("vary", "").split(", ")) <= {"", "Accept", "Accept-Encoding"}


async def _pages(feeds: Surface, path: str) -> list[list[str]]:
    """The ids on each page of a feed in Atom or RSS, by its `next` links."""
    pages: list[list[str]] = []
    address: str | None = path
    while address:
        text = (await feeds.get(address)).text
        pages.append(re.findall(r"urn:uuid:([0-9a-f-]+)|isPermaLink=\"false\">([0-9a-f-]+)", text))
        found = re.search(r'href="https://news.example([^"]+)" rel="next"', text)
        address = found[1].replace("&amp;", "&").replace("&#x26;", "&") if found else None
    return [["".join(match) for match in page] for page in pages]


@pytest.mark.parametrize("ending", [".atom", ".rss"])
async def test_pages_of_xml_lead_to_each_other_until_the_last(ending: str) -> None:
    async with surface() as feeds:
        stored = [document(f"story-{n}", minutes=n) for n in range(25)]
        holding(feeds.store, *stored)
        pages = await _pages(feeds, f"/v1/feeds/source/meridian{ending}?limit=10")
        assert [len(page) for page in pages] == [10, 10, 5]
        assert [key for page in pages for key in page] == [d.article_id for d in reversed(stored)]


async def test_a_kill_while_a_reader_pages_takes_one_article_and_no_other() -> None:
    async with surface() as feeds:
        holding(feeds.store, *(document(f"story-{n}", minutes=-n) for n in range(30)))
        address, seen = "/v1/feeds/all.json?limit=4", []
        while address:
            page = (await feeds.get(address)).json()
            seen += [item["id"] for item in page["items"]]
            address = page.get("next_url", "").removeprefix("https://news.example")
            if len(seen) == 8:
                holding(feeds.store, tombstone("story-7"), tombstone("story-26"))
        assert seen == [article_id(f"story-{n}") for n in range(30) if n != 26], "story-7 was seen before"


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_page_beyond_the_end_and_a_feed_of_nothing_are_valid_and_empty(ending: str) -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a"), document("b", minutes=-5))
        first = (await feeds.get("/v1/feeds/all?limit=1")).json()
        beyond = first["next_url"].partition("before=")[2]
        feeds.store.documents.clear()
        for path in (f"/v1/feeds/all{ending}?before={beyond}", f"/v1/feeds/topic/geonames:1{ending}"):
            response = await feeds.get(path)
            assert response.status_code == 200
            assert article_id("a") not in response.text


async def test_a_feed_is_narrowed_by_language_and_source_on_all_its_pages() -> None:
    async with surface() as feeds:
        for n in range(12):
            lists = (
                "all",
                f"language/{'ru' if n % 2 else 'en'}",
                f"source/{'kursor' if n % 3 else 'meridian'}",
            )
            holding(feeds.store, document(f"story-{n}", minutes=-n, feeds=lists))
        page = (await feeds.get("/v1/feeds/all?language=ru-RU&source=kursor&limit=3")).json()
        rest = (await feeds.get(page["next_url"].removeprefix("https://news.example"))).json()
        assert [item["id"] for item in page["items"] + rest["items"]] == [
            article_id(f"story-{n}") for n in (1, 5, 7, 11)
        ]
        assert page["_newsloom"]["events_url"].endswith("/all/events?language=ru&source=kursor")
        assert page["language"] == "ru"
        for query in ("language=russian", "source=Not%20One", "language=", "language=ru&language=en"):
            assert (await feeds.get(f"/v1/feeds/all?{query}")).status_code == 422


async def test_a_narrowed_feed_of_the_same_articles_is_another_answer() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a", feeds=("all", "language/ru")))
        for ending in ENDINGS:
            etag = (await feeds.get(f"/v1/feeds/all{ending}")).headers["etag"]
            narrow = await feeds.get(f"/v1/feeds/all{ending}?language=ru", if_none_match=etag)
            assert narrow.status_code == 200, "its links name the filter"


async def test_a_document_that_must_not_be_shown_is_not_although_a_feed_names_it() -> None:
    async with surface() as feeds:
        named = {"feeds": ("all",)}
        holding(
            feeds.store,
            withheld("held").model_copy(update=named),
            tombstone("killed").model_copy(update=named),
            document("a"),
        )
        for ending in ENDINGS:
            shown = (await feeds.get(f"/v1/feeds/all{ending}")).text
            assert article_id("a") in shown
            assert "secret" not in shown
            assert article_id("held") not in shown


async def test_a_topic_has_a_feed_in_every_form() -> None:
    async with surface() as feeds:
        holding(feeds.store, document("a", feeds=("all", "topic/geonames:698740")))
        for ending in ("", *ENDINGS):
            response = await feeds.get(f"/v1/feeds/topic/geonames:698740{ending}")
            assert article_id("a") in response.text


async def test_the_news_sitemap_holds_two_days_and_no_more_than_engines_take() -> None:
    class Counting(MemoryStore):
        limits: list[int]

        async def newest(self, feed_id: str, *, since: Any, until: Any, limit: int) -> Any:
            self.limits = [*getattr(self, "limits", []), limit]
            return await super().newest(feed_id, since=since, until=until, limit=limit)

    store = Counting()
    async with surface(store=store) as feeds:
        hour = 60
        ages = {"new": -1, "old-enough": -48 * hour, "too-old": -48 * hour - 1, "not-yet": 5}
        holding(store, *(document(name, minutes=minutes) for name, minutes in ages.items()))
        shown = await feeds.get("/sitemap-news.xml")
        assert shown.headers["content-type"] == "application/xml; charset=utf-8"
        listed = re.findall(r"<loc>https://news.example/articles/([^<]+)</loc>", shown.text)
        assert listed == [article_id("new"), article_id("old-enough")]
        assert store.limits == [1000]
        assert "https://news.example/sitemap-news.xml" in (await feeds.get("/robots.txt")).text


async def test_the_start_page_leads_to_the_newest_articles_and_every_form_of_a_feed() -> None:
    async with surface() as feeds:
        old = -100_000
        many = [document(f"s{n}", minutes=old - n, feeds=("all", f"topic/geonames:{n}")) for n in range(70)]
        holding(feeds.store, *many)
        page = (await feeds.get("/")).text
        assert page.count("https://news.example/articles/") == 10
        for ending in ENDINGS:
            assert f"https://news.example/v1/feeds/all{ending}" in page
        assert "And 11 more" in page


async def test_openapi_names_every_form_and_every_status() -> None:
    async with surface() as feeds:
        described = (await feeds.get("/openapi.json")).json()
        feed = described["paths"]["/v1/feeds/{feed}"]["get"]["responses"]
        assert set(feed["200"]["content"]) == {
            *(form.media_type for form in FEED_FORMATS),
            "text/event-stream",
        }
        article = described["paths"]["/v1/articles/{article_id}"]["get"]["responses"]
        assert set(article["200"]["content"]) == {"application/json", "text/html"}
        assert "Article" in str(article["200"]["content"]["application/json"])
        assert {"304", "404", "410", "422", "451", "503"} <= set(article)
