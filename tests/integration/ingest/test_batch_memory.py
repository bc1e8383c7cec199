"""A batch is larger than the memory it takes: measured on the process that an operator runs."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from newsloom_runtime.topics import create_topics
from tests.conftest import Stack
from tests.eventually import eventually
from tests.integration.ingest.front_door import bearer, submission
from tests.integration.ingest.served_ingest import ServedIngest, served_ingest

LINE_BYTES = 16_000
PIECE_LINES = 20
PIECES = 320  # of 320 kB: a hundred megabytes
# The interpreter's own arenas, lines in work, the producer's buffers: measured 15 to 25 MB.
MOST_GROWTH_MB = 60


async def stream(run: str) -> AsyncIterator[bytes]:
    """Mostly lines that are refused, so that the broker's time is not what is measured."""
    for first in range(0, PIECES * PIECE_LINES, PIECE_LINES):
        yield b"".join(line(run, number) for number in range(first, first + PIECE_LINES))


def line(run: str, number: int) -> bytes:
    odd = {} if number % 10 == 0 else {"colour": "blue"}
    document = submission(external_id=f"{run}-{number}", body_html=None, body_text="x" * LINE_BYTES, **odd)
    return json.dumps(document).encode() + b"\n"


@pytest.mark.timeout(180)
async def test_a_hundred_megabytes_in_one_batch_take_no_such_memory(stack: Stack, tmp_path: Path) -> None:
    await create_topics(stack.kafka)
    async with served_ingest(stack.kafka, tmp_path, environment={"INGEST_AUDIT_FILE": "off"}) as ingest:
        await eventually(ingest.is_ready, within=60, what="readiness")
        before = ingest.resident_mb
        async with watched(ingest) as seen:
            answer = await ingest.client.post(
                "/v1/articles/batch",
                content=stream(uuid4().hex),
                headers=bearer(**{"Content-Type": "application/x-ndjson"}),
                timeout=120,
            )

    *verdicts, last = answer.text.splitlines()
    counts = json.loads(last)["summary"]
    assert counts["lines"] == counts["accepted"] + counts["refused"] == len(verdicts)
    assert counts["accepted"] == len(verdicts) / 10
    assert max(seen) - before < MOST_GROWTH_MB


@asynccontextmanager
async def watched(ingest: ServedIngest) -> AsyncIterator[list[float]]:
    """The megabytes that the process had in use, looked at all the time."""
    seen = [ingest.resident_mb]

    async def look() -> None:
        while True:
            seen.append(ingest.resident_mb)
            await asyncio.sleep(0.02)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        looking.cancel()
