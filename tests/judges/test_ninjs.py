"""ninjs before IPTC's own JSON Schema of version 3.1."""

import json
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource

from tests.judges import toolbox
from tests.judges.newsstand import Newsstand
from tests.judges.shelves import Page, pages
from tests.judges.stories import FILLERS, article_id, nasty, realistic

FORM = "?format=ninjs"


class Ninjs:
    """The schema, with those it refers to where the folder holds them."""

    def __init__(self, folder: Path) -> None:
        schema = json.loads((folder / "ninjs-schema_3.1.json").read_text())
        registry = Registry().with_resource(schema["$id"], Resource.from_contents(schema))
        self._judge = jsonschema.validators.validator_for(schema)(
            schema, registry=registry, format_checker=jsonschema.FormatChecker()
        )

    def faults(self, item: Any) -> list[str]:
        return [f"{error.json_path}: {error.message[:200]}" for error in self._judge.iter_errors(item)]


def next_of(read: Page) -> str | None:
    """ninjs has no word for a next page; ours is a rendition of that name."""
    renditions = json.loads(read.body)["renditions"]
    return next((each["href"] for each in renditions if each["name"] == "next"), None)


async def test_every_article_is_ninjs_3_1(stand: Newsstand) -> None:
    ninjs = Ninjs(toolbox.ninjs_schema())
    for story in [*realistic(), *nasty()]:
        item = (await stand.get(f"/v1/articles/{story.article_id}{FORM}")).json()
        assert ninjs.faults(item) == [], story.external_id


async def test_every_translation_is_ninjs_3_1(stand: Newsstand) -> None:
    ninjs = Ninjs(toolbox.ninjs_schema())
    for name, language in (("plain", "ru"), ("plain", "pt-BR"), ("nasty", "ru"), ("corrected", "en")):
        item = (await stand.get(f"/v1/articles/{article_id(name)}/translations/{language}{FORM}")).json()
        assert ninjs.faults(item) == [], name
        assert item["language"] == language


async def test_every_page_of_a_feed_is_ninjs_3_1(stand: Newsstand) -> None:
    ninjs = Ninjs(toolbox.ninjs_schema())
    read = await pages(stand, ".ninjs", next_of)
    told = [item["uri"] for each in read[:2] for item in json.loads(each.body)["associations"]]
    assert len(set(told)) == len(told) == len(realistic()) + len(nasty()) + FILLERS
    toolbox.no_faults({each.address: ninjs.faults(json.loads(each.body)) for each in read})


async def test_the_schema_would_refuse_a_bad_item(stand: Newsstand) -> None:
    ninjs = Ninjs(toolbox.ninjs_schema())
    item = (await stand.get(f"/v1/articles/{article_id('plain')}{FORM}")).json()
    del item["uri"]
    item["urgency"] = 12
    item["colour"] = "red"
    told = "\n".join(ninjs.faults(item))
    assert "'uri' is a required property" in told
    assert "12" in told
    assert "colour" in told
