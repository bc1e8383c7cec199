"""The Kafka inboxes of sources on the real broker: what a tool produces is on the log, or a dead letter."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from aiokafka import AIOKafkaProducer
from pydantic import SecretStr

from ingest.app import build
from ingest.settings import Settings
from newsloom_runtime import following
from newsloom_runtime.letters import Letter, read_record
from newsloom_runtime.raw_reader import RawReader
from newsloom_runtime.records import RawRecord
from newsloom_runtime.topics import create_topics
from newsloom_schemas.catalog import ARTICLES_SUBMITTED, dlq_topic, editorial_inbox
from newsloom_schemas.codec import decode_record
from tests.conftest import Stack
from tests.deliveries.inbox import SAMPLES
from tests.eventually import eventually
from tests.integration.ingest.front_door import KEYS, bearer, serving, submission

CANARY = "kanarienvogel-7391"
Headers = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A running ingest, the inbox of a source that belongs to the test, and what was there before."""

    kafka: str
    source: str
    producer: AIOKafkaProducer
    client: httpx2.AsyncClient
    since: dict[str, dict[int, int]]

    async def send(self, value: bytes | None, *, key: bytes | None = b"any", headers: Headers = ()) -> None:
        topic = editorial_inbox(self.source).name
        await self.producer.send_and_wait(topic, value, key=key, headers=list(headers))

    async def events(self) -> list[Any]:
        """What ingest put on the log for the test's source."""
        records = await self._new(ARTICLES_SUBMITTED.name)
        decoded = [decode_record(record.key, record.value, record.headers) for record in records]
        return [event for event in decoded if getattr(event, "source", None) == self.source]

    async def letters(self) -> list[tuple[Letter, RawRecord]]:
        """The dead letters of the test's inbox."""
        found = [(read_record(raw), raw) for raw in await self._new(dlq_topic("ingest"))]
        mine = editorial_inbox(self.source).name
        return [
            (letter, raw)
            for letter, raw in found
            if isinstance(letter, Letter) and letter.origin and letter.origin.topic == mine
        ]

    async def _new(self, topic: str) -> list[RawRecord]:
        async with RawReader(self.kafka) as reader:
            found: list[RawRecord] = []
            for partition, (_, end) in (await reader.bounds(topic)).items():
                start = self.since[topic].get(partition, 0)
                async for records in reader.read(topic, partition, start, end):
                    found += records
        return found


@asynccontextmanager
async def desk_of(kafka: str, folder: Path) -> AsyncIterator[Desk]:
    source = f"test-{uuid4().hex[:12]}"
    sources = folder / "sources.toml"
    await create_topics(kafka)
    await create_topics(kafka, topics=[editorial_inbox(source)])
    async with RawReader(kafka) as reader:
        since = {
            topic: {partition: end for partition, (_, end) in (await reader.bounds(topic)).items()}
            for topic in (ARTICLES_SUBMITTED.name, dlq_topic("ingest"))
        }
    settings = Settings(
        kafka_bootstrap_servers=kafka,
        keys=SecretStr(json.dumps(KEYS)),
        sources_file=sources,
        roles=("front-door", "inbox"),
    )
    async with (
        serving(build(settings), lifespan="on") as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client,
        AIOKafkaProducer(bootstrap_servers=kafka, max_request_size=4_000_000) as producer,
    ):
        # Registered while ingest runs: nothing has to be restarted for a new source.
        sources.write_text(f"[{source}]\ninbox = true\n")
        yield Desk(kafka=kafka, source=source, producer=producer, client=client, since=since)


@pytest.fixture
async def desk(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(following, "LOOK_EVERY_S", 0.2)
    async with desk_of(stack.kafka, tmp_path) as opened:
        yield opened


async def test_every_sample_is_on_the_log_once(desk: Desk) -> None:
    for sample in SAMPLES:
        await desk.send(sample.value, key=sample.key, headers=tuple(sample.headers.items()))

    async def all_there() -> Any:
        events = await desk.events()
        return events if len(events) >= len(SAMPLES) else None

    events = await eventually(all_there, what="every sample on the log", every=0.2)
    told = {
        (event.external_id, event.content.headline if hasattr(event, "content") else None) for event in events
    }
    assert told == {(sample.external_id, sample.headline) for sample in SAMPLES}
    assert len(events) == len(SAMPLES)
    assert {event.dialect for event in events if hasattr(event, "dialect")} == {"inbox"}
    assert not await desk.letters()


async def test_the_same_article_over_http_and_kafka_is_the_same_event(desk: Desk) -> None:
    document = submission(external_id="both-ways")
    await desk.send(json.dumps(document).encode())
    key = {"Authorization": bearer("a-key-for-every-source-there-is")["Authorization"]}
    answer = await desk.client.post(f"/v1/articles?source={desk.source}", json=document, headers=key)

    async def from_the_inbox() -> Any:
        return [event for event in await desk.events() if event.event_id == answer.json()["event_id"]]

    assert answer.status_code == 202
    assert await eventually(from_the_inbox, what="the event", every=0.2)


def an_article(**fields: Any) -> bytes:
    return json.dumps(submission(**fields), ensure_ascii=False).encode()


TO_DIE: dict[str, tuple[bytes | None, Headers, str]] = {
    # rows 43-51 of the page on malformed records, as far as an inbox is concerned
    "43 our header null": (an_article(), [("newsloom-action", None)], "invalid"),
    "43 content-type null": (an_article(), [("content-type", None)], "invalid"),
    "44 our header not UTF-8": (an_article(), [("newsloom-action", b"\xff\xfe")], "invalid"),
    "44 ten thousand headers": (an_article(), [("x", b"y")] * 10_000, "too-many-headers"),
    "45 no value": (None, [], "empty-body"),
    "45 an empty value": (b"", [], "empty-body"),
    "47 bytes that are no JSON": (b"\x00\x01" + CANARY.encode(), [], "not-json"),
    "47 no UTF-8": (b'{"headline": "\xff' + CANARY.encode(), [], "not-utf8"),
    "47 cut off": (an_article(headline=CANARY)[:-1], [], "not-json"),
    "47 another schema": (b'{"title": "%s"}' % CANARY.encode(), [], "invalid"),
    "47 a list": (b'["%s"]' % CANARY.encode(), [], "invalid"),
    "47 wrong content-type": (an_article(), [("content-type", b"text/" + CANARY.encode())], "content-type"),
    "47 a key twice": (an_article()[:-1] + b', "revision": 2}', [], "duplicate-key"),
    "47 a hundred thousand levels": (b"[" * 100_000, [], "not-json"),
    "47 an unknown action": (an_article(), [("newsloom-action", CANARY.encode())], "invalid"),
    "47 a source in the body": (an_article(source=CANARY), [], "invalid"),
    "47 not a number": (an_article(revision=1)[:-1] + b', "urgency": NaN}', [], "invalid"),
    "47 nothing left after cleaning": (an_article(body_html="<script>1</script>"), [], "invalid"),
    "47 a kill without an id": (b'{"reason": "x"}', [("newsloom-action", b"kill")], "invalid"),
    "50 larger than a body": (b'"' + b"a" * (1024 * 1024) + b'"', [], "too-large"),
}


async def test_what_can_not_be_taken_is_a_dead_letter_at_once_and_stops_nothing(desk: Desk) -> None:
    for value, headers, _ in TO_DIE.values():
        await desk.send(value, headers=headers)
    await desk.send(an_article(external_id="after"))

    async def good_one() -> Any:
        return [event for event in await desk.events() if event.external_id == "after"]

    async def all_buried() -> Any:
        letters = await desk.letters()
        return letters if len(letters) >= len(TO_DIE) else None

    assert len(await eventually(good_one, what="what follows the bad records", every=0.2)) == 1
    letters = await eventually(all_buried, what="all dead letters", every=0.2)
    assert len(letters) == len(TO_DIE)
    assert sorted(letter.reason for letter, _ in letters) == sorted(why for *_, why in TO_DIE.values())
    kept = sorted(raw.value or b"" for _, raw in letters)
    assert kept == sorted(value or b"" for value, *_ in TO_DIE.values())  # the original bytes
    assert {(letter.service, letter.stage, letter.attempts) for letter, _ in letters} == {
        ("ingest", "inbox", 1)
    }
    assert not [letter.message for letter, _ in letters if CANARY in letter.message or not letter.message]
    assert [event.external_id for event in await desk.events()] == ["after"]
    assert (await desk.client.get("/readyz")).status_code == 200


TO_LIVE: dict[str, tuple[bytes | None, Headers]] = {
    "43 a header of theirs null": (b"any", [("x-trace", None)]),
    "44 a header of theirs not UTF-8": (b"any", [("x-trace", b"\xff")]),
    "44 a name twice, the first counts": (
        b"any",
        [("content-type", b"application/json"), ("content-type", b"text/plain")],
    ),
    "46 no key": (None, []),
    "46 a key that is no text": (b"\xff\x00", []),
    "57 an answer is asked for": (b"any", [("reply_to", b"articles-submitted")]),
    "58 a trace of a hundred kilobytes": (b"any", [("traceparent", b"0" * 100_000)]),
}


async def test_what_is_none_of_our_business_keeps_no_article_out(desk: Desk) -> None:
    for number, (key, headers) in enumerate(TO_LIVE.values()):
        await desk.send(an_article(external_id=f"lives-{number}"), key=key, headers=headers)
    # Nearly as large as a body may be, and larger than what is usually fetched at once (row 51).
    await desk.send(an_article(external_id="large", body_html=None, body_text="ж" * 390_000))
    wanted = {f"lives-{number}" for number in range(len(TO_LIVE))} | {"large"}

    async def all_there() -> Any:
        return {event.external_id for event in await desk.events()} == wanted

    await eventually(all_there, what="every article", every=0.2)
    assert not await desk.letters()


async def test_a_hundred_repeats_at_once_are_one_event(desk: Desk) -> None:
    await asyncio.gather(*(desk.send(an_article(), key=b"%d" % n) for n in range(100)))
    await desk.send(an_article(external_id="last"))

    async def both() -> Any:
        events = await desk.events()
        return events if {event.external_id for event in events} == {"bridge-1", "last"} else None

    events = await eventually(both, what="the article and the last", every=0.2)
    assert len({event.event_id for event in events}) == 2
