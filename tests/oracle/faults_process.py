"""Faults of single processes: killed at a point, stopped and woken, told to end, blocked, joined and left."""

import asyncio
import signal
import time
from collections.abc import Sequence
from contextlib import suppress

import psutil

from tests.eventually import eventually
from tests.oracle.cluster import MEMBERS, SupervisedCluster
from tests.oracle.nemesis import (
    NemesisFault,
    Probes,
    advances,
    group_of,
    poke_until,
    total,
)
from tests.oracle.supervisor import Process

SESSION_S = 10.0  # after which Kafka counts a silent member as gone
POINT_WITHIN_S = 90.0
EXIT_WITHIN_S = 30.0  # 10 s for open requests, 15 s for batches in hand, and some for a busy machine
BLOCKED_S = 12  # longer than a session
PROCESSES = {"ingest": "ingest", "enrich": "enrich-1"}


class CrashAt(NemesisFault):
    """SIGKILL of a service's process by itself, at a named point, under load; then it starts again."""

    def __init__(self, point: str, *, at_pass: int) -> None:
        service, _, place = point.partition(".")
        super().__init__(f"kill {service} {place}")
        self.fault_point = f"{point}=kill@{at_pass}"
        self._member = PROCESSES.get(service, "publish-1")

    async def strike(self, cluster: SupervisedCluster) -> None:
        await cluster.rearm_at(self._member, self.fault_point)
        process = cluster.process(self._member)
        await poke_until(
            cluster, lambda: not process.runs(), within=POINT_WITHIN_S, what=f"{self.fault_point} is reached"
        )
        code = process.exit_codes[-1]
        self.demand(code == -signal.SIGKILL, f"{self._member} ended with {code} instead of by SIGKILL")


class Paused(NemesisFault):
    """SIGSTOP of a worker for twice its session, so that its partitions are given away; then it wakes."""

    def __init__(self, member: str, *, group: str, members: int) -> None:
        super().__init__(f"pause {member.partition('-')[0]} beyond its session")
        self._member = member
        self._group = group
        self._members = members

    async def strike(self, cluster: SupervisedCluster) -> None:
        process, started = cluster.process(self._member), time.monotonic()
        process.send(signal.SIGSTOP)
        await poke_until(
            cluster,
            lambda: self._is_without_it(cluster),
            within=6 * SESSION_S,
            what=f"{self._group} goes on without {self._member}",
            every=0.5,
        )
        lasts = SESSION_S if cluster.quick else 2 * SESSION_S
        await asyncio.sleep(max(0.0, started + lasts - time.monotonic()))  # the duration is the fault
        process.send(signal.SIGCONT)
        await cluster.member_ready(self._member, within=60)
        await group_of(cluster, self._group, self._members, within=60)
        self.demand(process.runs(), f"{self._member} did not survive its pause")

    async def _is_without_it(self, cluster: SupervisedCluster) -> bool:
        members = await cluster.kafka.members(self._group)
        return members is not None and len(members) == self._members - 1


class Terminated(NemesisFault):
    """SIGTERM, once or twice, while MongoDB holds a batch back; the process ends in time, and cleanly."""

    def __init__(self, *, signals: int) -> None:
        super().__init__("SIGTERM in a batch" if signals == 1 else "SIGTERM twice in a batch")
        self._signals = signals

    async def strike(self, cluster: SupervisedCluster) -> None:
        process = cluster.process("publish-1")
        await cluster.mongo.fail(["insert", "update"], times=20, blockConnection=True, blockTimeMS=1_500)
        await poke_until(
            cluster, lambda: _holds_a_batch(cluster), within=60, what="a batch in hand", every=0.05
        )
        for _ in range(self._signals):
            process.send(signal.SIGTERM)
            await asyncio.sleep(0.2)  # two signals at the same instant are one
        took = await _end_of(process)
        await cluster.mongo.heal()
        self.demand(took is not None, f"publish-1 still ran {EXIT_WITHIN_S:.0f} s after SIGTERM")
        if took is not None and self._signals == 1:
            self.demand(process.exit_codes[-1] == 0, f"publish-1 ended with {process.exit_codes[-1]}")
        await advances(cluster, "publish", within=60)


async def _holds_a_batch(cluster: SupervisedCluster) -> bool:
    return await cluster.metric("publish-1", "newsloom_batches_in_flight") > 0


async def _end_of(process: Process) -> float | None:
    """Seconds until it has ended; None when it has not in time."""
    started = time.monotonic()
    with suppress(AssertionError):
        await process.ended(within=EXIT_WITHIN_S)
        return time.monotonic() - started
    return None


class Blocked(NemesisFault):
    """A worker's event loop is blocked for longer than its session: evicted once, not again and again."""

    def __init__(self, point: str, *, member: str, group: str, members: int) -> None:
        super().__init__(f"block {point.partition('.')[0]} for {BLOCKED_S} s")
        self.fault_point = f"{point}=block:{BLOCKED_S}@3"
        self._member = member
        self._group = group
        self._members = members

    async def strike(self, cluster: SupervisedCluster) -> None:
        process = cluster.process(self._member)
        begin = process.log.stat().st_size
        await cluster.rearm_at(self._member, self.fault_point)
        await poke_until(
            cluster, lambda: _has_blocked(process, begin), within=POINT_WITHIN_S, what=self.fault_point
        )
        await poke_until(
            cluster, lambda: cluster.is_ready(self._member), within=90, what=f"{self._member} ready again"
        )
        await group_of(cluster, self._group, self._members, within=60)
        await self._stays_in_its_group(cluster)

    async def _stays_in_its_group(self, cluster: SupervisedCluster) -> None:
        before = await cluster.metric(self._member, "newsloom_rebalances_total")
        await asyncio.sleep(SESSION_S if cluster.quick else 2 * SESSION_S)
        more = await cluster.metric(self._member, "newsloom_rebalances_total") - before
        self.demand(more <= 2, f"{self._member} was assigned partitions {more:.0f} more times after it woke")


def _has_blocked(process: Process, begin: int) -> bool:
    with process.log.open("rb") as log:
        log.seek(begin)
        return b'"fault"' in log.read()


class Storm(NemesisFault):
    """Every two seconds a member joins and another leaves, for a minute; the group still advances."""

    def __init__(self, service: str, *, group: str) -> None:
        super().__init__(f"storm of {service} members")
        self._names = tuple(f"{service}-storm-{n}" for n in range(4))
        self._group = group

    async def strike(self, cluster: SupervisedCluster) -> None:
        before = total(await cluster.kafka.committed(self._group))
        async with asyncio.TaskGroup() as leaving:
            rounds = 8 if cluster.quick else 30
            for number in range(rounds):
                await self._join(cluster, self._names[number % len(self._names)])
                if number >= 2:
                    leaver = cluster.process(self._names[(number - 2) % len(self._names)])
                    leaving.create_task(leaver.terminate())
                await asyncio.sleep(2.0)  # the fault's own rhythm
        settled = total(await cluster.kafka.committed(self._group)) - before
        self.demand(settled > 0, f"{self._group} settled nothing during the storm")

    async def _join(self, cluster: SupervisedCluster, name: str) -> None:
        process = cluster.member(name)
        await eventually(lambda: not process.runs(), within=60, what=f"the last {name} has left")
        process.start()


class RolledOut(NemesisFault):
    """Every process of a service is told to stop and started again, one after the other, as in a deploy."""

    def __init__(self) -> None:
        super().__init__("rolling restart")

    async def strike(self, cluster: SupervisedCluster) -> None:
        for name in MEMBERS:
            await cluster.rearm(name)
            code = cluster.process(name).exit_codes[-1]
            self.demand(code == 0, f"{name} ended with {code} when it was told to stop")


class OutOfDescriptors(NemesisFault):
    """A process may open no further file or connection for a while; it lives, and goes on afterwards."""

    def __init__(self, member: str) -> None:
        super().__init__(f"no descriptors for {member.partition('-')[0]}")
        self._member = member

    async def strike(self, cluster: SupervisedCluster) -> None:
        process = psutil.Process(cluster.process(self._member).pid)
        usual = process.rlimit(psutil.RLIMIT_NOFILE)
        process.rlimit(psutil.RLIMIT_NOFILE, (process.num_fds(), usual[1]))
        try:
            async with Probes(cluster) as probes:
                deadline = time.monotonic() + (5.0 if cluster.quick else 20.0)
                while time.monotonic() < deadline:
                    await asyncio.gather(*(probes.send() for _ in range(4)))
        finally:
            if process.is_running():
                process.rlimit(psutil.RLIMIT_NOFILE, usual)
        self.demand(cluster.process(self._member).runs(), f"{self._member} did not live through it")
        await cluster.member_ready(self._member, within=60)


CRASHES: Sequence[CrashAt] = (
    CrashAt("ingest.before-send", at_pass=20),
    CrashAt("ingest.before-ack", at_pass=20),
    CrashAt("ingest.after-ack", at_pass=20),
    CrashAt("enrich.after-read", at_pass=5),
    CrashAt("enrich.after-analysis", at_pass=5),
    CrashAt("enrich.after-produce", at_pass=5),
    CrashAt("enrich.after-commit", at_pass=5),
    CrashAt("publish.before-write", at_pass=3),
    CrashAt("publish.after-write", at_pass=3),
    CrashAt("publish.after-first-emit", at_pass=3),
    CrashAt("publish.after-emit", at_pass=3),
    CrashAt("publish.after-commit", at_pass=3),
    CrashAt("embargo.before-write", at_pass=1),
    CrashAt("embargo.after-write", at_pass=1),
    CrashAt("embargo.after-emit", at_pass=1),
)

PROCESS_FAULTS: Sequence[NemesisFault] = (
    *CRASHES,
    Paused("publish-1", group="publish", members=2),
    Paused("enrich-1", group="enrich", members=1),
    Terminated(signals=1),
    Terminated(signals=2),
    Blocked("publish.before-emit", member="publish-1", group="publish", members=2),
    Blocked("enrich.after-read", member="enrich-1", group="enrich", members=1),
    Storm("publish", group="publish"),
    Storm("enrich", group="enrich"),
    RolledOut(),
    OutOfDescriptors("ingest"),
    OutOfDescriptors("publish-1"),
)
