"""The description of the API: complete, with examples that work, and readable without a network."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.outcome import Ignored
from ingest.problems.answers import problem_type
from ingest.refusal import REFUSALS
from ingest.sources import DIALECTS, Delivery, Dialect, Placed
from ingest.submission import to_content
from newsloom_schemas.submission import Submission
from tests.integration.ingest.front_door import DEV_KEY, FrontDoor, bearer


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_the_example_of_every_dialect_is_an_article(dialect: Dialect) -> None:
    (said,) = dialect.read(Delivery(body=dialect.example.encode(), media_type=dialect.media_types[0]))
    if dialect.fetch is not None:  # without what is fetched, a hint says nothing
        assert isinstance(said, Ignored)
        return
    sent = said.submission if isinstance(said, Placed) else said
    assert isinstance(sent, Submission)
    assert to_content(sent).body_html


def examples(document: dict[str, Any]) -> Iterator[tuple[str, str, str, str, dict[str, Any]]]:
    """Method, path, media type, body and description of each example that is sent with a key."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if {"key": []} not in operation["security"]:
                continue
            for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
                if "example" in content:
                    example = content["example"]
                    body = example if isinstance(example, str) else json.dumps(example)
                    yield method.upper(), path, media_type, body, operation


async def test_every_documented_example_is_accepted(door: FrontDoor) -> None:
    document = (await door.client.get("/openapi.json")).json()
    seen = set()
    for method, path, media_type, body, operation in examples(document):
        named = {"external_id": "a"} if "kill" in path or "tags" in path else {}
        answer = await door.client.request(
            method,
            path,
            params={"source": "harbour"} | named,
            content=body,
            headers=bearer(DEV_KEY) | {"Content-Type": media_type},
        )
        assert answer.status_code in (200, 202), (path, answer.text)
        assert str(answer.status_code) in operation["responses"]
        assert '"refused": ' not in answer.text or '"refused": 0' in answer.text
        seen.add(path)
    assert {dialect.path for dialect in DIALECTS if dialect.proof is None} <= seen


async def test_every_operation_says_who_may_call_it_and_what_it_takes(door: FrontDoor) -> None:
    document = (await door.client.get("/openapi.json")).json()
    schemes = document["components"]["securitySchemes"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            asked = {name for each in operation["security"] for name in each}
            assert asked <= set(schemes), path
            named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert named == set(re.findall(r"{([^}]*)}", path)), path
            for status in {"429", "503"} & set(operation["responses"]):
                assert "Retry-After" in operation["responses"][status]["headers"], (path, status)


async def test_every_refusal_is_documented_and_every_reference_leads_somewhere(door: FrontDoor) -> None:
    document = (await door.client.get("/openapi.json")).json()
    text = json.dumps(document)
    assert document["openapi"].startswith("3.1")
    for code in set(REFUSALS) - {"not-found", "method"}:
        assert problem_type(code) in text, code
    for name in re.findall(r'"#/components/schemas/([^"]+)"', text):
        assert name in document["components"]["schemas"]


async def test_the_page_for_people_loads_nothing_from_elsewhere(door: FrontDoor) -> None:
    page = await door.client.get("/docs")
    assert page.status_code == 200
    assert "/v1/articles/kill" in page.text
    assert "<script" not in page.text
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]
