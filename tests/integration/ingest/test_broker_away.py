"""The broker stops answering under load: 503 in time, flat memory, recovery by itself, and no lost yes."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic

import psutil
import pytest

from newsloom.stack import LocalStack
from tests.eventually import eventually
from tests.integration.ingest.front_door import DEV_KEY, bearer, submission
from tests.integration.ingest.served_ingest import ServedIngest, served_ingest
from tests.integration.ingest.test_with_kafka import ends, on_the_log
from tests.local_stack import own_stack

# Longer by hand: NEWSLOOM_OUTAGE_S=30.
OUTAGE_S = float(os.environ.get("NEWSLOOM_OUTAGE_S", "6"))
CLIENTS = 48
BODY = "<p>" + "The first cars crossed at dawn. " * 600  # some 20 kB
PROMISED_S = 5.0
BUSY_S = 5.0  # a busy machine's share
FLAT_MB = 48.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    sent_at: float
    seconds: float
    status: int
    event_id: str | None
    retry_after: str | None


@dataclass
class Load:
    """Clients that send one article after the other and keep every answer."""

    served: ServedIngest
    answers: list[Answer] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    async def send(self) -> Answer:
        article, sent_at = submission(external_id=f"outage-{next(self.numbers)}", body_html=BODY), monotonic()
        response = await self.served.client.post(
            "/v1/articles?source=harbour", json=article, headers=bearer(DEV_KEY)
        )
        answer = Answer(
            sent_at=sent_at,
            seconds=monotonic() - sent_at,
            status=response.status_code,
            event_id=response.json().get("event_id"),
            retry_after=response.headers.get("retry-after"),
        )
        self.answers.append(answer)
        return answer

    def since(self, moment: float) -> list[Answer]:
        return [answer for answer in self.answers if answer.sent_at >= moment]

    @property
    def accepted(self) -> set[str]:
        return {str(answer.event_id) for answer in self.answers if answer.status == 202}


@asynccontextmanager
async def load_on(served: ServedIngest) -> AsyncIterator[Load]:
    load, stop = Load(served), asyncio.Event()

    async def client() -> None:
        while not stop.is_set():
            await load.send()

    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(client())
        yield load
        stop.set()


def broker_of(stack: LocalStack) -> psutil.Process:
    (pid,) = [component.pid for component in stack.status() if component.name == "kafka"]
    assert pid is not None
    return psutil.Process(pid)


async def memory_while(served: ServedIngest, seconds: float) -> list[float]:
    """The process's memory in MB, looked at again and again."""
    until, seen = monotonic() + seconds, [served.resident_mb]

    async def over() -> bool:
        seen.append(served.resident_mb)
        return monotonic() > until

    await eventually(over, within=seconds + 30, what="the outage over", every=0.1)
    return seen


@pytest.mark.timeout(180)
async def test_a_stopped_broker_means_503_in_time_flat_memory_recovery_and_no_lost_yes(
    tmp_path: Path,
) -> None:
    with own_stack("kafka") as stack:
        kafka = stack.addresses().need("kafka")
        since = await ends(kafka)
        async with served_ingest(kafka, tmp_path) as served:
            await eventually(served.is_ready, within=60, what="readiness")
            broker = broker_of(stack)
            async with load_on(served) as load:
                await eventually(lambda: len(load.accepted) > 300, within=60, what="accepted articles")
                broker.send_signal(signal.SIGSTOP)
                stopped_at = monotonic()
                try:
                    await eventually(
                        lambda: any(answer.status == 503 for answer in load.since(stopped_at)),
                        within=PROMISED_S + BUSY_S,
                        what="a 503 of those sent after the stop",
                    )
                    known_at = monotonic()
                    memory = await memory_while(served, OUTAGE_S)
                    assert not await served.is_ready()
                finally:
                    broker.send_signal(signal.SIGCONT)
                woken_at = monotonic()
                await eventually(
                    lambda: any(answer.status == 202 for answer in load.since(woken_at)),
                    within=60,
                    what="a 202 after the broker woke",
                )
            assert await load.send()
            accepted = load.accepted
            log = await on_the_log(kafka, since)

    refused = [answer for answer in load.since(stopped_at) if answer.sent_at < woken_at]
    assert {answer.status for answer in refused} <= {503, 202}  # what was sent last may wait until it wakes
    assert max(answer.seconds for answer in refused if answer.status == 503) < PROMISED_S + BUSY_S
    assert all(answer.retry_after for answer in refused if answer.status == 503)
    at_once = sorted(answer.seconds for answer in refused if answer.sent_at > known_at)
    assert at_once[len(at_once) // 2] < 1.0, "nobody waits for a broker that is known to be away"
    assert max(memory) - memory[0] < FLAT_MB, memory
    assert accepted <= set(log)
    print(
        f"\n{len(accepted)} accepted, {len(refused)} refused; the slowest 503 took"
        f" {max(a.seconds for a in refused if a.status == 503):.2f} s, median once known"
        f" {at_once[len(at_once) // 2] * 1000:.0f} ms; memory {memory[0]:.0f} -> {max(memory):.0f} MB"
    )
