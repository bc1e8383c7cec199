"""What the faults have in common: their frame, and how they see that the system still works."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx2
from aiokafka import TopicPartition

from tests.eventually import eventually
from tests.oracle.cluster import SupervisedCluster

PROBE_SOURCE = "probe-nemesis"
PROBE_EVERY_S = 0.1
PROBE_BESIDE_LOAD_S = 1.0  # what the oracle counts should be most of what flows
NO_ANSWER = 0
EMBARGO_EVERY = 10
EMBARGO = timedelta(seconds=2)


class NemesisFault:
    """A fault with a name. What `inject` finds wrong is told by `examine`; `heal` undoes everything."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []

    async def inject(self, cluster: SupervisedCluster) -> None:
        self.problems = []
        await self.strike(cluster)

    async def strike(self, cluster: SupervisedCluster) -> None:
        """What goes wrong. To be overridden."""
        raise NotImplementedError

    async def heal(self, cluster: SupervisedCluster) -> None:
        await cluster.restore()

    async def examine(self, cluster: SupervisedCluster) -> Sequence[str]:
        return tuple(self.problems)

    def demand(self, holds: bool, otherwise: str) -> None:
        """Note a problem unless it holds."""
        if not holds:
            self.problems.append(otherwise)


class Probes:
    """Small submissions of the nemesis's own, so that a fault does not depend on what the load sends."""

    def __init__(self, cluster: SupervisedCluster) -> None:
        system = cluster.system
        self._numbers = count(1)
        self._name = uuid4().hex[:12]
        self._http = httpx2.AsyncClient(
            base_url=system.ingest,
            headers={"authorization": f"Bearer {system.key}"},
            params={"source": PROBE_SOURCE},
            timeout=10.0,
            trust_env=False,
        )

    async def __aenter__(self) -> "Probes":
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._http.aclose()

    async def send(self) -> int:
        """Submit an article, one in ten under a short embargo; the status, or NO_ANSWER."""
        number = next(self._numbers)
        article: dict[str, object] = {
            "external_id": f"{self._name}/{number}",
            "revision": 1,
            "headline": f"Probe {number}",
            "body_text": "Is anybody there?",
            "language": "en",
        }
        if number % EMBARGO_EVERY == 0:
            article["embargo_until"] = (datetime.now(UTC) + EMBARGO).isoformat()
        try:
            return (await self._http.post("/v1/articles", json=article)).status_code
        except httpx2.HTTPError:
            return NO_ANSWER

    async def kill(self, source: str, external_id: str) -> int:
        """Kill an article; the status, or NO_ANSWER."""
        about = {"source": source, "external_id": external_id}
        try:
            return (await self._http.post("/v1/articles/kill", params=about)).status_code
        except httpx2.HTTPError:
            return NO_ANSWER


async def poke_until(
    cluster: SupervisedCluster, condition: Callable[[], Any], *, within: float, what: str, every: float = 0.1
) -> None:
    """Send probes until the condition holds: something flows also without load, or with one that is stuck."""
    pause = PROBE_EVERY_S if cluster.desk is None else PROBE_BESIDE_LOAD_S
    async with Probes(cluster) as probes:

        async def poke() -> None:
            while True:
                await probes.send()
                await asyncio.sleep(pause)

        poking = asyncio.create_task(poke())
        try:
            await eventually(condition, within=within, what=what, every=every)
        finally:
            poking.cancel()
            with suppress(asyncio.CancelledError):
                await poking


async def accepts(cluster: SupervisedCluster, *, within: float) -> float:
    """Seconds until a probe is answered 202."""
    started = monotonic()
    async with Probes(cluster) as probes:

        async def accepted() -> bool:
            return await probes.send() == 202

        await eventually(accepted, within=within, what="a submission is accepted", every=PROBE_EVERY_S)
    return monotonic() - started


async def advances(cluster: SupervisedCluster, group: str, *, within: float) -> None:
    """Wait until the group commits something new."""
    before = await cluster.kafka.committed(group)

    async def further() -> bool:
        return total(await cluster.kafka.committed(group)) > total(before)

    await poke_until(cluster, further, within=within, what=f"{group} advances", every=0.25)


def total(offsets: dict[TopicPartition, int]) -> int:
    """How many records a group has settled."""
    return sum(offsets.values())


async def group_of(cluster: SupervisedCluster, group: str, members: int, *, within: float) -> None:
    """Wait until a group is at rest with so many members, who share all its partitions."""

    async def at_rest() -> bool:
        found = await cluster.kafka.members(group)
        return found is not None and len(found) == members

    await eventually(at_rest, within=within, what=f"{group} has {members} members", every=0.25)
