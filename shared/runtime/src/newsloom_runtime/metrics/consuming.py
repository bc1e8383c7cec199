"""The metrics of one consuming role."""

from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from newsloom_runtime.metrics.declaring import CounterMetric, GaugeMetric, HistogramMetric, Label, Metric

ROLE: Final = Label(name="role", drawn_from="the consuming roles of the service")
TOPIC: Final = Label(
    name="topic", drawn_from="the catalogue of topics; the inboxes of all sources are one, `editorial-inbox`"
)
REASON: Final = Label(
    name="reason", drawn_from="the error classes of dead letters, as `newsloom dlq list` shows"
)

TAKEN: Final = CounterMetric(
    name="newsloom_taken_records_total",
    meaning="Records polled, which is what goes into a role",
    look="Its rate is what comes in. Above the rate of consumed records for long: work piles up.",
    labels=(ROLE,),
)
CONSUMED: Final = CounterMetric(
    name="newsloom_consumed_records_total",
    meaning="Records whose outcome is durable",
    look="Its rate is what the role gets done. 0 while there is lag: it is stuck.",
    labels=(ROLE,),
)
IN_PROGRESS: Final = GaugeMetric(
    name="newsloom_records_in_progress",
    meaning="Records taken that have no durable outcome yet",
    look="Goes back to 0 whenever there is nothing to do; standing still above 0 means a batch that hangs.",
    labels=(ROLE,),
)
BATCHES_IN_FLIGHT: Final = GaugeMetric(
    name="newsloom_batches_in_flight",
    meaning="Batches being processed",
    look="More than one means that slow batches were set aside with their partitions paused.",
    labels=(ROLE,),
)
BATCH_RECORDS: Final = HistogramMetric(
    name="newsloom_batch_records",
    meaning="Records in a batch",
    look="Large batches are how a role catches up; always 1 at a high rate wastes its time.",
    labels=(ROLE,),
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
)
BATCH_SECONDS: Final = HistogramMetric(
    name="newsloom_batch_seconds",
    meaning="Seconds from poll to commit",
    look="What a batch takes, with its dependencies, repeats and commit.",
    labels=(ROLE,),
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
DEAD_LETTERS: Final = CounterMetric(
    name="newsloom_dead_letters_total",
    meaning="Records sent to the DLQ",
    look="`newsloom dlq list` shows them; each is something that nobody sees in any feed.",
    labels=(ROLE, REASON),
)
RETRIES: Final = CounterMetric(
    name="newsloom_retries_total",
    meaning="Repeats after a transient failure",
    look="A dependency is away or slow; readiness names it.",
    labels=(ROLE,),
)
HANDLER_BUGS: Final = CounterMetric(
    name="newsloom_handler_bugs_total",
    meaning="Unexpected exceptions in a handler",
    look="Every one is a defect: the log has its traceback.",
    labels=(ROLE,),
)
FUSE_BLOWN: Final = GaugeMetric(
    name="newsloom_fuse_blown",
    meaning="1 when the consumer stopped itself",
    look="Too many dead letters in a row: nothing is taken until somebody has looked and restarts it.",
    labels=(ROLE,),
)
HALTED_PARTITIONS: Final = GaugeMetric(
    name="newsloom_halted_partitions",
    meaning="Partitions that halt at a batch which cannot be unpacked",
    look="Readiness names partition and offset; the other partitions go on.",
    labels=(ROLE,),
)
ASSIGNED_PARTITIONS: Final = GaugeMetric(
    name="newsloom_assigned_partitions",
    meaning="Partitions that the group has given to this process",
    look="Over all processes of a role the sum is the partitions of its topics; 0: idle, or not in it.",
    labels=(ROLE,),
)
REBALANCES: Final = CounterMetric(
    name="newsloom_rebalances_total",
    meaning="Times partitions were assigned",
    look="Once a start or stop is usual; a steady rate is a storm, in which little else happens.",
    labels=(ROLE,),
)
COMMITS_FENCED: Final = CounterMetric(
    name="newsloom_commits_fenced_total",
    meaning="Commits refused because another member owns the partition",
    look="The batch is repeated there. Often: batches take longer than the group waits for.",
    labels=(ROLE,),
)
LAST_POLL: Final = GaugeMetric(
    name="newsloom_last_poll_timestamp_seconds",
    meaning="Unix time of the last poll",
    look="Polling goes on while there is nothing to read; older than a minute means a stuck loop.",
    labels=(ROLE,),
)
LAST_RECORD: Final = GaugeMetric(
    name="newsloom_last_record_timestamp_seconds",
    meaning="Unix time of the last durable outcome of a record, 0 when there was none yet",
    look="The last activity: old while there is lag means that the role polls but gets nothing done.",
    labels=(ROLE,),
)
LAG_RECORDS: Final = GaugeMetric(
    name="newsloom_consumer_lag_records",
    meaning="Records without a committed outcome, as far as the broker has told this process",
    look="Vanishes with the process: newsloom_group_lag_records sees a stopped service too.",
    labels=(ROLE, TOPIC),
)
LAG_SECONDS: Final = GaugeMetric(
    name="newsloom_consumer_lag_seconds",
    meaning="Age of the oldest record without a committed outcome, 0 when there is none",
    look="How late this stage is now, whatever the rate is.",
    labels=(ROLE, TOPIC),
)

DECLARED: Final[tuple[Metric, ...]] = (
    TAKEN,
    CONSUMED,
    IN_PROGRESS,
    BATCHES_IN_FLIGHT,
    BATCH_RECORDS,
    BATCH_SECONDS,
    DEAD_LETTERS,
    RETRIES,
    HANDLER_BUGS,
    FUSE_BLOWN,
    HALTED_PARTITIONS,
    ASSIGNED_PARTITIONS,
    REBALANCES,
    COMMITS_FENCED,
    LAST_POLL,
    LAST_RECORD,
    LAG_RECORDS,
    LAG_SECONDS,
)


class ConsumerMetrics:
    """What the harnesses of a process count with. Lag is found out when it is asked for: see `lag`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._roles: dict[str, _Role] = {}
        self.taken = TAKEN.on(registry)
        self.records = CONSUMED.on(registry)
        self.in_progress = IN_PROGRESS.on(registry)
        self.in_flight = BATCHES_IN_FLIGHT.on(registry)
        self.batch_size = BATCH_RECORDS.on(registry)
        self.batch_seconds = BATCH_SECONDS.on(registry)
        self.dead_letters = DEAD_LETTERS.on(registry)
        self.retries = RETRIES.on(registry)
        self.bugs = HANDLER_BUGS.on(registry)
        self.fuse = FUSE_BLOWN.on(registry)
        self.halted = HALTED_PARTITIONS.on(registry)
        self.assigned = ASSIGNED_PARTITIONS.on(registry)
        self.rebalances = REBALANCES.on(registry)
        self.fenced = COMMITS_FENCED.on(registry)
        self.last_poll = LAST_POLL.on(registry)
        self.last_record = LAST_RECORD.on(registry)

    def begin(self, role: str) -> None:
        """Show the role from its start: a series that comes with its first event hides that increase."""
        for each in (self.taken, self.records, self.retries, self.bugs, self.rebalances, self.fenced):
            each.labels(role)
        for gauge in (
            self.in_progress,
            self.in_flight,
            self.fuse,
            self.halted,
            self.assigned,
            self.last_record,
        ):
            gauge.labels(role)

    def end(self, role: str) -> None:
        """The role is given up. The process may go on without it, and nobody is to be called for what was."""
        for gauge in (self.fuse, self.halted, self.assigned, self.last_poll):
            gauge.labels(role).set(0)

    def took(self, role: str, records: int) -> None:
        """A batch has begun."""
        of = self._of(role)
        of.taken.inc(records)
        of.in_progress.inc(records)
        of.in_flight.inc()

    def settled(self, role: str, records: int, seconds: float) -> None:
        """Every record of a batch has its outcome, `seconds` after it was taken."""
        of = self._of(role)
        of.records.inc(records)
        of.batch_size.observe(records)
        of.batch_seconds.observe(seconds)
        of.last_record.set_to_current_time()

    def let_go(self, role: str, records: int) -> None:
        """A batch is in hand no more, settled or not."""
        of = self._of(role)
        of.in_progress.dec(records)
        of.in_flight.dec()

    def _of(self, role: str) -> "_Role":
        found = self._roles.get(role)
        if found is None:
            found = self._roles[role] = _Role(
                taken=self.taken.labels(role),
                records=self.records.labels(role),
                in_progress=self.in_progress.labels(role),
                in_flight=self.in_flight.labels(role),
                batch_size=self.batch_size.labels(role),
                batch_seconds=self.batch_seconds.labels(role),
                last_record=self.last_record.labels(role),
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Role:
    """What each batch of a role counts with: to look up a labelled metric costs thrice what counting does."""

    taken: Counter
    records: Counter
    in_progress: Gauge
    in_flight: Gauge
    batch_size: Histogram
    batch_seconds: Histogram
    last_record: Gauge
