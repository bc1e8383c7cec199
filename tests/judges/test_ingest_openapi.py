"""What the front door says of itself, judged on all its routes: keyed ones, hooks, the stream, the status."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from newsloom_store.request_guards_memory import MemoryAnswers
from tests.integration.ingest.front_door import KEY, FrontDoor, open_door
from tests.judges import stream_bodies, toolbox
from tests.judges.test_openapi import BUSY_IS_NO_FAULT

ROOT = Path(__file__).parents[2]
EXAMPLES = 12  # requests made up for each operation, besides the fixed ones at every limit
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.fixture
async def door() -> AsyncIterator[FrontDoor]:
    async with open_door(answers=MemoryAnswers()) as opened:
        yield opened


async def _document(door: FrontDoor) -> dict[str, Any]:
    return dict((await door.client.get("/openapi.json")).json())


async def test_the_document_is_valid(door: FrontDoor) -> None:
    document = await _document(door)
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


@pytest.mark.timeout(240)
async def test_the_front_door_answers_as_its_document_says(door: FrontDoor, tmp_path: Path) -> None:
    """No server error and no answer unannounced, whatever comes: by the schemas and against them."""
    (tmp_path / "openapi.json").write_text(json.dumps(_for_the_key(await _document(door))))
    (tmp_path / "schemathesis.toml").write_text(BUSY_IS_NO_FAULT)
    address = f"http://127.0.0.1:{door.port}"
    told = await toolbox.judge(
        *(Path(sys.executable).with_name("schemathesis"), "run", tmp_path / "openapi.json", "--url", address),
        *("--checks", CHECKS, "--header", f"Authorization: Bearer {KEY}"),
        *("--max-examples", str(EXAMPLES), "--seed", "20261105", "--generation-database", "none"),
        *(
            "--phases",
            "examples,coverage,fuzzing",
            "--request-timeout",
            "20",
            "--no-color",
            "--warnings",
            "off",
        ),
        environment={"TERM": "dumb", "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": stream_bodies.__name__},
        folder=tmp_path,  # it keeps what it found where it runs
    )
    assert "No issues found" in told, told


def _for_the_key(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the one source that the key has, so that the judge gets past 403."""
    for operation in (each for path in document["paths"].values() for each in path.values()):
        for parameter in operation["parameters"]:
            if parameter["name"] == "source":
                parameter["schema"] = {"type": "string", "enum": ["harbour"]}
    return document
