"""A tool that produces to Kafka: what it says comes out published once, and rubbish is a dead letter."""

import asyncio
import shutil
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from newsloom_schemas.catalog import editorial_inbox
from newsloom_schemas.identity import article_id
from tests.deliveries.inbox import SAMPLES, InboxSample
from tests.deliveries.sample import SOURCE
from tests.e2e.command_line import newsloom
from tests.e2e.system import System
from tests.eventually import eventually

WITHIN = 120.0  # the first article waits until the models are loaded
AT_ONCE = 100


async def shows(system: System, source: str, external_id: str, headline: str | None) -> Any:
    """The answer of feeds once readers see what the sample says."""

    async def there() -> Any:
        answer = await system.get(f"/v1/articles/{article_id(source, external_id)}")
        if headline is None:
            return answer if answer.status_code == 410 else None
        return answer if answer.status_code == 200 and answer.json()["headline"] == headline else None

    return await eventually(there, within=WITHIN, what=f"{external_id}: {headline}", every=0.05)


async def produced(kafka: str, sample: InboxSample, times: int, codec: str) -> None:
    headers = list(sample.headers.items())
    async with AIOKafkaProducer(bootstrap_servers=kafka, compression_type=codec) as producer:
        topic = editorial_inbox(SOURCE).name
        sends = (
            producer.send_and_wait(topic, sample.value, key=sample.key, headers=headers) for _ in range(times)
        )
        await asyncio.gather(*sends)


async def test_what_is_produced_a_hundred_times_at_once_is_published_once(system: System) -> None:
    changes: Counter[str] = Counter()
    for sample, codec in zip(SAMPLES, ("zstd", "lz4", "snappy", "gzip"), strict=True):
        await produced(system.kafka, sample, AT_ONCE, codec)
        await shows(system, SOURCE, sample.external_id, sample.headline)
        await system.drained()
        shown = await shows(system, SOURCE, sample.external_id, sample.headline)
        changes[sample.external_id] += 1
        if sample.headline is not None:
            assert shown.json()["document_version"] == changes[sample.external_id]


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")
@pytest.mark.timeout(400)
async def test_a_source_is_registered_while_all_runs_and_kcat_connects_it(
    system: System, tmp_path: Path
) -> None:
    source = f"river-{uuid4().hex[:8]}"
    registered = system.stack.home.sources_file
    registered.write_text(f"{registered.read_text()}\n[{source}]\ninbox = true\n")
    assert source in (await newsloom(system, "topics", "check")).out
    created = await newsloom(system, "topics", "create", "--json")
    assert created.json["created"] == [editorial_inbox(source).name], created.err

    article = tmp_path / "article.json"
    article.write_text(
        '{"external_id": "ferry", "revision": 1, "headline": "Ferry sails", "body_text": "It sails again."}'
    )
    kcat = ("kcat", "-b", system.kafka, "-t", editorial_inbox(source).name, "-P")
    await ran(*kcat, "-z", "zstd", "-k", "any", str(article))
    await shows(system, source, "ferry", "Ferry sails")

    article.write_text('{"external_id": "ferry", "reason": "a mistake"}')
    await ran(*kcat, "-H", "newsloom-action=kill", str(article))
    await shows(system, source, "ferry", None)


async def ran(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    async with asyncio.timeout(60):
        assert await process.wait() == 0


async def test_a_record_that_cannot_be_taken_is_found_shown_replayed_and_set_aside(system: System) -> None:
    key = f"rubbish-{uuid4().hex[:8]}"
    async with AIOKafkaProducer(bootstrap_servers=system.kafka) as producer:
        await producer.send_and_wait(editorial_inbox(SOURCE).name, b'{"headline": "x"}', key=key.encode())

    async def letters(count: int) -> Any:
        said = await newsloom(system, "dlq", "list", "--service", "ingest", "--json")
        mine = [letter for letter in said.json if letter.get("key") == key]
        return mine if len(mine) == count else None

    [letter] = await eventually(lambda: letters(1), within=60, what="the dead letter")
    assert (letter["stage"], letter["reason"]) == ("inbox", "invalid")
    assert "/external_id" in letter["message"]
    assert (await newsloom(system, "dlq", "show", letter["id"], "--value", "--json")).json["value"] == {
        "headline": "x"
    }
    replayed = await newsloom(system, "dlq", "replay", letter["id"], "--go", "--json")
    assert [line["outcome"] for line in replayed.lines] == ["replayed"], replayed.err
    [again] = await eventually(lambda: letters(1), within=60, what="its replay, dead as well")
    assert again["id"] != letter["id"]
    assert (await newsloom(system, "dlq", "discard", again["id"], "--why", "tried")).code == 0
    assert await letters(0) == []
