"""The real rules before the real Prometheus: each fault in the running system fires exactly what it must."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
import yaml
from aiokafka import AIOKafkaProducer
from pymongo import MongoClient

from newsloom.stack import LocalStack
from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from tests.eventually import eventually
from tests.monitoring.prometheus import RULES, needs_prometheus
from tests.monitoring.runbook_steps import first_steps, typed
from tests.monitoring.traffic import DESK, Newsroom
from tests.monitoring.watched import Watched, watched_system

STOPPED_FOR_S: Final = 60.0
DOWN_S: Final = 115.0  # a little less than ServiceDown waits
CLEAN_RUN: Final = "NEWSLOOM_CLEAN_RUN_S"
WITHIN_S: Final = 180.0  # a busy machine scrapes late
FUSE: Final = 50  # dead letters in a row
WRITES: Final = ("insert", "update")
STOP: Final = frozenset({"ConsumerLag", "CanaryNotSeen"})  # what follows when nothing goes through


@needs_prometheus
@pytest.mark.timeout(900)
async def test_each_fault_fires_exactly_its_alert(tmp_path: Path) -> None:
    rules = (RULES / "recording.yml", RULES / "alerts.yml")
    async with watched_system(tmp_path, sources="", rules=rules) as watched, a_newsroom_at_work(watched):
        await nothing_fires_when_all_is_well(watched)
        await enrich_stopped_for_a_minute(watched)
        await a_record_that_nobody_can_read(watched)
        await somebody_tries_keys(watched)
        await mongodb_takes_no_writes(watched)
        await a_topic_full_of_rubbish(watched)


@needs_prometheus
@pytest.mark.skipif(
    CLEAN_RUN not in os.environ, reason=f"it takes minutes: {CLEAN_RUN}=600 in the environment"
)
@pytest.mark.timeout(3600)
async def test_a_long_time_of_usual_work_fires_nothing(tmp_path: Path) -> None:
    rules = (RULES / "recording.yml", RULES / "alerts.yml")
    async with watched_system(tmp_path, sources="", rules=rules) as watched, a_newsroom_at_work(watched):
        await eventually(watched.prometheus.targets_up, within=WITHIN_S, what="all services are scraped")
        began, lasting = time.monotonic(), float(os.environ[CLEAN_RUN])
        await eventually(
            lambda: time.monotonic() - began >= lasting, within=lasting + 60, what="the end", every=1
        )
        assert await watched.prometheus.ever_fired() == frozenset()


async def nothing_fires_when_all_is_well(watched: Watched) -> None:
    """Meanwhile the first steps of the runbook are typed, as whoever is woken would type them."""
    await eventually(watched.prometheus.targets_up, within=WITHIN_S, what="all services are scraped")
    await watched.system.shown(await Newsroom(watched.system).publish(DESK), within=WITHIN_S)
    for command in first_steps():
        await typed(watched.system, command)
    assert await watched.prometheus.ever_fired() == frozenset()


async def enrich_stopped_for_a_minute(watched: Watched) -> None:
    stack = watched.system.stack
    await asyncio.to_thread(stopped_politely, stack, "enrich")
    stopped = time.monotonic()

    async def a_minute_has_passed_and_both_fire() -> bool:
        return time.monotonic() - stopped >= STOPPED_FOR_S and await fires(watched, STOP)

    await eventually(a_minute_has_passed_and_both_fire, within=WITHIN_S, what="the lag and the canary")
    await asyncio.to_thread(stack.restart, "enrich")  # at the address where Prometheus looks
    gone_for = time.monotonic() - stopped
    await eventually(lambda: fires(watched, frozenset()), within=WITHIN_S, what="both resolve by themselves")
    fired = await watched.prometheus.ever_fired()
    # Where the start alone takes a minute, enrich was down for longer than ServiceDown has patience.
    assert fired - ({"ServiceDown"} if gone_for > DOWN_S else set()) == STOP


async def a_record_that_nobody_can_read(watched: Watched) -> None:
    async with adds(watched, "DeadLetters"):
        await rubbish(watched, 3)


async def somebody_tries_keys(watched: Watched) -> None:
    door = watched.system.at.need("ingest") + "/v1/articles"
    async with adds(watched, "AuthFailures"):
        for number in range(40):
            wrong = {"authorization": f"Bearer nlk_{number:032}"}
            answer = await watched.system.http.post(door, params={"source": DESK}, json={}, headers=wrong)
            assert answer.status_code == 401


async def mongodb_takes_no_writes(watched: Watched) -> None:
    async with adds(watched, "MongoWritesFail"):
        with writes_failing(watched):
            await eventually(
                lambda: is_among(watched, "MongoWritesFail"), within=WITHIN_S, what="the alert of MongoDB"
            )


async def a_topic_full_of_rubbish(watched: Watched) -> None:
    """The last fault: enrich would meet the rubbish again after a restart, until its group is moved on."""
    async with adds(watched, "ConsumerStopped"):
        await rubbish(watched, 2 * FUSE)


@asynccontextmanager
async def adds(watched: Watched, alert: str) -> AsyncIterator[None]:
    """What happens inside fires this alert and none besides that has not fired before.

    The lag and the canary have; they follow by design from whatever stops the way to the reader. What
    Alertmanager keeps back while this alert fires may follow, too, where it lasts long enough.
    """
    before = await watched.prometheus.ever_fired()
    assert alert not in before
    yield
    await eventually(lambda: is_among(watched, alert), within=WITHIN_S, what=f"the alert {alert}")
    assert await watched.prometheus.ever_fired() - before - kept_back_by(alert) == {alert}


def stopped_politely(stack: LocalStack, name: str) -> None:
    """As an operator stops it; the stack would start it again at the same address."""
    [pid] = [each.pid for each in stack.status() if each.name == name]
    process = psutil.Process(pid)
    process.terminate()
    process.wait(WITHIN_S)


async def fires(watched: Watched, alerts: frozenset[str]) -> bool:
    return await watched.prometheus.firing() == alerts


async def is_among(watched: Watched, alert: str) -> bool:
    return alert in await watched.prometheus.ever_fired()


def kept_back_by(alert: str) -> set[str]:
    """What the example for Alertmanager tells nobody of while this alert fires."""
    rules = yaml.safe_load((RULES / "alertmanager.yml").read_text(encoding="utf-8"))["inhibit_rules"]
    pairs = [(rule["source_matchers"][0], rule["target_matchers"][0]) for rule in rules]
    return {name for source, target in pairs if alert in names(source) for name in names(target)}


def names(matcher: str) -> set[str]:
    """The alerts of a matcher such as `alertname=~"One|Two"`."""
    return set(matcher.partition('"')[2].removesuffix('"').split("|"))


async def rubbish(watched: Watched, records: int) -> None:
    """Records of somebody who may write into the topic and should not."""
    async with AIOKafkaProducer(bootstrap_servers=watched.system.kafka, acks="all") as producer:
        for _ in range(records):
            await producer.send(ARTICLES_SUBMITTED.name, b"no event of ours", partition=0)


@contextmanager
def writes_failing(watched: Watched) -> Iterator[None]:
    """mongod refuses what newsloom writes, until the end."""
    with MongoClient[dict[str, Any]](watched.system.at.need("mongo")) as client:
        data = {"failCommands": list(WRITES), "appName": "newsloom", "errorCode": 14031}  # OutOfDiskSpace
        client.admin.command({"configureFailPoint": "failCommand", "mode": "alwaysOn", "data": data})
        try:
            yield
        finally:
            client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})


@asynccontextmanager
async def a_newsroom_at_work(watched: Watched) -> AsyncIterator[None]:
    """An article every second, the whole time."""
    work = asyncio.create_task(_hand_in(Newsroom(watched.system)))
    try:
        yield
        assert not work.done(), "an article was not taken"
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def _hand_in(room: Newsroom) -> None:
    while True:
        await room.publish(DESK)
        await asyncio.sleep(1)
