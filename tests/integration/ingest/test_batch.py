"""The batch: a stream of any length, a verdict for each line, and nothing lost without a word."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpx2
import pytest

from newsloom_schemas.events import ArticleKilledV1
from tests.eventually import eventually
from tests.integration.ingest.front_door import (
    KILLLESS_KEY,
    FrontDoor,
    bearer,
    open_door,
    submission,
)

BATCH = "/v1/articles/batch"
NDJSON = {"Content-Type": "application/x-ndjson"}


def lines(*documents: dict[str, Any] | str) -> bytes:
    return "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in documents).encode()


def many(count: int, **fields: Any) -> Iterable[bytes]:
    return (lines(submission(external_id=f"many-{n}", **fields)) for n in range(count))


def answers(body: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines()]


async def send(door: FrontDoor, body: bytes, **headers: str) -> list[dict[str, Any]]:
    answer = await door.client.post(BATCH, content=body, headers=bearer(**(NDJSON | headers)))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return answers(answer.text)


async def test_each_line_has_its_own_verdict_and_a_bad_one_costs_the_others_nothing(door: FrontDoor) -> None:
    body = lines(
        submission(external_id="a"),
        "",
        submission(external_id="b", headline=None),
        "no json",
        submission(external_id="a", revision=2),
        {"kill": {"external_id": "c", "reason": "legal order"}},
    )
    *verdicts, last = await send(door, body)

    assert [(each["line"], each["status"]) for each in verdicts] == [
        (1, 202),
        (3, 422),
        (4, 400),
        (5, 202),
        (6, 202),
    ]
    assert last == {"summary": {"lines": 5, "accepted": 3, "refused": 2, "repeat": 0}}
    assert verdicts[1]["problem"]["errors"][0]["pointer"] == "/headline"
    events = door.publisher.events
    assert [event.event_id for event in events] == [v["event_id"] for v in verdicts if v["status"] == 202]
    assert [event.external_id for event in events] == ["a", "a", "c"]
    assert events[0].dialect == "ndjson"
    counted = {"not-json": 1, "invalid": 1, "accepted": 3}
    for outcome, count in counted.items():
        named = {"outcome": outcome}
        assert (door.registry.get_sample_value("newsloom_ingest_batch_lines_total", named) or 0) >= count
    alone = await door.client.post("/v1/articles", json=submission(external_id="a"), headers=bearer())
    assert alone.json() == {name: verdicts[0][name] for name in alone.json()}


async def test_a_kill_needs_its_scope_in_a_batch_too(door: FrontDoor) -> None:
    body = lines({"kill": {"external_id": "a"}}, submission(external_id="b"))
    answer = await door.client.post(
        f"{BATCH}?source=harbour", content=body, headers=bearer(KILLLESS_KEY) | NDJSON
    )
    assert [each["status"] for each in answers(answer.text)[:-1]] == [403, 202]
    assert not [event for event in door.publisher.events if isinstance(event, ArticleKilledV1)]


async def test_a_table_is_a_batch_and_a_header_that_cannot_be_read_refuses_the_whole(door: FrontDoor) -> None:
    csv = {"Content-Type": "text/csv; charset=utf-8"}
    header = "\ufeffexternal_id,revision,headline,body_text\r\n"
    table = header + 'a,1,"One, two","x\r\ny"\r\nb,zero,H,B\r\nc,1,H,B\r\n'
    verdicts = await send(door, table.encode(), **csv)
    refused = await door.client.post(BATCH, content=b"external_id;revision\na;1\n", headers=bearer(**csv))

    assert [(each["line"], each["status"]) for each in verdicts[:-1]] == [(2, 202), (4, 422), (5, 202)]
    assert door.publisher.events[0].content.headline == "One, two"
    assert door.publisher.events[0].dialect == "csv"
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:newsloom:problem:invalid")


async def test_a_stream_without_lines_and_a_wrong_media_type_are_refused_as_a_whole(door: FrontDoor) -> None:
    empty = await door.client.post(BATCH, content=b"\n\n", headers=bearer(**NDJSON))
    wrong = await door.client.post(BATCH, content=lines(submission()), headers=bearer())
    assert (empty.status_code, wrong.status_code) == (400, 415)


async def test_a_line_that_is_too_long_is_refused_alone() -> None:
    async with open_door(max_bytes=2000) as door:
        long = submission(external_id="long", body_html="<p>" + "x" * 5000)
        *verdicts, last = await send(door, lines(submission(), long, submission(external_id="b")))
    assert [each["status"] for each in verdicts] == [202, 413, 202]
    assert last["summary"] == {"lines": 3, "accepted": 2, "refused": 1, "repeat": 0}


async def test_verdicts_come_while_lines_are_still_being_sent(door: FrontDoor) -> None:
    heard = asyncio.Event()

    async def talking() -> AsyncIterator[bytes]:
        yield lines(submission(external_id="a"))
        await heard.wait()
        yield lines(submission(external_id="b"))

    # This transport hands answers over as they come; the HTTP client reads none before it has sent all.
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(_head("Transfer-Encoding: chunked\r\n"))
    async with asyncio.timeout(30):
        async for piece in talking():
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await reader.readuntil(b'"status": 202')
            heard.set()
        writer.write(b"0\r\n\r\n")
        assert b'"summary": {"lines": 2, "accepted": 2' in await reader.readuntil(b"0\r\n\r\n")
    writer.close()


async def test_a_client_that_reads_only_after_it_has_sent_all_hears_every_verdict(door: FrontDoor) -> None:
    """Both ways hold far more than the buffers between the two, which are kept small."""
    count = 5_000
    odd = {f"odd_{n}": "x" * 150 for n in range(15)}  # refused at once, at length
    body = lines(*(submission(external_id=f"many-{n}", **odd) for n in range(count)))
    with socket.socket() as connection:
        for size in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            connection.setsockopt(socket.SOL_SOCKET, size, 32 * 1024)
        connection.connect(("127.0.0.1", door.port))
        connection.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=connection, limit=32 * 1024)
        async with asyncio.timeout(120):
            writer.write(_head(f"Content-Length: {len(body)}\r\nConnection: close\r\n"))
            for at in range(0, len(body), 64 * 1024):
                writer.write(body[at : at + 64 * 1024])
                await writer.drain()
            _, _, chunked = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    answer = re.sub(rb"(?:^|\r\n)[0-9a-f]+\r\n", b"", chunked)  # without the sizes of its pieces
    assert answer.count(b'"status": 422, "problem"') == count
    assert b'"summary": {"lines": %d, "accepted": 0, "refused": %d' % (count, count) in answer


def _head(framing: str) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in bearer(**NDJSON).items())
    return f"POST {BATCH} HTTP/1.1\r\nHost: x\r\n{framing}{fields}\r\n".encode()


async def test_without_kafka_lines_may_be_repeated_and_the_rest_is_not_even_read(door: FrontDoor) -> None:
    door.publisher.away = True
    *verdicts, last = await send(door, b"".join(many(2000)))

    assert {each["status"] for each in verdicts} == {503}
    assert verdicts[0]["problem"]["type"] == "urn:newsloom:problem:unavailable"
    summary = last["summary"]
    assert summary["repeat"] == summary["lines"] == len(verdicts) < 2000
    assert (summary["accepted"], summary["refused"]) == (0, 0)
    assert summary["next_line"] == verdicts[-1]["line"] + 1
    assert summary["problem"]["type"] == "urn:newsloom:problem:unavailable"


async def test_a_client_that_goes_leaves_no_batch_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.batch.route.MOST_BATCHES", 4)
    async with open_door() as door:
        await _leave_and_come_back(door)


async def _leave_and_come_back(door: FrontDoor) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for piece in many(10_000_000):
            yield piece
            await asyncio.sleep(0)

    for _ in range(8):  # more than there are places
        async with httpx2.AsyncClient(base_url=str(door.client.base_url), trust_env=False) as client:
            door.publisher.forget()
            sending = asyncio.create_task(client.post(BATCH, content=endless(), headers=bearer(**NDJSON)))
            await eventually(lambda: len(door.publisher.events) > 0, within=20, what="a first event")
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def has_a_place() -> bool:
        answer = await door.client.post(BATCH, content=lines(submission()), headers=bearer(**NDJSON))
        return answer.status_code == 200

    await eventually(has_a_place, within=20, what="the place of a client that is gone")
