"""Anything may arrive on a topic: each record comes to its end, and all others go on (see odd_records)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import InvalidTimestampError

from newsloom_runtime.topics import create_topics
from newsloom_schemas.catalog import ARTICLES_SUBMITTED, FEED_UPDATES, Topic, dlq_topic
from tests.e2e.odd_records import KILLED, REPLIES, Odd, odd_records
from tests.e2e.system import System
from tests.eventually import eventually

MILLISECONDS_OF_2100 = 4_102_444_800_000
RECORD_BYTES = 5 * 1024 * 1024
TABLE = odd_records()
DEAD = [odd for odd in TABLE if odd.reason is not None]
SHOWN = [odd for odd in TABLE if odd.shown is not None]

Place = tuple[str, int, int]


@dataclass(frozen=True, kw_only=True)
class Aftermath:
    """Where each record was put, and every dead letter by the place it came from, with its reasons."""

    places: Mapping[str, Place]
    letters: Mapping[Place, Sequence[str]]
    processes: Mapping[str, int]


@pytest.fixture(scope="module")
async def aftermath(system: System) -> Aftermath:
    """All of them sent at once, and everything settled."""
    replies = Topic(name=REPLIES, key="any", events=(), written_by=(), read_by=(), summary="", partitions=1)
    await create_topics(system.kafka, topics=[replies])
    before = processes(system)
    places = await sent(system.kafka, TABLE)
    await system.drained(within=240)
    letters: dict[Place, list[str]] = {}
    for service in ("enrich", "publish"):
        for place, reason in await letters_of(system.kafka, service):
            letters.setdefault(place, []).append(reason)
    return Aftermath(places=places, letters=letters, processes=before)


async def sent(kafka: str, table: Sequence[Odd]) -> dict[str, Place]:
    async with AIOKafkaProducer(bootstrap_servers=kafka, max_request_size=RECORD_BYTES) as producer:
        places = {}
        for odd in table:
            at = await producer.send_and_wait(
                odd.topic.name,
                odd.value,
                key=odd.key,
                headers=odd.headers,
                partition=odd.partition,
                timestamp_ms=odd.timestamp_ms,
            )
            places[odd.id] = (at.topic, at.partition, at.offset)
        return places


async def letters_of(kafka: str, service: str) -> list[tuple[Place, str]]:
    """Every dead letter of a service: where it came from and why."""
    consumer = AIOKafkaConsumer(
        dlq_topic(service),
        bootstrap_servers=kafka,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=RECORD_BYTES,
    )
    await consumer.start()
    found: list[tuple[Place, str]] = []
    try:
        ends = await consumer.end_offsets(consumer.assignment())

        async def read() -> bool:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    said = {name: value.decode() for name, value in record.headers if name.startswith("dlq_")}
                    if "dlq_topic" in said:
                        place = (said["dlq_topic"], int(said["dlq_partition"]), int(said["dlq_offset"]))
                        found.append((place, said["dlq_error"]))
            return all([await consumer.position(tp) >= end for tp, end in ends.items()])

        await eventually(read, within=60, what=f"the dead letters of {service}")
    finally:
        await consumer.stop()
    return found


def processes(system: System) -> dict[str, int]:
    """The process of each service."""
    return {state.name: state.pid for state in system.stack.status() if state.pid is not None}


def test_the_names_of_the_table_are_its_own() -> None:
    assert [name for name, count in Counter(odd.id for odd in TABLE).items() if count > 1] == []


@pytest.mark.parametrize("odd", DEAD, ids=lambda odd: odd.id)
async def test_what_is_no_event_is_one_dead_letter_with_its_reason(aftermath: Aftermath, odd: Odd) -> None:
    assert aftermath.letters.get(aftermath.places[odd.id]) == [odd.reason]


@pytest.mark.parametrize("odd", SHOWN, ids=lambda odd: odd.id)
async def test_what_is_an_event_reaches_readers(aftermath: Aftermath, system: System, odd: Odd) -> None:
    assert odd.shown is not None
    document = await system.shown(odd.shown, revision=odd.revision)
    assert aftermath.letters.get(aftermath.places[odd.id]) is None
    # Sent twice it had one effect; 55 is two revisions, and a run of the archive is a version of its own.
    assert document["document_version"] == (2 if odd.row == 55 else 1)


async def test_a_kill_that_came_first_stays(aftermath: Aftermath, system: System) -> None:
    assert aftermath.places
    assert (await system.get(f"/v1/articles/{KILLED}")).status_code == 410


async def test_nothing_else_died_and_no_service_did(aftermath: Aftermath, system: System) -> None:
    ours = set(aftermath.places.values())
    expected = {aftermath.places[odd.id] for odd in DEAD}
    assert {place for place in aftermath.letters if place in ours} == expected
    assert processes(system) == aftermath.processes
    for service in ("enrich", "publish", "feeds"):
        assert (await system.http.get(system.at.need(service) + "/readyz")).status_code == 200


async def test_nothing_was_answered_where_a_stranger_asked_for_it(
    aftermath: Aftermath, system: System
) -> None:
    assert aftermath.places
    consumer = AIOKafkaConsumer(bootstrap_servers=system.kafka)
    await consumer.start()
    try:
        there = TopicPartition(REPLIES, 0)
        assert await consumer.end_offsets([there]) == {there: 0}
    finally:
        await consumer.stop()


async def test_lag_counts_records_and_not_their_times(aftermath: Aftermath, system: System) -> None:
    assert aftermath.places
    metrics = (await system.http.get(system.at.need("enrich") + "/metrics")).text
    lag = f'newsloom_consumer_lag_records{{role="enricher",topic="{ARTICLES_SUBMITTED.name}"}} 0.0'
    assert lag in metrics.splitlines()


async def test_a_leap_of_a_revision_is_told_to_whoever_watches(aftermath: Aftermath, system: System) -> None:
    assert aftermath.places
    metrics = (await system.http.get(system.at.need("publish") + "/metrics")).text
    [jumps] = [
        line for line in metrics.splitlines() if line.startswith("newsloom_publish_revision_jumps_total")
    ]
    assert float(jumps.split()[1]) >= 1


async def test_the_broker_takes_no_record_of_the_future(system: System) -> None:
    async with AIOKafkaProducer(bootstrap_servers=system.kafka) as producer:
        with pytest.raises(InvalidTimestampError):
            await producer.send_and_wait(FEED_UPDATES.name, b"x", timestamp_ms=MILLISECONDS_OF_2100)
