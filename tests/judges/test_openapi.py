"""What the API says of itself: a valid OpenAPI document, and nothing that it allows breaks the service."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.judges import toolbox
from tests.judges.newsstand import Newsstand
from tests.judges.stories import EMPTY_FEED, SOURCE, article_id

EXAMPLES = 25  # requests made up for each operation, besides the fixed ones at every limit of its parameters
# 503 is announced: the store did not answer in time, as it may on a busy machine.
BUSY_IS_NO_FAULT = '[checks.not_a_server_error]\nexpected-statuses = ["2xx", "3xx", "4xx", "503"]\n'
KNOWN = {
    "article_id": [article_id(name) for name in ("plain", "nasty", "killed", "withheld")],
    "language": ["ru", "pt-BR", "tlh"],
    "feed": ["all", "all.rss", f"source/{SOURCE}.json", f"{EMPTY_FEED}.rss"],
    "source": [SOURCE],
    "external_id": ["plain", "killed", "withheld"],
}


async def _document(stand: Newsstand) -> dict[str, Any]:
    return dict((await stand.get("/openapi.json")).json())


async def test_the_openapi_document_is_valid(stand: Newsstand) -> None:
    document = await _document(stand)
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


async def test_the_openapi_judge_would_speak_up(stand: Newsstand) -> None:
    document = await _document(stand)
    document["paths"]["/v1/feeds"]["get"]["responses"]["200"] = {"no": "description"}
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] != []


async def test_every_path_parameter_is_described(stand: Newsstand) -> None:
    for path, operations in (await _document(stand))["paths"].items():
        for operation in operations.values():
            described = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
            assert described == set(re.findall(r"{([^}]*)}", path)), path


async def test_the_service_answers_as_its_openapi_document_says(stand: Newsstand, tmp_path: Path) -> None:
    """Requests by its schemas and against them: no server error, no status or media type unannounced."""
    described = tmp_path / "openapi.json"
    described.write_text(json.dumps(_with_examples(await _document(stand))))
    (tmp_path / "schemathesis.toml").write_text(BUSY_IS_NO_FAULT)
    told = await toolbox.judge(
        *(Path(sys.executable).with_name("schemathesis"), "run", described, "--url", stand.address),
        *(
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        ),
        *("--max-examples", str(EXAMPLES), "--seed", "20261105", "--generation-database", "none"),
        *("--phases", "examples,coverage,fuzzing", "--request-timeout", "20", "--no-color"),
        environment={"TERM": "dumb"},
        folder=tmp_path,  # it keeps what it found where it runs
    )
    assert "No issues found" in told, told


def _with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """The document with values that name something, so that the judge gets past 404."""
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    for parameter in (p for operation in operations for p in operation.get("parameters", ())):
        known = KNOWN.get(parameter["name"], [])
        if known:
            parameter["examples"] = {f"example-{n}": {"value": value} for n, value in enumerate(known)}
    return document
