"""`newsloom preview`: the parts of a page in words, and a question that hands nothing in."""

from typing import Any

import httpx2
import pytest

from newsloom.client import Refused
from newsloom.deliveries import from_stdin
from newsloom.previewing import teaser_rows, told
from tests.unit.newsloom.system import FakeSystem, problem

PAGE: dict[str, Any] = {
    "section": "City",
    "headline": "Harbour bridge reopens",
    "lead": None,
    "paragraphs": ["One.", "Two."],
    "authors": ["Ines Falk", "Ole Brandt"],
    "bylines": ["By Ines Falk and Ole Brandt"],
    "published": {"phrase": "9:15", "earliest": "E", "latest": "L", "exact": "2026-11-05T07:15:00Z"},
    "updated": {"phrase": "yesterday", "earliest": "E", "latest": "L", "exact": None},
    "earlier": [{"text": "the bridge was closed", "outlet": None, "line": "Earlier ..."}],
    "attributions": ["Reuters"],
    "keywords": [],
    "teasers": [
        {"title": "Ferry late", "lead": None, "age": "2 minutes ago", "earliest": "E", "latest": "L"},
        {"title": "Rain", "lead": None, "age": None, "earliest": None, "latest": None},
    ],
    "left_out": ["Share", "Latest news"],
    "language": "en",
}


def test_the_parts_that_a_page_has_are_told_and_no_others() -> None:
    lines = list(told(PAGE))
    assert lines[:4] == [
        "section      City",
        "headline     Harbour bridge reopens",
        "authors      Ines Falk, Ole Brandt",
        "published    2026-11-05T07:15:00Z",
    ]
    assert "updated      yesterday (E to L)" in lines
    assert "earlier      the bridge was closed" in lines
    assert lines[-3:] == ["   1  One.", "   2  Two.", "\nleft out: Share · Latest news"]
    assert not any(line.startswith(("lead", "keywords")) for line in lines)


def test_a_teaser_without_a_time_says_so() -> None:
    assert list(teaser_rows(PAGE)) == [
        ("Ferry late", "2 minutes ago", "E to L"),
        ("Rain", "", "not known"),
    ]


async def test_the_page_is_asked_about_and_not_handed_in() -> None:
    system = FakeSystem(answers=[httpx2.Response(200, json=PAGE)])
    page = from_stdin(b"City\nBridge", source="harbour", asked="page")
    shown = await system.client().preview(page, {"captured_at": "2026-11-05T10:00:00Z"})
    (request,) = system.requests
    assert (shown, request.url.path) == (PAGE, "/v1/pages/preview")
    assert dict(request.url.params)["captured_at"] == "2026-11-05T10:00:00Z"
    assert request.headers["authorization"] == "Bearer nl_test"


async def test_a_text_that_is_no_page_is_refused_with_the_way_out() -> None:
    system = FakeSystem(answers=[problem(422, "The text is not a news page")])
    page = from_stdin(b"x", source="harbour", asked="page")
    with pytest.raises(Refused, match="not a news page"):
        await system.client().preview(page, {})
