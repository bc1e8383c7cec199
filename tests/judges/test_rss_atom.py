"""RSS and Atom before the W3C's validator, a strict parser, and the parser that half the world reads with."""

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atoma
import feedparser
import pytest
from lxml import etree

from tests.judges import toolbox
from tests.judges.newsstand import Newsstand
from tests.judges.shelves import Page, page, pages
from tests.judges.stories import EMPTY_FEED, FILLERS, SOURCE, article_id, nasty, realistic

ATOM = "{http://www.w3.org/2005/Atom}"
XML_FORMATS = (".rss", ".atom")
PUBLIC_STORIES = len(realistic()) + len(nasty()) + FILLERS
VALIDATOR = Path(__file__).parent / "feed_validator.py"

# What the validator may say, and why that is right as it is.
JUSTIFIED = {"DuplicateUpdated": "two articles may well change in the same second"}
# What it may say of a page that shows one of these stories: their headlines, names and rubrics quote markup.
# It cannot know that this is what they say. That it arrives as it was written is tested below.
QUOTING_MARKUP = ("nasty", "markup")
JUSTIFIED_BY_QUOTES = ("ContainsHTML", "ContainsUndeclaredHTML")


def next_of(read: Page) -> str | None:
    """The address that the page's own `next` link gives (RFC 5005)."""
    found = etree.fromstring(read.body).find(f".//{ATOM}link[@rel='next']")
    return None if found is None else str(found.get("href"))


async def w3c_says(*judged: Page) -> dict[str, list[str]]:
    """The validator's complaints, by the page's address."""
    environment = {"PYTHONPATH": str(toolbox.feed_validator())}
    feeds = [
        {
            "body": base64.b64encode(each.body).decode(),
            "content_type": each.content_type,
            "address": each.address,
        }
        for each in judged
    ]
    told = await toolbox.judge(
        sys.executable, VALIDATOR, asked=json.dumps(feeds).encode(), environment=environment
    )
    messages = zip(judged, json.loads(told), strict=True)
    return {each.address: [text for text in said if _is_fault(text, each)] for each, said in messages}


def _is_fault(message: str, of: Page) -> bool:
    """Whether it is an error or a warning that no reason above covers."""
    level, name, *_ = message.replace(":", "").split()
    quoting = any(article_id(story).encode() in of.body for story in QUOTING_MARKUP)
    justified = [*JUSTIFIED, *(JUSTIFIED_BY_QUOTES if quoting else ())]
    return level in ("error", "warning") and name not in justified


@pytest.mark.parametrize("ending", XML_FORMATS)
async def test_the_w3c_feed_validator_has_nothing_to_say(stand: Newsstand, ending: str) -> None:
    toolbox.no_faults(await w3c_says(*await pages(stand, ending, next_of)))


async def test_the_w3c_feed_validator_would_speak_up(stand: Newsstand) -> None:
    sound = await page(stand, f"https://news.example/v1/feeds/{EMPTY_FEED}.rss")
    broken = Page(
        address=sound.address,
        content_type=sound.content_type,
        body=sound.body.replace(b"<description>", b"<descriptio>").replace(
            b"</description>", b"</descriptio>"
        ),
    )
    told = (await w3c_says(broken))[sound.address]
    assert any("UndefinedElement" in message for message in told)
    assert any("MissingDescription" in message for message in told)


@pytest.mark.parametrize("ending", XML_FORMATS)
async def test_feedparser_reads_every_story_in_full(stand: Newsstand, ending: str) -> None:
    read = [feedparser.parse(each.body) for each in await pages(stand, ending, next_of)]
    assert [each.bozo_exception for each in read if each.bozo] == []
    whole = [entry for each in read[:2] for entry in each.entries]
    assert len(whole) == PUBLIC_STORIES
    by_id = {entry.id.removeprefix("urn:uuid:"): entry for entry in whole}
    assert len(by_id) == PUBLIC_STORIES
    told = by_id[article_id("markup")]
    assert told.title == "R&D: why &nbsp; and &#160; differ, and 1 < 2 <3"
    assert [author.name for author in told.authors] == ["Smith & Sons"]
    assert by_id[article_id("corrected")].title == "Мост через старую гавань снова открыт"


STRICT: dict[str, Callable[[bytes], Any]] = {
    ".rss": atoma.parse_rss_bytes,
    ".atom": atoma.parse_atom_bytes,
}


@pytest.mark.parametrize("ending", XML_FORMATS)
async def test_a_strict_parser_finds_every_required_element(stand: Newsstand, ending: str) -> None:
    read = [STRICT[ending](each.body) for each in await pages(stand, ending, next_of)]
    assert all(each.title for each in read)


async def test_a_feed_names_its_source(stand: Newsstand) -> None:
    read = feedparser.parse((await stand.get(f"/v1/feeds/source/{SOURCE}.rss")).content)
    assert SOURCE in read.feed.title
