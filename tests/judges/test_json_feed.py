"""JSON Feed before the public schema of version 1.1."""

import json
from datetime import datetime
from typing import Any

import jsonschema

from tests.judges import toolbox
from tests.judges.newsstand import Newsstand
from tests.judges.shelves import Page, pages
from tests.judges.stories import FILLERS, nasty, realistic


def next_of(read: Page) -> str | None:
    """The address that the page gives for the next one."""
    found: str | None = json.loads(read.body).get("next_url")
    return found


def faults(document: Any, schema: Any) -> list[str]:
    """Where the document breaks the schema; formats such as `uri` and `date-time` count."""
    judge = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
    return [f"{error.json_path}: {error.message[:200]}" for error in judge.iter_errors(document)]


def schema_1_1() -> Any:
    return json.loads((toolbox.node_packages() / "jsonfeed-schema/schema-v1.1.json").read_text())


async def test_every_page_is_a_json_feed_1_1(stand: Newsstand) -> None:
    schema, read = schema_1_1(), await pages(stand, ".json", next_of)
    toolbox.no_faults({each.address: faults(json.loads(each.body), schema) for each in read})


async def test_the_schema_would_refuse_a_bad_item(stand: Newsstand) -> None:
    feed = json.loads((await stand.get("/v1/feeds/all.json?limit=1")).content)
    del feed["items"][0]["content_html"]
    feed["items"][0]["date_published"] = "yesterday"
    feed["items"][0]["external_url"] = "https://news.example/a b"
    told = "\n".join(faults(feed, schema_1_1()))
    assert "date-time" in told
    assert "'uri'" in told
    assert "$.items[0]: " in told  # neither content_html nor content_text


async def test_a_reader_of_all_pages_gets_every_item_once(stand: Newsstand) -> None:
    read = [json.loads(each.body) for each in (await pages(stand, ".json", next_of))[:2]]
    items = [item for feed in read for item in feed["items"]]
    assert len({item["id"] for item in items}) == len(items) == len(realistic()) + len(nasty()) + FILLERS
    assert all(datetime.fromisoformat(item["date_published"]).tzinfo for item in items)
