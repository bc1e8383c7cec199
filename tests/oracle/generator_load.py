"""Clients that carry a stream of operations out, at a bounded rate, and repeat what got no answer."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from newsloom_runtime.cluster import server_list
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_SUBMITTED
from tests.oracle.generator import Operation, embargo_end, submission, tags
from tests.oracle.generator_bad import BAD_REQUESTS, poison
from tests.oracle.generator_old import event_id_of, old_submission
from tests.oracle.ports import System
from tests.oracle.record import Recorder, Result

CLIENTS = 16
REQUEST_S = 12.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 2.0
Identity = tuple[str, str, str, int, int]


def identity_of(operation: Operation) -> Identity:
    """What makes two operations the same request."""
    return (
        operation.kind,
        operation.source,
        operation.external_id,
        operation.revision,
        operation.variant,
    )


@dataclass
class Load:
    """The clients of one run. It is also the desk at which faults kill articles.

    `rate` is operations a second. `patience_s` bounds how long an operation is repeated.
    """

    system: System
    recorder: Recorder
    stream: Iterator[Operation]
    rate: float
    patience_s: float = 150.0
    done: int = 0
    _http: httpx2.AsyncClient = field(init=False)
    _producer: AIOKafkaProducer = field(init=False)
    _embargoes: dict[Identity, datetime | None] = field(default_factory=dict)
    _own_numbers: int = 10_000_000  # operations that faults ask for are numbered apart from the stream

    async def run(self, until: asyncio.Event) -> None:
        """Carry operations out until told to end; those under way are finished."""
        async with self._connected(), asyncio.TaskGroup() as clients:
            slots = asyncio.Semaphore(CLIENTS)
            due = time.monotonic()
            while not until.is_set():
                await slots.acquire()
                due = max(
                    due + 1 / self.rate, time.monotonic() - 1
                )  # an outage is not made up for in a burst
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                clients.create_task(self._client(next(self.stream), slots))

    @asynccontextmanager
    async def _connected(self) -> Any:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=server_list(self.system.kafka), acks="all", request_timeout_ms=10_000
        )
        limits = httpx2.Limits(max_connections=CLIENTS * 4)
        async with httpx2.AsyncClient(timeout=REQUEST_S, trust_env=False, limits=limits) as self._http:
            await self._producer.start()
            try:
                yield
            finally:
                await self._producer.stop()

    async def _client(self, operation: Operation, slots: asyncio.Semaphore) -> None:
        try:
            await self.carry_out(operation)
        finally:
            self.done += 1
            slots.release()

    async def carry_out(self, operation: Operation) -> Result:
        """One operation with all its attempts; how it ended."""
        embargo = self._embargoes.setdefault(
            identity_of(operation), embargo_end(operation, datetime.now(UTC))
        )
        self.recorder.planned(operation, embargo)
        if operation.kind == "poison":
            return await self._poison(operation)
        pause, deadline = FIRST_PAUSE_S, time.monotonic() + self.patience_s
        while True:
            result = await self._attempt(operation, embargo)
            if result != "unknown" or operation.impatient or time.monotonic() > deadline:
                return result
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _attempt(self, operation: Operation, embargo: datetime | None) -> Result:
        self.recorder.sent(operation)
        if operation.old:
            return await self._written_by_an_old_producer(operation, embargo)
        try:
            response = await self._http.send(self._request(operation, embargo))
        except httpx2.HTTPError:
            self.recorder.answered(operation, "unknown")
            return "unknown"
        result = result_of(response.status_code)
        event_id = response.json()["event_id"] if result == "ok" else None
        self.recorder.answered(operation, result, response.status_code, event_id)
        return result

    async def _written_by_an_old_producer(self, operation: Operation, embargo: datetime | None) -> Result:
        record = old_submission(operation, embargo, datetime.now(UTC))
        try:
            await self._producer.send_and_wait(
                ARTICLES_SUBMITTED.name, record.value, key=record.key, headers=list(record.headers)
            )
        except (KafkaError, TimeoutError):
            self.recorder.answered(operation, "unknown")
            return "unknown"
        self.recorder.answered(operation, "ok", event_id=event_id_of(record))
        return "ok"

    def _request(self, operation: Operation, embargo: datetime | None) -> httpx2.Request:
        headers = {"authorization": f"Bearer {self.system.key}"}
        params = {"source": operation.source}
        at = self.system.ingest + "/v1/articles"
        named = {**params, "external_id": operation.external_id}
        match operation.kind:
            case "submit":
                body = submission(operation, embargo)
                return self._http.build_request("POST", at, params=params, headers=headers, json=body)
            case "kill":
                body = {"reason": "withdrawn by the desk"}
                return self._http.build_request(
                    "POST", at + "/kill", params=named, headers=headers, json=body
                )
            case "tags":
                body = tags(operation)
                return self._http.build_request("PUT", at + "/tags", params=named, headers=headers, json=body)
        bad = BAD_REQUESTS[operation.form]
        content = bad.body(submission(operation, None))
        headers = {"content-type": bad.content_type, **(headers if bad.with_key else {})}
        return self._http.build_request("POST", at, params=params, headers=headers, content=content)

    async def _poison(self, operation: Operation) -> Result:
        record = poison(operation.form, (operation.source, operation.number))
        topic = (ARTICLES_SUBMITTED, ARTICLES_ENRICHED)[operation.number % 2].name
        try:
            # The client's type for headers forbids the null value that is meant here.
            written = await self._producer.send_and_wait(
                topic, record.value, key=record.key, headers=list(record.headers)
            )
        except (KafkaError, TimeoutError):
            self.recorder.answered(operation, "unknown")
            return "unknown"
        self.recorder.poisoned(operation, topic, written.partition, written.offset)
        return "ok"

    async def kill(self, source: str, external_id: str) -> None:
        """See `ports.Desk`. AssertionError when no 2xx came within the patience."""
        self._own_numbers += 1
        operation = Operation(number=self._own_numbers, kind="kill", source=source, external_id=external_id)
        result = await self.carry_out(operation)
        assert result == "ok", f"the kill of {source} {external_id} ended as {result}"


def result_of(status: int) -> Result:
    """What an answer says about the request's effect: a 5xx, and being asked to wait, say nothing."""
    if status in (408, 429) or status >= 500:
        return "unknown"
    return "ok" if status < 300 else "rejected"
