"""One run: load, fault, heal, drain, collect, check."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from aiokafka.errors import KafkaError

from newsloom_schemas import identity
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, ARTICLES_SUBMITTED, FEED_UPDATES
from tests.eventually import eventually
from tests.oracle.checks import violations
from tests.oracle.checks_facts import Facts
from tests.oracle.collectors import Collectors, new_collectors
from tests.oracle.collectors_log import commit_snapshot
from tests.oracle.collectors_store import unsettled
from tests.oracle.generator import Generator, Operation
from tests.oracle.generator_load import Load
from tests.oracle.ports import Cluster, Fault, System
from tests.oracle.record import Recorder, Result, read_ledger
from tests.oracle.report import Line, Timing, new_line

HEAL_TRIES = 3
READS = {
    "enrich": (ARTICLES_SUBMITTED,),
    "publish": (ARTICLES_ENRICHED,),
    "publish-proofreader": (ARTICLES_PUBLISHED, FEED_UPDATES),
}


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How much load, and how long each part waits. Seconds; `rate` is operations a second."""

    rate: float = 60.0
    before_s: float = 4.0
    after_s: float = 6.0
    drain_s: float = 180.0
    stream_s: float = 30.0


class Calm:
    """No fault: the load alone, with its kills, embargoes, poison and bad input, judged by the clock too."""

    name = "calm (poison 1 %)"

    def __init__(self, seconds: float = 20.0) -> None:
        self.seconds = seconds

    async def inject(self, _cluster: Cluster) -> None:
        await asyncio.sleep(self.seconds)  # the length of the load is what this run is

    async def heal(self, _cluster: Cluster) -> None:
        return

    async def examine(self, _cluster: Cluster) -> Sequence[str]:
        return ()


class WatchedRecorder(Recorder):
    """A recorder that tells the collectors what to look at."""

    def __init__(self, path: Path, collectors: Collectors) -> None:
        super().__init__(path)
        self._collectors = collectors

    def answered(
        self, operation: Operation, result: Result, status: int | None = None, event_id: str | None = None
    ) -> None:
        super().answered(operation, result, status, event_id)
        if result != "ok":
            return
        article_id = identity.article_id(operation.source, operation.external_id)
        if operation.kind == "kill":
            self._collectors.kill_accepted(article_id)
        self._collectors.sampler.articles.append(article_id)


@dataclass
class Run:
    """One fault on one cluster under load. `say` gets progress for people."""

    cluster: Any
    fault: Fault[Any]
    seed: int
    prefix: str
    pace: Pace
    folder: Path
    say: Callable[[str], None] = lambda _text: None
    should_fail: bool = False
    _problems: list[str] = field(default_factory=list)

    async def line(self) -> Line:
        """Do it all; the line of the report. Raises when the cluster cannot be worked with at all."""
        began = time.monotonic()
        generator = Generator(seed=self.seed, prefix=self.prefix)
        system: System = self.cluster.system
        collectors = await new_collectors(system, generator.sources)
        path = self.folder / f"{self.prefix}.jsonl"
        recorder = WatchedRecorder(path, collectors)
        load = Load(system=system, recorder=recorder, stream=generator.stream(), rate=self.pace.rate)
        async with collectors.running():
            await eventually(lambda: collectors.connected, within=60, what="live streams")
            healed_at, recovery = await self._torment(load)
            await self._drained(system, generator.sources, collectors)
            self._problems += await self._part("examine", self.fault.examine(self.cluster)) or ()
            await self._streams_caught_up(collectors)
        recorder.close()
        ledger = read_ledger(path)
        dump = await collectors.dump(ledger, healed_at=healed_at)
        facts = Facts(dump)
        self.say(f"{self.fault.name}: checking {len(ledger.asked)} operations")
        found = await asyncio.to_thread(violations, facts)
        timing = Timing(
            seconds=time.monotonic() - began, recovery_s=recovery, extra=tuple(map(str, self._problems))
        )
        return new_line(self.fault.name, self.seed, facts, found, timing, should_fail=self.should_fail)

    async def _torment(self, load: Load) -> tuple[float | None, float | None]:
        """Load throughout; when the fault was over, and how long until a new article was shown again."""
        until = asyncio.Event()
        loading = asyncio.create_task(load.run(until))
        try:
            self.cluster.desk = load
            await asyncio.sleep(self.pace.before_s)
            self.say(f"{self.fault.name}: injecting after {load.done} operations")
            await self._part("inject", self.fault.inject(self.cluster))
            healing = time.monotonic()
            self.say(f"{self.fault.name}: healing after {load.done} operations")
            await self._heal()
            healed_at = None if isinstance(self.fault, Calm) else time.time()
            recovery = await self._recovery(load.system, healing)
            await asyncio.sleep(self.pace.after_s)
        finally:
            until.set()
            self.cluster.desk = None
            await loading
        self.say(f"{self.fault.name}: {load.done} operations, draining")
        return healed_at, recovery

    async def _heal(self) -> None:
        """Healing is no part of what is judged: on a busy machine it may need to be asked again."""
        for _ in range(HEAL_TRIES):
            before = len(self._problems)
            await self._part("heal", self.fault.heal(self.cluster))
            if len(self._problems) == before:
                return
            self.say(f"{self.fault.name}: {self._problems.pop()[:200]}")
        self._problems.append(f"heal: not after {HEAL_TRIES} tries")

    async def _part(self, what: str, work: Coroutine[Any, Any, Any]) -> Any:
        """A part of the fault. What goes wrong in it is reported, and the checks are made all the same.

        It is a task of its own, because the Kafka client may cancel whoever stops it at an odd moment.
        """
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()  # no more than a formality, unless the run itself was cancelled
        if task.cancelled():
            self._problems.append(f"{what}: cancelled from inside")
        elif error := task.exception():
            self._problems.append(f"{what}: {type(error).__name__}: {error}")
        else:
            return task.result()
        return None

    async def _recovery(self, system: System, since: float) -> float | None:
        """Seconds from the start of healing until an article, handed in after it, is shown."""
        article = {
            "external_id": f"{self.prefix}/{self.fault.name}",
            "revision": 1,
            "headline": "Harbour bridge reopens",
            "body_text": "Traffic returned.",
            "language": "en",
        }
        headers = {"authorization": f"Bearer {system.key}"}
        async with httpx2.AsyncClient(timeout=10, trust_env=False) as http:

            async def shown() -> bool:
                try:
                    answer = await http.post(
                        f"{system.ingest}/v1/articles?source=probe-oracle", headers=headers, json=article
                    )
                    if answer.status_code != 202:
                        return False
                    url = f"{system.feeds}/v1/articles/{answer.json()['article_id']}"
                    return (await http.get(url)).status_code == 200
                except httpx2.HTTPError:
                    return False

            if await self._part("recovery", eventually(shown, within=self.pace.drain_s, what="recovery")):
                return time.monotonic() - since
        return None

    async def _drained(self, system: System, sources: Sequence[str], collectors: Collectors) -> None:
        """Until nothing moves any more: groups at the ends, no embargo left, all takedowns seen."""
        what = "the system drained"

        async def settled() -> bool:
            return (
                await _no_lag(system.kafka)
                and await unsettled(system, sources) == 0
                and collectors.watching == 0
            )

        await self._part("drain", eventually(settled, within=self.pace.drain_s, what=what))

    async def _streams_caught_up(self, collectors: Collectors) -> None:
        """Live streams are a moment behind; one that stays behind is found by the checks."""
        try:
            what = "live streams at the end"
            await eventually(lambda: collectors.streams_caught_up, within=self.pace.stream_s, what=what)
        except AssertionError as error:
            self.say(f"{self.fault.name}: {error}")


async def _no_lag(bootstrap: str) -> bool:
    try:
        snapshot = await commit_snapshot(bootstrap)
    except (KafkaError, OSError, TimeoutError):
        return False
    return all(
        snapshot.committed.get(group, {}).get(place, 0) >= end
        for group, topics in READS.items()
        for place, end in snapshot.ends.items()
        if place[0] in {topic.name for topic in topics} and end > 0
    )
