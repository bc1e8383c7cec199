"""The news sitemap before the protocol's own XML Schema, a strict reader, and Google's rules for news."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree

from tests.judges import toolbox
from tests.judges.newsstand import PUBLIC, Newsstand
from tests.judges.stories import FILLERS, article_id, nasty, realistic
from tests.judges.toolbox import MANIFESTS

PATH = "/sitemap-news.xml"
TOO_OLD = 1  # of the nasty stories
XSD_ANY = "{http://www.w3.org/2001/XMLSchema}any"


def _schema() -> etree.XMLSchema:
    """The schema of sitemaps.org. It demands a schema for every foreign element too, and that of the news
    elements is in no package: so those are left to the strict reader below."""
    schema = etree.parse(toolbox.node_packages() / "sitemap/schema/sitemap.xsd")
    for wildcard in schema.iter(XSD_ANY):
        wildcard.set("processContents", "lax")
    return etree.XMLSchema(schema)


async def _items(stand: Newsstand) -> list[dict[str, Any]]:
    told = await _read((await stand.get(PATH)).content)
    assert "error" not in told, told
    return list(told["items"])


async def _read(body: bytes) -> dict[str, Any]:
    modules, node = toolbox.node_packages(), toolbox.node()
    told = await toolbox.judge(
        node, MANIFESTS / "read_sitemap.cjs", asked=body, environment={"NODE_PATH": str(modules)}
    )
    return dict(json.loads(told))


async def test_the_sitemap_is_valid(stand: Newsstand) -> None:
    schema = _schema()
    schema.validate(etree.fromstring((await stand.get(PATH)).content))
    assert [str(error) for error in schema.error_log] == []


async def test_the_schema_would_refuse_a_bad_sitemap(stand: Newsstand) -> None:
    body = (await stand.get(PATH)).content.replace(b"<loc>http", b"<loc>\n<b/>http", 1)
    assert not _schema().validate(etree.fromstring(body))


async def test_a_strict_reader_finds_every_recent_story(stand: Newsstand) -> None:
    items = await _items(stand)
    recent = len(realistic()) + len(nasty()) - TOO_OLD + FILLERS
    assert len(items) == recent
    assert all(item["url"].startswith(f"{PUBLIC}/articles/") for item in items)
    assert f"{PUBLIC}/articles/{article_id('plain')}" in {item["url"] for item in items}


async def test_the_strict_reader_would_speak_up(stand: Newsstand) -> None:
    body = (await stand.get(PATH)).content.replace(b"news:title", b"news:colour")
    assert "news:colour" in (await _read(body))["error"]


async def test_every_entry_has_what_google_news_asks_for(stand: Newsstand) -> None:
    items = await _items(stand)
    assert 0 < len(items) <= 1_000
    for item in items:
        news = item["news"]
        assert news["title"].strip()
        assert news["publication"]["name"]
        assert re.fullmatch(r"[a-z]{2,3}|zh-cn|zh-tw", news["publication"]["language"])
        published = datetime.fromisoformat(news["publication_date"])
        assert timedelta() <= datetime.now(UTC) - published <= timedelta(days=2)
