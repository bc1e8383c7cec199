"""Reading back a log: any stretch, for any number of askers, over one connection more."""

import asyncio
import os
from collections.abc import Sequence

import psutil
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from newsloom_runtime.log_reader import LogEntry, LogReader
from tests.factories import submitted
from tests.integration.runtime.members import World
from tests.integration.runtime.test_publisher import running

RECORDS = 1_200


async def filled(world: World, records: int = RECORDS) -> None:
    """Records of two articles, so in at most two partitions."""
    events = [submitted(f"article-{n % 2}", n + 1) for n in range(records)]
    async with running(world.kafka) as publisher:
        await publisher.publish([(world.topic, event) for event in events])


async def whole(reader: LogReader) -> dict[int, list[LogEntry]]:
    """What the reader finds in each partition that holds anything."""
    found: dict[int, list[LogEntry]] = {}
    for partition, end in (await reader.end_offsets()).items():
        if end:
            found[partition] = [entry async for part in reader.read(partition, 0, end) for entry in part]
    return found


def places(entries: Sequence[LogEntry] | None) -> list[tuple[int, int]]:
    assert entries is not None
    return [(entry.partition, entry.offset) for entry in entries]


def connections(kafka: str) -> int:
    port = int(kafka.rsplit(":", 1)[1])
    return sum(
        bool(c.raddr) and c.raddr.port == port for c in psutil.Process(os.getpid()).net_connections("tcp")
    )


async def test_pages_asked_for_at_once_come_whole_in_order_and_over_one_connection(world: World) -> None:
    await filled(world)
    async with LogReader(world.kafka, world.topic) as reader:
        ends = {p: end for p, end in (await reader.end_offsets()).items() if end}
        wanted = [(p, start, min(start + 100, end)) for start in range(0, 600, 30) for p, end in ends.items()]
        before = connections(world.kafka)
        pages = await asyncio.gather(*(reader.page(*page) for page in wanted))
        assert connections(world.kafka) <= before + 2, "one to the broker, and the one it was found through"
    for (partition, start, end), page in zip(wanted, pages, strict=True):
        assert places(page) == [(partition, offset) for offset in range(start, end)]


async def test_what_is_read_back_is_the_whole_log(world: World) -> None:
    await filled(world)
    async with LogReader(world.kafka, world.topic) as reader:
        found, ends = await whole(reader), await reader.end_offsets()
    assert sum(len(entries) for entries in found.values()) == RECORDS
    for partition, entries in found.items():
        assert places(entries) == [(partition, offset) for offset in range(ends[partition])]


async def test_a_page_that_is_given_up_leaves_the_next_one_whole(world: World) -> None:
    await filled(world)
    async with LogReader(world.kafka, world.topic) as reader:
        partition, end = max((await reader.end_offsets()).items(), key=lambda item: item[1])
        for _ in range(20):
            asked = asyncio.create_task(reader.page(partition, 0, end))
            await asyncio.wait({asked}, timeout=0.004)
            asked.cancel()
        assert places(await reader.page(partition, 3, end)) == [(partition, n) for n in range(3, end)]


async def test_a_page_below_the_oldest_record_is_none_and_reading_goes_on_at_the_oldest(world: World) -> None:
    await filled(world, 40)
    async with LogReader(world.kafka, world.topic) as reader:
        partition, end = max((await reader.end_offsets()).items(), key=lambda item: item[1])
        await forget_below(world, partition, 10)
        assert await reader.page(partition, 9, end) is None
        assert places(await reader.page(partition, 10, end)) == [(partition, n) for n in range(10, end)]
        assert places((await whole(reader))[partition]) == [(partition, n) for n in range(10, end)]


async def forget_below(world: World, partition: int, offset: int) -> None:
    """What retention does."""
    admin = AIOKafkaAdminClient(bootstrap_servers=world.kafka)
    await admin.start()
    try:
        place = TopicPartition(world.topic.name, partition)
        await admin.delete_records({place: RecordsToDelete(before_offset=offset)})
    finally:
        await admin.close()
