"""What a process tells of its MongoDB: how long commands take, which fail, and how full the pool is.

The store reports to whoever observes it and knows nothing of metrics. The driver waits for its listeners,
so what is done here is a few additions in memory and nothing else.
"""

from typing import Final, Literal

from prometheus_client import CollectorRegistry

from newsloom_runtime.metrics.declaring import CounterMetric, GaugeMetric, HistogramMetric, Label, Metric

OTHER: Final = "other"
COMMANDS: Final = ("find", "getMore", "insert", "update", "delete", "aggregate", "findAndModify", OTHER)
COMMAND: Final = Label(name="command", values=COMMANDS)

SECONDS: Final = HistogramMetric(
    name="newsloom_mongo_command_seconds",
    meaning="Seconds a command took, until MongoDB had answered",
    look="Writes wait for a majority and the journal: slow ones are disks or a secondary that lags.",
    labels=(COMMAND,),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
FAILURES: Final = CounterMetric(
    name="newsloom_mongo_failures_total",
    meaning="Commands that MongoDB refused or that got no answer",
    look="A failover shows for some seconds; for longer, readiness and the log say what it is.",
    labels=(COMMAND,),
)
CONNECTIONS: Final = GaugeMetric(
    name="newsloom_mongo_connections",
    meaning="Connections to MongoDB by what they do",
    look="All in use, and waits for one growing: the pool is too small or MongoDB too slow.",
    labels=(Label(name="state", values=("in_use", "idle")),),
)
POOL_WAIT: Final = HistogramMetric(
    name="newsloom_mongo_pool_wait_seconds",
    meaning="Seconds until a connection could be had",
    look="Above some milliseconds requests queue before they even reach MongoDB.",
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2),
)

WITH_MONGO: Final[tuple[Metric, ...]] = (SECONDS, FAILURES, CONNECTIONS, POOL_WAIT)


class MongoMetrics:
    """Observes a store, as its `Observer`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        seconds, failures, connections = (
            SECONDS.on(registry),
            FAILURES.on(registry),
            CONNECTIONS.on(registry),
        )
        self._seconds = {command: seconds.labels(command) for command in COMMANDS}
        self._failures = {command: failures.labels(command) for command in COMMANDS}
        self._connections = {"in_use": connections.labels("in_use"), "idle": connections.labels("idle")}
        self._pool_wait = POOL_WAIT.on(registry)

    def command(self, name: str, seconds: float, *, failed: bool) -> None:
        """A command has ended."""
        shown = name if name in self._seconds else OTHER
        self._seconds[shown].observe(seconds)
        if failed:
            self._failures[shown].inc()

    def connections(self, state: Literal["in_use", "idle"], change: int) -> None:
        """So many more, or fewer, connections are in this state."""
        self._connections[state].inc(change)

    def waited(self, seconds: float) -> None:
        """A connection was had, or given up, after this time."""
        self._pool_wait.observe(seconds)
