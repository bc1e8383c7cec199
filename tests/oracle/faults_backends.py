"""Faults of Kafka and MongoDB: brokers and mongod killed, refusing, slow, or answering into the void."""

import asyncio
import signal
import time
from collections.abc import Sequence
from functools import partial

from newsloom_schemas.catalog import TOPICS, Topic, dlq_topic
from tests.eventually import eventually
from tests.oracle.cluster import SupervisedCluster
from tests.oracle.cluster_admin import GROUPS
from tests.oracle.nemesis import (
    NemesisFault,
    Probes,
    accepts,
    advances,
    poke_until,
)
from tests.oracle.nemesis_proxy import MongoProxy

BROKER_GONE_WITHIN_S = 60.0
ACCEPTS_WITHIN_S = 60.0
ANSWER_WITHIN_S = 8.0  # ingest promises a 503 within five seconds; the machine may be busy
GROWTH_BYTES = 96 * 1024 * 1024  # what a service may put aside during an outage
WRITES = ("insert", "update")
# NotWritablePrimary, PrimarySteppedDown, ShutdownInProgress, InterruptedDueToReplStateChange
STATE_CODES = (10107, 189, 91, 11602)


class BrokersInTurn(NemesisFault):
    """Each broker in turn is killed, or told to end, while submissions arrive; the others go on."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__("kill each broker" if number == signal.SIGKILL else "restart each broker")
        self._number = number

    async def strike(self, cluster: SupervisedCluster) -> None:
        for node, broker in enumerate(cluster.brokers, start=1):
            broker.send(self._number)
            await broker.ended(within=BROKER_GONE_WITHIN_S)
            await eventually(
                partial(_is_gone, cluster, node),
                within=BROKER_GONE_WITHIN_S,
                what=f"the cluster knows that broker {node} is gone",
                every=0.25,
            )
            await accepts(cluster, within=ACCEPTS_WITHIN_S)
            await advances(cluster, "publish", within=ACCEPTS_WITHIN_S)
            broker.start()
            await cluster.kafka.whole(len(cluster.brokers), within=120)


async def _is_gone(cluster: SupervisedCluster, node: int) -> bool:
    alive = await cluster.kafka.live_brokers()
    return bool(alive) and node not in alive


class Outage(NemesisFault):
    """So many brokers are killed that nothing can be acknowledged: ingest says 503 and lies to nobody."""

    def __init__(self, name: str, *, left: int) -> None:
        super().__init__(name)
        self._left = left

    async def strike(self, cluster: SupervisedCluster) -> None:
        before = {process: process.resident_bytes() for process in cluster.running}
        pids = {process.name: process.pid for process in before}
        for broker in cluster.brokers[self._left :]:
            await broker.kill()
        born = cluster.process("publish-2")  # what begins in the outage waits for its end
        await born.terminate()
        born.start()
        pids[born.name] = born.pid
        await self._probe(cluster, seconds=10.0 if cluster.quick else 60.0)
        self.demand(not await cluster.is_ready("ingest"), "ingest says that it is ready without Kafka")
        for process, bytes_before in before.items():
            grown = process.resident_bytes() - bytes_before
            self.demand(grown < GROWTH_BYTES, f"{process.name} grew by {grown >> 20} MiB in the outage")
            self.demand(
                process.runs() and process.pid == pids[process.name],
                f"{process.name} did not live through it",
            )

    async def _probe(self, cluster: SupervisedCluster, *, seconds: float) -> None:
        """503 and nothing else. What was on its way when the brokers died may still be answered 202."""
        deadline = time.monotonic() + seconds
        answers: list[int] = []
        async with Probes(cluster) as probes:
            while time.monotonic() < deadline:
                asked = time.monotonic()
                answers.append(await probes.send())
                took = time.monotonic() - asked
                self.demand(took < ANSWER_WITHIN_S, f"an answer took {took:.1f} s")
                await asyncio.sleep(0.2)
        self.demand(set(answers) == {503}, f"without Kafka, ingest answered {sorted(set(answers))}")


class MongodKilled(NemesisFault):
    """SIGKILL of mongod; readiness tells, and it all goes on when mongod is back."""

    def __init__(self) -> None:
        super().__init__("kill mongod")

    async def strike(self, cluster: SupervisedCluster) -> None:
        mongod = cluster.process("mongo")
        await mongod.kill()
        for name in ("publish-1", "feeds"):
            await poke_until(
                cluster,
                partial(_tells, cluster, name),
                within=30,
                what=f"{name} tells it",
                every=0.25,
            )
        await asyncio.sleep(2.0 if cluster.quick else 10.0)  # the outage
        mongod.start()
        await eventually(cluster.mongo.is_primary, within=60, what="mongod is primary", every=0.1)
        await advances(cluster, "publish", within=90)
        await cluster.ready(within=60)


async def _tells(cluster: SupervisedCluster, name: str) -> bool:
    return not await cluster.is_ready(name)


class MongoRefuses(NemesisFault):
    """Writes fail with the codes of a primary that is going, before they happen or after."""

    def __init__(self, name: str, *, applied: bool) -> None:
        super().__init__(name)
        self._applied = applied

    async def strike(self, cluster: SupervisedCluster) -> None:
        before = await _retries(cluster)
        for code in STATE_CODES:
            error = {"code": code, "errmsg": "the fault that was asked for"}
            how = {"writeConcernError": error} if self._applied else {"errorCode": code}
            # The driver repeats a write once by itself: an even number defeats it several times.
            target = await cluster.mongo.fail(WRITES, times=6, **how)
            await poke_until(
                cluster,
                partial(_failed, cluster, target),
                within=120,
                what=f"six times code {code}",
                every=0.25,
            )
            await advances(cluster, "publish", within=60)
        self.demand(await _retries(cluster) > before, "no publisher has noticed any refusal")


async def _retries(cluster: SupervisedCluster) -> float:
    names = ("publish-1", "publish-2")
    return sum([await cluster.metric(name, "newsloom_retries_total") for name in names])


async def _failed(cluster: SupervisedCluster, target: int) -> bool:
    return await cluster.mongo.failures() >= target


class MongoSlow(NemesisFault):
    """Writes take ten seconds, which is as long as the driver waits: some happen after it has given up."""

    def __init__(self) -> None:
        super().__init__("mongod slow by 10 s")

    async def strike(self, cluster: SupervisedCluster) -> None:
        times = 2 if cluster.quick else 6
        target = await cluster.mongo.fail(WRITES, times=times, blockConnection=True, blockTimeMS=10_000)
        await poke_until(
            cluster, partial(_failed, cluster, target), within=180, what=f"{times} slow writes", every=0.25
        )
        await advances(cluster, "publish", within=60)


class ReplyLost(NemesisFault):
    """MongoDB applies a write and its reply is lost, the driver's own repetition too."""

    def __init__(self) -> None:
        super().__init__("write applied, reply lost")

    async def strike(self, cluster: SupervisedCluster) -> None:
        publishers = ("publish-1", "publish-2")
        async with MongoProxy(cluster.mongo.url) as proxy:
            for name in publishers:
                await cluster.rearm(name, MONGO_URL=proxy.url)
            for _ in range(1 if cluster.quick else 5):
                proxy.lose_replies(4)
                await poke_until(cluster, proxy.has_lost_them, within=90, what="four replies are lost")
                await advances(cluster, "publish", within=60)
            for name in publishers:
                await cluster.rearm(name)


class LinkSilent(NemesisFault):
    """The link between publish and MongoDB swallows everything for a while, both ways, and closes nothing."""

    def __init__(self) -> None:
        super().__init__("link to mongod silent")

    async def strike(self, cluster: SupervisedCluster) -> None:
        async with MongoProxy(cluster.mongo.url) as proxy:
            await cluster.rearm("publish-1", MONGO_URL=proxy.url)
            proxy.swallow(True)
            await poke_until(
                cluster,
                partial(_tells, cluster, "publish-1"),
                within=60,
                what="publish-1 tells it",
                every=0.25,
            )
            await asyncio.sleep(5.0 if cluster.quick else 30.0)  # the silence
            proxy.swallow(False)
            await cluster.member_ready("publish-1", within=60)
            await advances(cluster, "publish", within=60)
            await cluster.rearm("publish-1")


class Replayed(NemesisFault):
    """Every group begins every topic again from its first record."""

    def __init__(self) -> None:
        super().__init__("replay everything")

    async def strike(self, cluster: SupervisedCluster) -> None:
        workers = [process for process in cluster.running if process.name.startswith(("enrich", "publish"))]
        await asyncio.gather(*(worker.terminate() for worker in workers))
        for group in GROUPS:
            await eventually(
                partial(_is_empty, cluster, group), within=60, what=f"{group} is empty", every=0.25
            )
            await cluster.kafka.rewind(group)
        for worker in workers:
            worker.start()
        await cluster.ready(within=90)


async def _is_empty(cluster: SupervisedCluster, group: str) -> bool:
    return await cluster.kafka.members(group) == {}


class LettersRefused(NemesisFault):
    """The dead-letter topics take nothing: who has a letter waits, says so, and drops nothing."""

    def __init__(self) -> None:
        super().__init__("dead letters refused")

    async def strike(self, cluster: SupervisedCluster) -> None:
        # A broker counts no more copies than there are, so one of them must be gone.
        for topic in _letters():
            cluster.read_only.add(topic)
            await cluster.kafka.configure(topic, {"min.insync.replicas": str(len(cluster.brokers))})
        await cluster.brokers[-1].kill()
        await eventually(
            partial(_is_gone, cluster, len(cluster.brokers)),
            within=BROKER_GONE_WITHIN_S,
            what="the cluster knows that a copy is gone",
            every=0.25,
        )
        await self._somebody_waits(cluster, lasting=4.0 if cluster.quick else 20.0)

    async def _somebody_waits(self, cluster: SupervisedCluster, *, lasting: float) -> None:
        """A process has met poison and goes on saying so; the lost broker alone is soon got over."""
        since: dict[str, float] = {}

        async def waits() -> bool:
            now = time.monotonic()
            for name in (process.name for process in cluster.running):
                reason = await cluster.not_ready_because(name)
                if reason is not None and "waiting for a dependency" in reason:
                    since.setdefault(name, now)
                else:
                    since.pop(name, None)
            return any(now - began >= lasting for began in since.values())

        await poke_until(
            cluster, waits, within=150, what="somebody waits for the dead-letter topic", every=0.5
        )


def _letters() -> list[Topic]:
    names = {dlq_topic("enrich"), dlq_topic("publish")}
    return [topic for topic in TOPICS if topic.name in names]


BACKEND_FAULTS: Sequence[NemesisFault] = (
    BrokersInTurn(signal.SIGKILL),
    BrokersInTurn(signal.SIGTERM),
    Outage("two of three brokers down", left=1),
    Outage("all brokers down", left=0),
    MongodKilled(),
    MongoRefuses("write refused by a leaving primary", applied=False),
    MongoRefuses("write applied, error told", applied=True),
    ReplyLost(),
    LinkSilent(),
    MongoSlow(),
    Replayed(),
    LettersRefused(),
)
