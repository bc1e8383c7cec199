"""Every problem has a page that says what it means and what to do, and every answer names its page."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ingest.problems.guide import GUIDE
from ingest.problems.pages import index_page, markdown, problem_page
from ingest.refusal import REFUSALS
from tests.integration.ingest.front_door import FrontDoor, bearer

DOCS = Path(__file__).parents[3] / "docs" / "problems.md"
VOID = frozenset({"meta"})
OPTIONAL_END = frozenset({"html", "head", "body", "li", "p", "tr", "td", "th", "thead", "tbody"})


class Outline(HTMLParser):
    """The elements of a page, and those that were never closed though they must be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID | OPTIONAL_END:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in OPTIONAL_END:
            assert self.open.pop() == tag

    def names(self) -> list[str]:
        return [name for name, _ in self.elements]


def test_every_refusal_has_its_page_and_no_page_is_of_nothing() -> None:
    assert set(GUIDE) == set(REFUSALS)
    for code, advice in GUIDE.items():
        assert advice.means.endswith("."), code
        assert advice.fixes, code
        assert all(fix.endswith(".") for fix in advice.fixes), code


@pytest.mark.parametrize("page", [index_page(), *map(problem_page, REFUSALS)])
def test_a_page_is_whole_has_one_heading_and_loads_and_runs_nothing(page: str) -> None:
    outline = Outline(page)
    assert outline.open == []
    assert [outline.names().count(name) for name in ("title", "h1", "main")] == [1, 1, 1]
    assert ("html", {"lang": "en"}) in outline.elements
    assert not {"script", "img", "link", "iframe", "form"} & set(outline.names())
    addresses = [attributes["href"] or "" for name, attributes in outline.elements if name == "a"]
    assert all(re.fullmatch(r"/docs|/problems(/[a-z0-9-]+)?", address) for address in addresses)


def test_the_page_in_the_repository_is_the_one_that_is_served() -> None:
    assert DOCS.read_text(encoding="utf-8") == markdown(), "run make docs"


async def test_an_answer_names_the_page_that_explains_it(door: FrontDoor) -> None:
    answer = await door.client.post("/v1/articles", content=b"{", headers=bearer())
    assert answer.json()["docs"] == "/problems/not-json"
    page = await door.client.get(answer.json()["docs"])
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert REFUSALS["not-json"].title in page.text
    everything = await door.client.get("/problems")
    assert everything.status_code == 200
    assert '<a href="/problems/not-json">' in everything.text


async def test_the_page_on_submitting_leads_to_the_page_of_each_refusal_and_to_nothing_else(
    door: FrontDoor,
) -> None:
    outline = Outline((await door.client.get("/docs")).text)
    assert outline.open == []
    links = {attributes["href"] or "" for tag, attributes in outline.elements if tag == "a"}
    named = {link.removeprefix("/problems/") for link in links if link.startswith("/problems/")}
    assert named == set(REFUSALS) - {"method"}
    places = {f"#{attributes['id']}" for tag, attributes in outline.elements if tag == "h2"}
    assert {link for link in links if link.startswith("#")} == places


@pytest.mark.parametrize(
    "elsewhere", ["/problems/zebra-7f3a", "/problems/not-json/x", "/problems/%2e%2e/docs"]
)
async def test_what_is_no_problem_has_no_page_and_is_not_echoed(door: FrontDoor, elsewhere: str) -> None:
    answer = await door.client.get(elsewhere)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:newsloom:problem:not-found"
    assert "zebra" not in answer.text
