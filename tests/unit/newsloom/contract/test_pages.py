"""What is written about the events is fresh, whole, and leads nowhere but to itself."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from newsloom.contract.pages.changes import changes
from newsloom.contract.pages.documents import docs
from newsloom.contract.pages.markdown import slug
from newsloom.contract.pages.source import published
from newsloom_schemas.catalog import EVENTS, TOPICS

DOCS = Path(__file__).parents[4] / "docs"
GENERATED = ("events.md", "asyncapi.json", "catalogue.html")


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return dict(docs())


@pytest.fixture(scope="module")
def page(made: dict[str, str]) -> Any:
    return lxml.html.document_fromstring(made["catalogue.html"])


@pytest.mark.parametrize("name", GENERATED)
def test_the_generated_pages_are_fresh(made: dict[str, str], name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == made[name], f"run `make docs` and commit docs/{name}"


def test_the_catalogue_loads_nothing(made: dict[str, str], page: Any) -> None:
    assert [element.get("src") for element in page.iter() if element.get("src")] == []
    assert page.findall(".//link") == []
    assert not re.search(r"@import|url\(|https?://[^\s\"<]*\.(?:js|css|woff2?)", _part(made, "style"))
    handlers = [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    assert handlers == []


def test_the_catalogue_may_run_nothing_but_its_own_script(made: dict[str, str], page: Any) -> None:
    (policy,) = (e.get("content") for e in page.iter("meta") if e.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    for name in ("style", "script"):
        digest = hashlib.sha256(_part(made, name).encode()).digest()
        assert f"{name}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy


def _part(made: dict[str, str], name: str) -> str:
    return made["catalogue.html"].partition(f"<{name}>")[2].partition(f"</{name}>")[0]


def test_every_link_of_the_catalogue_leads_somewhere(page: Any) -> None:
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = {element.get("href") for element in page.iter("a")}
    for link in links:
        if link.startswith("#"):
            assert link[1:] in ids, link
        else:
            assert (DOCS / link).is_file(), link


def test_every_field_of_every_version_has_an_address(page: Any) -> None:
    ids = {element.get("id") for element in page.iter()}
    for event in EVENTS.values():
        for field in event.model_fields:
            assert f"{event.NAME}.v{event.VERSION}.{field}" in ids
    for name in ("Author", "ArticleContent", "ArticleContentV1"):
        assert f"type.{name}" in ids
    assert {f"topic.{topic.name}" for topic in TOPICS} <= ids


def test_what_is_copied_is_the_example_itself(page: Any) -> None:
    examples = {element.get("id"): element for element in page.iter("code") if element.get("id")}
    for version in published():
        for number, record in enumerate(version.examples.values(), start=1):
            name = f"{version.event.NAME}.v{version.event.VERSION}.example-{number}"
            assert json.loads(examples[f"{name}-value"].text_content()) == record["value"]
            assert json.loads(examples[f"{name}-headers"].text_content()) == record["headers"]
    copied = [element.get("data-copies") for element in page.iter("button")]
    assert set(copied) == set(examples)


def test_every_link_of_the_markdown_page_leads_somewhere(made: dict[str, str]) -> None:
    text = made["events.md"]
    anchors = {slug(heading) for heading in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)}
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 40
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors, link
        else:
            assert (DOCS / link).exists() or link in GENERATED, link


def test_headings_of_the_markdown_page_have_anchors_of_their_own(made: dict[str, str]) -> None:
    headings = [slug(text) for text in re.findall(r"^#+ (.+)$", made["events.md"], flags=re.MULTILINE)]
    assert len(headings) == len(set(headings))


def test_every_table_of_the_markdown_page_is_whole(made: dict[str, str]) -> None:
    for rows in tables(made["events.md"]):
        assert len({len(re.split(r"(?<!\\)\|", row)) for row in rows}) == 1, rows[0]


def tables(text: str) -> Iterator[list[str]]:
    for block in re.split(r"\n(?!\|)", text):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        if rows:
            yield rows


def test_changes_name_what_differs_down_to_the_last_type() -> None:
    schemas = {each.name: each.schema for each in published()}
    found = changes(schemas["ArticlePublishedV1"], schemas["ArticlePublishedV2"])
    assert [change.path for change in found] == [
        "content.authors",
        "content.authors[].name",
        "content.authors[].role",
        "content.authors[].uri",
    ]
    assert changes(schemas["ArticlePublishedV2"], schemas["ArticlePublishedV2"]) == ()


def test_a_type_inside_itself_ends() -> None:
    tree = {"$defs": {"T": {"properties": {"next": {"$ref": "#/$defs/T"}}}}, "$ref": "#/$defs/T"}
    assert changes({}, {"properties": {"t": {"$ref": "#/$defs/T"}}, "$defs": tree["$defs"]})[0].path == "t"
