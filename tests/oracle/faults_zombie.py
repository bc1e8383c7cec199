"""The rarest schedule, on purpose: a publisher stopped after its write, replaced, and woken after a kill."""

import asyncio
import json
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from newsloom_runtime.cluster import server_list
from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED
from newsloom_schemas.events import ArticleKilledV1
from tests.eventually import eventually
from tests.oracle.cluster import SupervisedCluster
from tests.oracle.nemesis import (
    PROBE_SOURCE,
    NemesisFault,
    Probes,
    group_of,
    poke_until,
)

PUBLISHERS = ("publish-1", "publish-2")
VICTIMS = 4
HEALED = "newsloom_publish_healed_total"
LOOKS = 3


@dataclass(frozen=True, kw_only=True)
class Stalled:
    """An article in the batch of the stopped publisher."""

    article_id: str
    source: str
    external_id: str


class Zombie(NemesisFault):
    """A publisher stops itself at a point; its batch goes to another, its articles are killed, it wakes."""

    def __init__(self, point: str, *, at_pass: int) -> None:
        super().__init__(f"zombie publisher {point.partition('.')[2]}")
        self._has_stored = point != "publish.before-write"
        self._fault_point = f"{point}=stop@{at_pass}"
        self._victims: list[Stalled] = []

    async def strike(self, cluster: SupervisedCluster) -> None:
        zombie = cluster.process("publish-1")
        await cluster.rearm_at("publish-1", self._fault_point)
        await poke_until(cluster, zombie.is_stopped, within=90, what=f"{self._fault_point} is reached")
        self._victims = await _stalled(cluster)
        self.demand(bool(self._victims), "no article was found in the stopped publisher's batch")
        await group_of(cluster, "publish", 1, within=60)
        await asyncio.gather(*(_kill(cluster, victim) for victim in self._victims))
        healed = await self._healed(cluster)
        zombie.send(signal.SIGCONT)
        await self._wakes(cluster, healed)

    async def _wakes(self, cluster: SupervisedCluster, healed: float) -> None:
        await cluster.member_ready("publish-1", within=60)
        await group_of(cluster, "publish", len(PUBLISHERS), within=60)
        if not self._has_stored:  # then its swap is lost, and it has nothing to tell
            return

        async def proofread() -> bool:
            return await self._healed(cluster) > healed

        try:
            await eventually(proofread, within=30, what="the proofreader healed", every=0.2)
        except AssertionError:
            self.problems.append("the zombie told nothing that the proofreader had to heal: no zombie at all")

    async def _healed(self, cluster: SupervisedCluster) -> float:
        return sum(await asyncio.gather(*(cluster.metric(name, HEALED) for name in PUBLISHERS)))

    async def examine(self, cluster: SupervisedCluster) -> Sequence[str]:
        return [*self.problems, *await _last_words_that_are_no_kill(cluster, self._victims)]


async def _stalled(cluster: SupervisedCluster) -> list[Stalled]:
    """Articles at the committed offsets that no longer move although there is more to read.

    A batch begins at the committed offset of its partition: those articles are in it for certain.
    """
    found: list[Stalled] = []

    async def some() -> bool:
        found[:] = await _records_at(cluster, await _resting(cluster))
        return bool(found)

    with suppress(AssertionError):
        await poke_until(cluster, some, within=30, what="an article in the stopped batch", every=0.5)
    # The oracle checks the load's own articles, not the probes.
    return sorted(found, key=lambda article: article.source == PROBE_SOURCE)[:VICTIMS]


async def _resting(cluster: SupervisedCluster) -> dict[TopicPartition, int]:
    """Where the partitions of the publishers' topic stand that have not moved for a while."""
    seen = await _places(cluster)
    for _ in range(LOOKS):
        await asyncio.sleep(0.5)
        now = await _places(cluster)
        seen = {partition: at for partition, at in seen.items() if now[partition] == at}
    return seen


async def _places(cluster: SupervisedCluster) -> dict[TopicPartition, int]:
    """The committed offsets of all partitions; 0 where nothing is committed yet."""
    committed = await cluster.kafka.committed("publish")
    partitions = (TopicPartition(ARTICLES_ENRICHED.name, p) for p in range(ARTICLES_ENRICHED.partitions))
    return {partition: committed.get(partition, 0) for partition in partitions}


async def _records_at(cluster: SupervisedCluster, places: Mapping[TopicPartition, int]) -> list[Stalled]:
    consumer = AIOKafkaConsumer(bootstrap_servers=server_list(cluster.system.kafka), enable_auto_commit=False)
    await consumer.start()
    try:
        ends = await consumer.end_offsets(list(places))
        waiting = {tp: at for tp, at in places.items() if at < ends[tp]}
        if not waiting:
            return []
        consumer.assign(list(waiting))
        found: list[Stalled] = []
        for tp, offset in waiting.items():
            consumer.seek(tp, offset)
            found += _article((await asyncio.wait_for(consumer.getone(tp), 10)).value)
        return found
    finally:
        await consumer.stop()


def _article(value: bytes | None) -> list[Stalled]:
    """Empty for poison."""
    try:
        content = json.loads(value or b"")
        return [
            Stalled(
                article_id=content["article_id"],
                source=content["source"],
                external_id=content["external_id"],
            )
        ]
    except (ValueError, TypeError, KeyError):
        return []


async def _kill(cluster: SupervisedCluster, victim: Stalled) -> None:
    """Kill it, and wait until the other publisher has told so."""
    if cluster.desk is not None and not victim.source.startswith("probe-"):
        await cluster.desk.kill(victim.source, victim.external_id)
    else:
        async with Probes(cluster) as probes:
            status = await probes.kill(victim.source, victim.external_id)
            assert status == 202, f"the kill was answered {status}"

    async def told() -> bool:
        return await _last_word(cluster, victim.article_id) is ArticleKilledV1

    await eventually(told, within=60, what=f"{victim.article_id} is told as killed", every=0.3)


async def _last_word(cluster: SupervisedCluster, article_id: str) -> type | None:
    """The type of the article's last record in the compacted topic."""
    async with LogReader(cluster.system.kafka, ARTICLES_PUBLISHED) as reader:
        partition = reader.partition_for(article_id)
        end = (await reader.end_offsets())[partition]
        last: type | None = None
        async for entries in reader.read(partition, 0, end):
            for entry in entries:
                last = type(entry.event) if entry.event.subject == article_id else last
    return last


async def _last_words_that_are_no_kill(cluster: SupervisedCluster, victims: Sequence[Stalled]) -> list[str]:
    words = [(victim.article_id, await _last_word(cluster, victim.article_id)) for victim in victims]
    return [
        f"the last record of killed {article_id} is {word.__name__ if word else 'missing'}"
        for article_id, word in words
        if word is not ArticleKilledV1
    ]


ZOMBIE_FAULTS: Sequence[NemesisFault] = (
    Zombie("publish.before-write", at_pass=3),
    Zombie("publish.after-write", at_pass=3),
    Zombie("publish.after-first-emit", at_pass=3),
)
