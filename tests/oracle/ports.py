"""Where the oracle (load, collect, check) meets the nemesis (cluster, faults): a system, a cluster, a fault.

The oracle drives a run: load, `inject`, more load, `heal`, drain, `examine`, collect, check. The nemesis owns
processes. Neither looks into the other: they share what stands here. The nemesis offers
`cluster.launch_cluster` (a Launch) and `faults.FAULTS` (the faults in the order of the report).
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar


@dataclass(frozen=True, kw_only=True)
class System:
    """How a client and an operator reach a running newsloom; addresses stay the same through every fault.

    `key` may submit for every source. `kafka` is a comma-separated list of brokers. `log_folder` holds the
    logs of the services' processes (`*.log`, of earlier lives too), which the byte scans read.
    """

    kafka: str
    mongo: str
    database: str
    ingest: str
    feeds: str
    key: str
    log_folder: Path


class Desk(Protocol):
    """What a fault asks of the load: the oracle must know of everything that is done to its articles."""

    async def kill(self, source: str, external_id: str) -> None:
        """Kill an article as the load itself does: recorded, and repeated until it is answered 2xx."""


class Cluster(Protocol):
    """A supervised system. What faults need beyond this, they ask of the nemesis's own class.

    The runner sets `desk` before each `inject`. Sources whose names begin with `probe-` are the faults' own:
    the oracle neither counts nor checks their articles.
    """

    desk: Desk | None

    @property
    def system(self) -> System:
        """Its addresses."""

    @property
    def quick(self) -> bool:
        """True when the durations of faults shrink (a minute's outage to some seconds)."""

    async def ready(self, *, within: float) -> None:
        """Return when every process that should run runs and its /readyz says 200.

        AssertionError after `within` seconds, saying who is not ready.
        """


ClusterT_contra = TypeVar("ClusterT_contra", bound=Cluster, contravariant=True)
ClusterT_co = TypeVar("ClusterT_co", bound=Cluster, covariant=True)


class Fault(Protocol[ClusterT_contra]):
    """One thing that goes wrong. Names are stable: they are the lines of the report, `--only` picks by them.

    `inject` returns when the fault is in effect, or has happened where it has a duration of its own; load
    goes on meanwhile. `heal` puts everything right again and returns when the cluster is ready; it must also
    work when `inject` failed half-way. `examine`, called after the drain, returns what is wrong beyond the
    invariants ("the 503 never came"); empty when all is well. A fault object serves any number of runs.
    """

    @property
    def name(self) -> str: ...

    async def inject(self, cluster: ClusterT_contra) -> None: ...

    async def heal(self, cluster: ClusterT_contra) -> None: ...

    async def examine(self, cluster: ClusterT_contra) -> Sequence[str]: ...


class Launch(Protocol[ClusterT_co]):
    """Starts a cluster, and ends it with the context.

    `home`: an empty folder for its data and logs, which the caller removes. `brokers`: 3 with replication,
    or 1. `tree`: a copy of the checkout whose packages the services run instead (mutant builds; its `src`
    folders come first on PYTHONPATH). `environment`: more variables for every service.
    """

    def __call__(
        self,
        home: Path,
        *,
        brokers: int = 3,
        quick: bool = False,
        tree: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> AbstractAsyncContextManager[ClusterT_co]: ...
