"""Watches how much a service has written by the end offsets of its topics, asking it nothing."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import psutil
from aiokafka.admin import AIOKafkaAdminClient

from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.catalog import Topic

POLL_S = 0.02
STALLED_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Drained:
    """How a drain went. The clock starts with the first records written and those do not count."""

    records: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Articles a second."""
        return self.records / self.seconds

    @property
    def cpu_us(self) -> float:
        """The service's own processor time for an article, in microseconds; other load does not blur it."""
        return 1e6 * self.cpu_seconds / self.records


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """What is awaited: so many records in each of these topics; the first topic has one for each article.

    With `group`, its committed offsets on `inbox` must have reached as many records as well.
    """

    topics: tuple[Topic, ...]
    expected: tuple[int, ...]
    group: str | None = None
    inbox: Topic | None = None


async def watch(bootstrap: str, outlet: Outlet, pid: Callable[[], int]) -> Drained:
    """Follow a drain from its first record to its last. TimeoutError when nothing moves for a minute.

    `pid` tells the service's process, asked only once it has written something.
    """
    async with AsyncExitStack() as stack:
        logs = [await stack.enter_async_context(LogReader(bootstrap, topic)) for topic in outlet.topics]
        began, first = await _first(logs[0])
        service = pid()
        cpu_before = cpu_seconds(service)
        ended = await _last(logs, outlet.expected)
        if outlet.group and outlet.inbox:
            ended = await _committed(bootstrap, outlet.group, outlet.inbox, outlet.expected[0])
    return Drained(
        records=max(1, outlet.expected[0] - first),
        seconds=max(POLL_S, ended - began),
        cpu_seconds=cpu_seconds(service) - cpu_before,
    )


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its living children so far."""
    process = psutil.Process(pid)
    times = [member.cpu_times() for member in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


async def _first(log: LogReader) -> tuple[float, int]:
    deadline = time.perf_counter() + STALLED_S
    while not (count := await _total(log)):
        if time.perf_counter() > deadline:
            raise TimeoutError("the service wrote nothing within a minute; see its log")
        await asyncio.sleep(POLL_S)
    return time.perf_counter(), count


async def _last(logs: Sequence[LogReader], expected: Sequence[int]) -> float:
    seen: list[int] = []
    moved = time.perf_counter()
    while True:
        counts = [await _total(log) for log in logs]
        now = time.perf_counter()
        if all(count >= wanted for count, wanted in zip(counts, expected, strict=True)):
            return now
        moved = now if counts != seen else moved
        seen = counts
        if now - moved > STALLED_S:
            raise TimeoutError(f"the service stopped at {counts} of {list(expected)} records; see its log")
        await asyncio.sleep(POLL_S)


async def _total(log: LogReader) -> int:
    return sum((await log.end_offsets()).values())


async def _committed(bootstrap: str, group: str, inbox: Topic, expected: int) -> float:
    """When the group had committed so many records: what is emitted but not committed is not done."""
    admin = AIOKafkaAdminClient(bootstrap_servers=[bootstrap])
    await admin.start()
    deadline = time.perf_counter() + STALLED_S
    try:
        while True:
            offsets = await admin.list_consumer_group_offsets(group)
            done = sum(meta.offset for tp, meta in offsets.items() if tp.topic == inbox.name)
            now = time.perf_counter()
            if done >= expected:
                return now
            if now > deadline:
                raise TimeoutError(f"{group} committed {done} of {expected} records; see its log")
            await asyncio.sleep(POLL_S)
    finally:
        await admin.close()
