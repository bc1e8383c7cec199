"""The consuming harness: every subscriber of every service runs on it.

It takes a poll as one batch, settles every record of it (processed, or acknowledged as a dead letter), and
only then commits the batch's own offsets. A batch that takes longer is set aside with its partitions paused,
so that polling and the other partitions go on. When partitions are revoked it finishes or cancels what it
has in hand.
"""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, GroupAuthorizationFailedError, IllegalStateError, KafkaError

from newsloom_runtime.attempts import Attempts
from newsloom_runtime.dead_letters import DeadLetters
from newsloom_runtime.decoding import decode_all, raw_record
from newsloom_runtime.fuse import Fuse, FuseBlown
from newsloom_runtime.holding import Holding
from newsloom_runtime.lateness import Lateness, Times
from newsloom_runtime.metrics import ConsumerMetrics
from newsloom_runtime.placement import Placement
from newsloom_runtime.polling import Polled, Poller
from newsloom_runtime.records import RawRecord, RawSubscription, Received, Rejection, Subscription
from newsloom_runtime.rights import Refused
from newsloom_runtime.spans import NO_SPANS, Spans
from newsloom_runtime.traces import open_records

POLL_MS = 1_000  # an idle poll waits in the fetcher and wakes with the first record
SET_ASIDE_AFTER_S = 0.25
REVOKE_WITHIN_S = 8.0  # below the group's rebalance time-out
COMMIT_WITHIN_S = 10.0
STUCK_AFTER_S = 60.0


@dataclass(eq=False)
class Batch:
    """The records of one poll on their way to an outcome."""

    records: tuple[ConsumerRecord, ...]
    taken_at: float
    oldest: Times  # by partition
    task: "asyncio.Task[None]" = field(init=False)
    paused: bool = False
    offsets: dict[TopicPartition, int] = field(init=False)

    def __post_init__(self) -> None:
        self.offsets = {TopicPartition(r.topic, r.partition): r.offset + 1 for r in self.records}


class Harness(ConsumerRebalanceListener):  # type: ignore[misc] # the base is untyped
    """Runs one subscription. FastStream calls `take` and `handle` in turn, from one loop."""

    def __init__(
        self,
        subscription: Subscription | RawSubscription,
        *,
        dead_letters: DeadLetters,
        metrics: ConsumerMetrics,
        spans: Spans = NO_SPANS,
    ) -> None:
        self._subscription = subscription
        self._role = subscription.role
        self._raw = isinstance(subscription, RawSubscription)
        self._any_partition = isinstance(subscription, RawSubscription) and subscription.any_partition
        self._allowed = {t.name: frozenset(e.EVENT_TYPE for e in t.events) for t in subscription.topics}
        self._attempts = Attempts(subscription, metrics)
        self._refused = Refused()
        self.shut_out = asyncio.Event()  # of its group: the client never asks again by itself
        self._fuse = Fuse(subscription.fuse_limit)
        self._dead_letters = dead_letters
        self._metrics = metrics
        self._spans = spans
        metrics.begin(self._role)
        self._consumer: AIOKafkaConsumer | None = None
        self._in_flight: set[Batch] = set()
        self._taken: Batch | None = None
        self._taking = asyncio.Event()
        self._taking.set()
        self._last_poll = time.monotonic()
        self._holding = Holding(subscription.hold)
        self._settled_up_to: dict[TopicPartition, int] = {}
        self._uncommitted: dict[TopicPartition, int] = {}  # settled, but the broker has not taken the commit
        self._assigned = False
        self._over = False
        self._lateness = Lateness(own_clock=self._any_partition)
        self._placement = Placement(subscription.topics)
        self._poller = Poller(role=self._role, tell=metrics.halted.labels(self._role).set)
        self.stopped_because: str | None = None

    # --- taking and handling, called by the consume loop ---

    async def take(self, consumer: AIOKafkaConsumer) -> tuple[ConsumerRecord, ...]:
        """Poll once. Work on what it returns has begun before anything else, such as a revoke, can run."""
        self._consumer = consumer
        await self._taking.wait()
        self._note_poll()
        if await self._holding.holds(consumer):
            return ()
        if self.stopped_because is not None:  # stay in the group and keep polling, but take nothing
            consumer.pause(*consumer.assignment())
        try:
            polled = await self._poller.poll(
                consumer,
                timeout_ms=POLL_MS,
                max_records=self._subscription.max_records,
                busy=self._set_aside() if self.stopped_because is None else consumer.assignment(),
            )
        except KafkaError as error:
            self._refused.note(error, "Read")
            if isinstance(error, GroupAuthorizationFailedError):
                self.shut_out.set()
            raise
        self._holding.polled(consumer, self._set_aside() | self._poller.halted.keys())
        if not polled:
            await self._commit_what_failed()
        self._note_poll()
        self._lateness.looked(consumer, self._settled_up_to)
        if not polled or self.stopped_because is not None or not self._taking.is_set():
            return ()
        self._taken = self._start(polled)
        return self._taken.records

    async def handle(self, _records: object) -> None:
        """Wait for the batch just taken; set it aside when it is slow."""
        batch, self._taken = self._taken, None
        if batch is None:
            return
        await asyncio.wait({batch.task}, timeout=SET_ASIDE_AFTER_S)
        if not batch.task.done():
            self._pause(batch)

    def _start(self, polled: Polled) -> Batch:
        records = tuple(record for of_one in polled.values() for record in of_one)
        batch = Batch(records, time.monotonic(), self._lateness.took(polled))
        for tp, of_one in polled.items():  # the first of a partition that is seen for the first time
            self._settled_up_to.setdefault(tp, of_one[0].offset)
        self._in_flight.add(batch)
        self._metrics.took(self._role, len(records))
        batch.task = asyncio.create_task(self._settle(batch), name=f"batch-{self._role}")
        batch.task.add_done_callback(lambda task: self._finished(batch, task))
        return batch

    async def _settle(self, batch: Batch) -> None:
        raws = [raw_record(record) for record in batch.records]
        received, rejections = self._sifted(raws)
        with self._spans.batch(self._role, received, open_records(received)) as work:
            rejections += await self._attempts.settle(received)
            work.rejected(rejections)
            await self._bury(raws, rejections)
        await self._commit(batch.offsets)
        self._metrics.settled(self._role, len(raws), time.monotonic() - batch.taken_at)

    def _sifted(
        self, raws: Sequence[RawRecord]
    ) -> tuple[Sequence[Received] | Sequence[RawRecord], list[Rejection]]:
        """What the handler is to get, and what no handler can process."""
        if self._any_partition:
            return raws, []
        assert self._consumer is not None  # noqa: S101 - take() set it
        for topic in self._allowed:
            self._placement.learn(topic, len(self._consumer.partitions_for_topic(topic) or ()))
        if self._raw:
            return self._placement.sift(raws)
        received, undecodable = decode_all(raws, self._allowed)
        in_place, misplaced = self._placement.sift(received)
        return in_place, undecodable + misplaced

    async def _bury(self, raws: Iterable[object], rejections: Collection[Rejection]) -> None:
        dead = {id(rejection.raw) for rejection in rejections}
        strangers = {id(rejection.raw) for rejection in rejections if rejection.by_stranger}
        self._fuse.observe(id(raw) in dead for raw in raws if id(raw) not in strangers)
        for rejection in rejections:
            await self._attempts.persist(partial(self._dead_letters.bury, rejection))

    async def _commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Commit exactly what a batch settled. A refusal is no loss: the next owner repeats the batch."""
        assert self._consumer is not None  # noqa: S101 - take() set it
        self._uncommitted.update(offsets)
        try:
            async with asyncio.timeout(COMMIT_WITHIN_S):
                await self._consumer.commit(offsets)
            self._settled_up_to.update(offsets)
            self._note_outcome(offsets)
            if self._subscription.after_commit is not None:
                self._subscription.after_commit()
        except (CommitFailedError, IllegalStateError):
            self._note_outcome(offsets)
            self._metrics.fenced.labels(self._role).inc()
            structlog.get_logger().warning("commit_fenced", role=self._role)
        except (KafkaError, TimeoutError) as error:
            # The next commit of these partitions covers it, or the next idle poll; a restart only repeats.
            structlog.get_logger().warning("commit_failed", role=self._role, error=type(error).__name__)

    async def _commit_what_failed(self) -> None:
        """Make good the commits that the broker did not take; those of batches in hand are theirs to make."""
        in_hand = {partition for batch in self._in_flight for partition in batch.offsets}
        owed = {partition: at for partition, at in self._uncommitted.items() if partition not in in_hand}
        if owed:
            await self._commit(owed)

    def _note_outcome(self, offsets: Mapping[TopicPartition, int]) -> None:
        """The broker has answered: nothing up to these offsets is to be committed any more."""
        for partition, offset in offsets.items():
            if self._uncommitted.get(partition, offset) <= offset:
                self._uncommitted.pop(partition, None)

    def _finished(self, batch: Batch, task: "asyncio.Task[None]") -> None:
        self._in_flight.discard(batch)
        self._metrics.let_go(self._role, len(batch.records))
        if not task.cancelled() and (error := task.exception()) is not None:
            self._stop_for_good(error)
        elif batch.paused and self.stopped_because is None:
            self._resume(batch)

    def _stop_for_good(self, error: BaseException) -> None:
        """Take nothing any more. Going on would commit past a batch that has no outcome."""
        self.stopped_because = (
            str(error) if isinstance(error, FuseBlown) else f"{type(error).__name__} in the harness"
        )
        self._metrics.fuse.labels(self._role).set(1)
        structlog.get_logger().critical(
            "consumer_stopped", role=self._role, why=self.stopped_because, exc_info=error
        )

    # --- pausing ---

    def _set_aside(self) -> set[TopicPartition]:
        return {tp for batch in self._in_flight if batch.paused for tp in batch.offsets}

    def _owned(self, batch: Batch) -> list[TopicPartition]:
        assert self._consumer is not None  # noqa: S101
        return [tp for tp in batch.offsets if tp in self._consumer.assignment()]

    def _pause(self, batch: Batch) -> None:
        batch.paused = True
        if self._consumer is not None:
            self._consumer.pause(*self._owned(batch))

    def _resume(self, batch: Batch) -> None:
        if self._consumer is not None:
            self._consumer.resume(*(tp for tp in self._owned(batch) if tp not in self._poller.halted))

    # --- rebalance, called by the group coordinator ---

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Finish what is in hand within the bound, so that the next owner need not repeat it."""
        if self._in_flight:
            await self._finish(REVOKE_WITHIN_S)
        self._metrics.assigned.labels(self._role).set(0)

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self._assigned = True
        self._settled_up_to.clear()
        self._uncommitted.clear()
        self._lateness.clear()
        self._metrics.assigned.labels(self._role).set(len(assigned))
        self._poller.assigned()
        self._metrics.rebalances.labels(self._role).inc()

    async def drain(self, within_s: float) -> None:
        """Stop taking, finish what is in hand, cancel what takes longer. Called before the consumer stops."""
        self._taking.clear()
        await self._finish(within_s)
        self._over = True
        self._metrics.end(self._role)

    async def _finish(self, within_s: float) -> None:
        tasks = {batch.task for batch in self._in_flight}
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=within_s)
        for task in late:
            task.cancel()
        if late:
            structlog.get_logger().warning("batches_cancelled", role=self._role, batches=len(late))
            await asyncio.wait(late, timeout=within_s)

    # --- health ---

    def _note_poll(self) -> None:
        if self._over:  # a poll that was under way; another harness may have the role by now
            return
        self._last_poll = time.monotonic()
        self._metrics.last_poll.labels(self._role).set(time.time())

    def not_ready(self) -> str | None:
        """Why the role does no work now, or None."""
        if self.stopped_because is not None:
            return f"stopped: {self.stopped_because}"
        if (halted := self._poller.reason()) is not None:
            return halted
        if (refused := self._refused.reason()) is not None:
            return refused
        if not self._assigned:
            return "not yet in its consumer group; is Kafka running and are the topics created?"
        if self._attempts.waiting_for is not None:
            return f"waiting for a dependency: {self._attempts.waiting_for}"
        return None

    def not_alive(self) -> str | None:
        """Why only a restart can help, or None: polling has stopped, or a batch hangs without waiting."""
        now = time.monotonic()
        if self._taking.is_set() and now - self._last_poll > STUCK_AFTER_S:
            return f"no poll for {now - self._last_poll:.0f} s; restart the service"
        oldest = min((batch.taken_at for batch in self._in_flight), default=now)
        if self._attempts.waiting_for is None and now - oldest > 2 * STUCK_AFTER_S:
            return f"a batch has been in work for {now - oldest:.0f} s; restart the service"
        return None

    @property
    def behind(self) -> int:
        """Records without a committed outcome, over all topics."""
        return sum(self.lag().values())

    def lag(self) -> dict[str, int]:
        """Records without a committed outcome, by topic, as far as the broker has told."""
        lag = dict.fromkeys(self._allowed, 0)
        consumer = self._consumer
        if consumer is None or self._over:
            return lag
        for tp in consumer.assignment():
            end, settled = consumer.highwater(tp), self._settled_up_to.get(tp)
            if end is not None and settled is not None:
                lag[tp.topic] += max(0, end - settled)
        return lag

    def late(self) -> dict[str, float]:
        """Seconds that the oldest record without a committed outcome waits, by topic; 0 without one."""
        late = dict.fromkeys(self._allowed, 0.0)
        if self._consumer is None or self._over:
            return late
        now, in_hand = time.time(), [batch.oldest for batch in self._in_flight]
        for tp in self._consumer.assignment():
            end, settled = self._consumer.highwater(tp), self._settled_up_to.get(tp)
            if end is None or settled is None or end <= settled:
                continue
            if (since := self._lateness.since(tp, in_hand)) is not None:
                late[tp.topic] = max(late[tp.topic], now - since)
        return late
