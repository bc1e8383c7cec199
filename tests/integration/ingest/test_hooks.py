"""Tools that sign: what they send is taken as they send it, and what cannot be believed hears one thing."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from ingest.source_register import SourceRegister
from newsloom_schemas.events import ArticleKilledV1, ArticleSubmittedV2
from tests.deliveries import ghost, ninjs, superdesk, webhook
from tests.deliveries.sample import SOURCE, Headers, Sample
from tests.factories import MOMENT
from tests.integration.ingest.front_door import KEY, KILLLESS_KEY, FrontDoor, bearer, open_door

SIGNED = (*superdesk.SAMPLES, *ghost.SAMPLES, *webhook.SAMPLES)
OTHER = "whsec_b3RoZXIgc2VjcmV0IG9mIHRoZSBvdGhlciBwYXBlcg=="


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A tool, a delivery of it, and how it would sign with another secret."""

    name: str
    body: bytes
    headers: Headers
    wrong: Headers
    signature: str
    stamped: bool = True

    @property
    def path(self) -> str:
        return f"/v1/hooks/{SOURCE}/{self.name}"


TOOLS = (
    Tool(
        name="superdesk",
        body=superdesk.SAMPLES[0].body,
        headers=superdesk.signed(),
        wrong=superdesk.signed("another-secret-altogether"),
        signature="x-superdesk-signature",
        stamped=False,
    ),
    Tool(
        name="ghost",
        body=ghost.SAMPLES[0].body,
        headers=ghost.signed(),
        wrong=ghost.signed("another-secret-altogether"),
        signature="X-Ghost-Signature",
    ),
    Tool(
        name="webhook",
        body=webhook.SAMPLES[0].body,
        headers=webhook.signed("msg_1"),
        wrong=webhook.signed("msg_1", OTHER),
        signature="webhook-signature",
    ),
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of the samples, and one without a tool."""
    file = tmp_path_factory.mktemp("sources") / "sources.toml"
    samples = (ghost.HERE.parent / "sources.toml").read_text(encoding="utf-8")
    file.write_text(f"{samples}\n[river]\n", encoding="utf-8")
    return file


@pytest_asyncio.fixture(scope="module")
async def registered(sources: Path) -> AsyncIterator[FrontDoor]:
    async with open_door(sources=SourceRegister(sources)) as opened:
        yield opened


@pytest.fixture
def hooks(registered: FrontDoor) -> FrontDoor:
    registered.publisher.forget()
    return registered


async def sent(door: FrontDoor, path: str, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
    return await door.client.post(path, content=body, headers=dict(headers))


@pytest.mark.parametrize("sample", SIGNED, ids=lambda sample: f"{sample.dialect}: {sample.what}")
async def test_a_delivery_is_taken_and_its_repeat_is_the_same_event(hooks: FrontDoor, sample: Sample) -> None:
    first = await sent(hooks, sample.path, sample.body, sample.headers(sample.body, MOMENT))
    assert first.status_code == sample.status, first.text
    events = list(hooks.publisher.events)
    assert {event.external_id for event in events} == {sample.external_id}
    assert {event.source for event in events} == {SOURCE}
    assert isinstance(events[0], ArticleKilledV1 if sample.headline is None else ArticleSubmittedV2)
    later = sample.headers(sample.body, MOMENT + timedelta(minutes=1))
    second = await sent(hooks, sample.path, sample.body, later)
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert {event.event_id for event in hooks.publisher.events} == {event.event_id for event in events}


def _again(body: bytes) -> bytes:
    """The same JSON, written by another hand."""
    return json.dumps(json.loads(body), indent=3, sort_keys=True).encode()


def unbelievable(tool: Tool) -> dict[str, tuple[str, bytes, dict[str, str]]]:
    """Everything that a hook must not believe, as address, body and headers."""
    right = dict(tool.headers(tool.body, MOMENT))
    without = {name: value for name, value in right.items() if name != tool.signature}
    old = dict(tool.headers(tool.body, MOMENT - timedelta(minutes=6)))
    early = dict(tool.headers(tool.body, MOMENT + timedelta(minutes=6)))
    times = {
        "stamped six minutes ago": (tool.path, tool.body, old),
        "stamped six minutes ahead": (tool.path, tool.body, early),
    }
    return {
        "another secret": (tool.path, tool.body, dict(tool.wrong(tool.body, MOMENT))),
        "a body written again": (tool.path, _again(tool.body), right),
        "one byte more": (tool.path, tool.body + b" ", right),
        "no signature": (tool.path, tool.body, without),
        "an empty signature": (tool.path, tool.body, {**right, tool.signature: ""}),
        "rubbish": (tool.path, tool.body, {**right, tool.signature: "v1,sha256=\xff, t=1"}),
        "a source nobody registered": (tool.path.replace(SOURCE, "nobody"), tool.body, right),
        "a source without this tool": (tool.path.replace(SOURCE, "river"), tool.body, right),
        "no name of a source": (tool.path.replace(SOURCE, "%2e%2e"), tool.body, right),
        "a key instead": (tool.path, tool.body, bearer(KEY)),
        **(times if tool.stamped else {}),
    }


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
async def test_what_cannot_be_believed_hears_the_same_whatever_is_wrong(hooks: FrontDoor, tool: Tool) -> None:
    told = {}
    for what, (path, body, headers) in unbelievable(tool).items():
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = await hooks.client.post(path, content=body, headers=encoded)
        told[what] = (answer.status_code, answer.text, sorted(answer.headers.keys()))
    assert len(set(map(str, told.values()))) == 1, told
    assert {status for status, _, _ in told.values()} == {401}
    assert hooks.publisher.events == []


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
async def test_while_a_secret_is_exchanged_both_are_believed(tool: Tool, tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    secrets = {
        "superdesk": [superdesk.SECRET, "another-secret-altogether"],
        "ghost": [ghost.SECRET, "another-secret-altogether"],
        "webhook": [webhook.SECRET, OTHER],
    }[tool.name]
    file.write_text(f"[{SOURCE}.{tool.name}]\nsecrets = {json.dumps(secrets)}\n", encoding="utf-8")
    async with open_door(sources=SourceRegister(file)) as door:
        for headers in (tool.headers, tool.wrong):
            answer = await sent(door, tool.path, tool.body, headers(tool.body, MOMENT))
            assert answer.status_code in (201, 202), answer.text


@pytest.mark.parametrize("minutes", [-4, 4])
async def test_clocks_may_differ_by_less_than_five_minutes(hooks: FrontDoor, minutes: int) -> None:
    sample = ghost.SAMPLES[0]
    stamped = sample.headers(sample.body, MOMENT + timedelta(minutes=minutes))
    assert (await sent(hooks, sample.path, sample.body, stamped)).status_code == 202


async def test_a_ghost_that_signs_the_body_alone_is_believed_only_where_that_is_set(
    hooks: FrontDoor, tmp_path: Path
) -> None:
    body, old = ghost.SAMPLES[0].body, ghost.signed(with_time=False)
    assert (await sent(hooks, ghost.PATH, body, old(body, MOMENT))).status_code == 401
    file = tmp_path / "sources.toml"
    file.write_text(f'[{SOURCE}.ghost]\nsecrets = ["{ghost.SECRET}"]\nsigns = "body"\n', encoding="utf-8")
    async with open_door(sources=SourceRegister(file)) as door:
        assert (await sent(door, ghost.PATH, body, old(body, MOMENT))).status_code == 202
        assert (await sent(door, ghost.PATH, body, ghost.signed()(body, MOMENT))).status_code == 401


async def test_a_standard_webhook_may_carry_signatures_of_other_kinds_too(hooks: FrontDoor) -> None:
    body = webhook.SAMPLES[0].body
    headers = dict(webhook.signed("msg_1")(body, MOMENT))
    headers["webhook-signature"] = "v1a,AAAA v1,AAAA " + headers["webhook-signature"]
    assert (await sent(hooks, webhook.PATH, body, headers)).status_code == 202


async def test_the_time_and_the_id_of_a_webhook_are_part_of_what_is_signed(hooks: FrontDoor) -> None:
    body = webhook.SAMPLES[0].body
    headers = dict(webhook.signed("msg_1")(body, MOMENT))
    for name, value in (("webhook-id", "msg_2"), ("webhook-timestamp", str(int(MOMENT.timestamp()) + 1))):
        assert (await sent(hooks, webhook.PATH, body, {**headers, name: value})).status_code == 401


@pytest.mark.parametrize("file", ["page_published.json", "draft_saved.json"])
async def test_what_is_no_article_is_acknowledged_with_the_reason(hooks: FrontDoor, file: str) -> None:
    body = (ghost.HERE / file).read_bytes()
    answer = await sent(hooks, ghost.PATH, body, ghost.signed()(body, MOMENT))
    assert answer.status_code == 200
    assert "newsloom takes" in answer.json()["ignored"]
    assert hooks.publisher.events == []


async def test_an_unknown_type_of_webhook_is_acknowledged(hooks: FrontDoor) -> None:
    body = b'{"type": "invoice.paid", "data": {"id": 7}}'
    answer = await sent(hooks, webhook.PATH, body, webhook.signed("msg_1")(body, MOMENT))
    assert (answer.status_code, "article.published" in answer.text) == (200, True)


async def test_a_package_is_taken_whole_or_not_at_all(hooks: FrontDoor) -> None:
    package = json.loads((superdesk.HERE / "package.json").read_bytes())
    story = package["associations"]["main"]
    package["associations"] |= {"second": story | {"guid": "urn:second"}}
    body = json.dumps(package).encode()
    answer = await sent(hooks, superdesk.PATH, body, superdesk.signed()(body, MOMENT))
    assert answer.status_code == 201
    assert len({event.article_id for event in hooks.publisher.events}) == 2
    hooks.publisher.forget()
    package["associations"]["second"]["body_html"] = "<script>alert(1)</script>"
    body = json.dumps(package).encode()
    answer = await sent(hooks, superdesk.PATH, body, superdesk.signed()(body, MOMENT))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/associations/second/body_html"]
    assert hooks.publisher.events == []


async def test_superdesk_is_told_that_files_need_not_be_sent(hooks: FrontDoor) -> None:
    probe = await hooks.client.get(f"{superdesk.PATH}/assets/20261105/orig")
    assert probe.status_code == 404, "an id with a slash is another address; Superdesk's have none"
    probe = await hooks.client.get(f"{superdesk.PATH}/assets/6a0f1e2d3c")
    assert (probe.status_code, probe.json()["stored"]) == (200, False)


async def test_a_file_that_is_sent_all_the_same_must_be_signed(hooks: FrontDoor) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="media_id"\r\n\r\n6a0f\r\n--b--\r\n'
    media_type = "multipart/form-data; boundary=b"
    signed = superdesk.signed(media_type=media_type)(body, MOMENT)
    assert (await sent(hooks, f"{superdesk.PATH}/assets", body, signed)).status_code == 201
    unsigned = {"Content-Type": media_type}
    assert (await sent(hooks, f"{superdesk.PATH}/assets", body, unsigned)).status_code == 401
    assert hooks.publisher.events == []


@pytest.mark.parametrize("sample", ninjs.SAMPLES, ids=lambda sample: sample.what)
async def test_a_news_object_is_taken_with_a_key(hooks: FrontDoor, sample: Sample) -> None:
    answer = await sent(hooks, sample.path, sample.body, bearer(KEY))
    assert answer.status_code == sample.status, answer.text
    (event,) = hooks.publisher.events
    assert event.external_id == sample.external_id


async def test_who_may_not_kill_may_not_cancel(hooks: FrontDoor) -> None:
    body = (ninjs.HERE / "v3_canceled.json").read_bytes()
    answer = await sent(hooks, f"/v1/ninjs?source={SOURCE}", body, bearer(KILLLESS_KEY))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:newsloom:problem:scope")
    assert hooks.publisher.events == []


async def test_a_refusal_speaks_of_the_tools_own_document(hooks: FrontDoor) -> None:
    payload: dict[str, Any] = json.loads(ghost.SAMPLES[0].body)
    payload["post"]["current"]["title"] = "canary " * 200
    body = json.dumps(payload).encode()
    answer = await sent(hooks, ghost.PATH, body, ghost.signed()(body, MOMENT))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/post/current/title"]
    assert "canary" not in answer.text
