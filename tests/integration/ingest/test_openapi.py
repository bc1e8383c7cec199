"""The description of the API: complete, with examples that work, and readable without a network."""

import json
import re

import pytest

from ingest.problems import problem_type
from ingest.refusal import REFUSALS
from ingest.sources import DIALECTS, Delivery, Dialect, Placed
from ingest.submission import to_content
from newsloom_schemas.submission import Submission
from tests.integration.ingest.front_door import DEV_KEY, FrontDoor, bearer


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_the_example_of_every_dialect_is_an_article(dialect: Dialect) -> None:
    (said,) = dialect.read(Delivery(body=dialect.example.encode()))
    sent = said.submission if isinstance(said, Placed) else said
    assert isinstance(sent, Submission)
    assert to_content(sent).body_html


async def test_every_documented_example_is_accepted(door: FrontDoor) -> None:
    document = (await door.client.get("/openapi.json")).json()
    keyed = {path: each for path, each in document["paths"].items() if "{source}" not in path}
    for path, operations in keyed.items():
        for method, operation in operations.items():
            for media_type, content in operation["requestBody"]["content"].items():
                example = content["example"]
                answer = await door.client.request(
                    method.upper(),
                    path,
                    params={"source": "harbour"}
                    | ({"external_id": "a"} if "kill" in path or "tags" in path else {}),
                    content=example if isinstance(example, str) else json.dumps(example),
                    headers=bearer(DEV_KEY) | {"Content-Type": media_type},
                )
                assert str(answer.status_code) == min(operation["responses"]), (path, answer.text)
                assert '"refused": 0' in answer.text or answer.status_code == 202


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
