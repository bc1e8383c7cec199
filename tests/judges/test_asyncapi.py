"""The AsyncAPI document before AsyncAPI's own parser, and before Spectral's rules for such documents."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from newsloom.contract.pages.documents import asyncapi
from newsloom.contract.pages.source import here, published
from newsloom_schemas.catalog import EVENTS, TOPICS
from newsloom_schemas.readers import READERS, WRITTEN_ON_REQUEST
from tests.judges import toolbox
from tests.judges.toolbox import MANIFESTS

Verdicts = Mapping[str, Any]


def documents() -> dict[str, str]:
    """Ours, and ours broken in ways that the judges have to see."""
    ours = asyncapi(published(), here())
    dangling, wrong, poor = json.loads(ours), json.loads(ours), json.loads(ours)
    dangling["channels"]["feed-updates"]["messages"]["Nothing"] = {"$ref": "#/components/messages/Nothing"}
    wrong["components"]["messages"]["ArticleKilledV1"]["examples"][0]["payload"] = ["no object"]
    wrong["components"]["schemas"]["Author"]["properties"]["name"]["type"] = "word"
    wrong["asyncapi"] = "3.0.0"  # of which the parser says but that there is a later one
    del poor["info"]["contact"]["email"]
    poor["components"]["messages"]["ArticleKilledV1"]["headers"]["type"] = "string"
    broken = {"dangling": dangling, "wrong": wrong, "poor": poor}
    return {"ours": ours, **{name: json.dumps(document) for name, document in broken.items()}}


@pytest.fixture(scope="module")
async def parser() -> Verdicts:
    """What the parser says of each document, and the operations as it understood them: all in one process."""
    judged = documents()
    told = await toolbox.judge(
        toolbox.node(),
        MANIFESTS / "read_asyncapi.cjs",
        asked=json.dumps(list(judged.values())).encode(),
        environment={"NODE_PATH": str(toolbox.node_packages())},
    )
    return dict(zip(judged, json.loads(told), strict=True))


@pytest.fixture(scope="module")
async def spectral(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """Which rules each document breaks, whatever their severity."""
    folder, judged = tmp_path_factory.mktemp("spectral"), documents()
    for name, text in judged.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    (folder / "rules.yaml").write_text('extends: ["spectral:asyncapi"]')
    program = toolbox.node_packages() / "@stoplight/spectral-cli/dist/index.js"
    told = await toolbox.judge(
        toolbox.node(),
        program,
        *("lint", *(f"{name}.json" for name in judged), "--ruleset", "rules.yaml"),
        *("--format", "json", "--quiet", "--fail-severity", "hint"),
        folder=folder,
    )
    found: dict[str, list[str]] = {name: [] for name in judged}
    for fault in json.loads(told):
        found[Path(fault["source"]).stem].append(f"{fault['code']}: {fault['message']}")
    return found


async def test_the_parser_finds_nothing_and_understands_who_reads_and_writes_what(parser: Verdicts) -> None:
    assert parser["ours"]["faults"] == []
    operations = parser["ours"]["operations"]
    read = {(each["channel"], each["group"]) for each in operations if each["action"] == "receive"}
    assert read == {(reader.topic, reader.group) for reader in READERS}
    written = {
        (each["channel"], name)
        for each in operations
        if each["action"] == "send"
        for name in each["messages"]
    }
    newest = {(topic.name, event.EVENT_TYPE) for topic in TOPICS for event in topic.events}
    of_events = {pair for pair in written if pair[1] in EVENTS and pair[1] not in WRITTEN_ON_REQUEST}
    assert of_events == newest


async def test_the_parser_would_speak_up(parser: Verdicts) -> None:
    assert parser["dangling"]["operations"] is None
    assert {fault["code"] for fault in parser["dangling"]["faults"]} == {"invalid-ref"}


async def test_a_bad_example_or_schema_would_be_found_and_a_hint_be_heard(parser: Verdicts) -> None:
    faults = parser["wrong"]["faults"]
    assert "asyncapi-latest-version" in {fault["code"] for fault in faults}
    where = {fault["path"].split("/")[-1] for fault in faults if fault["severity"] == 0}
    assert {"payload", "type"} <= where, faults


async def test_spectral_finds_nothing(spectral: Verdicts) -> None:
    assert spectral["ours"] == []


async def test_spectral_would_speak_up(spectral: Verdicts) -> None:
    told = "\n".join(spectral["poor"])
    assert "asyncapi-info-contact-properties" in told
    assert "asyncapi-3-headers-schema-type-object" in told
