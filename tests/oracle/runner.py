"""`make faults`: every fault under load, a rebuild compared, and every mutant build, which must fail.

    python -m tests.oracle.runner [--seed N] [--only NAME]... [--quick] [--no-mutants] [--json] [--list]

One line a run on stdout, progress and witnesses on stderr. Exit code 0: all as it must be; 1: not.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from tests.oracle.cluster import SupervisedCluster, launch_cluster
from tests.oracle.faults import FAULTS, LIGHT_FAULTS
from tests.oracle.faults_backlog import ON_A_BACKLOG
from tests.oracle.report import Line, as_json, heading, text, witnesses
from tests.oracle.runner_mix import Mix
from tests.oracle.runner_mutants import mutated, scheduled
from tests.oracle.runner_run import Calm, Pace, Run
from tests.oracle.runner_verify import rebuild_differs

BROKERS = 3
VERIFY = "rebuild --verify"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked for on the command line."""

    seed: int
    only: tuple[str, ...]
    quick: bool
    faults: bool
    mutants: bool
    as_json: bool
    rate: float
    brokers: int
    keep: Path | None
    tree: Path | None

    def wants(self, name: str) -> bool:
        return not self.only or any(part in name for part in self.only)

    @property
    def pace(self) -> Pace:
        pace = Pace(rate=self.rate)
        return replace(pace, before_s=2.0, after_s=3.0) if self.quick else pace


@dataclass
class Session:
    """All the runs of one call."""

    options: Options
    folder: Path
    lines: list[Line] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    async def faults(self) -> None:
        """Every fault, one after the other on the same cluster; a new cluster after one that broke it."""
        left = self.wanted()
        while left:
            async with self._cluster(brokers=self.options.brokers, tree=self.options.tree) as cluster:
                while left:
                    line = await self._run(cluster, left.pop(0))
                    self._tell(line)
                    if not line.clean:
                        break  # what is broken now must not be held against the next fault
                if self.options.wants(VERIFY):
                    await self._verify(cluster)

    async def mutants(self) -> None:
        """Each mutant on a cluster of its own."""
        for mutant, fault in scheduled():
            if not self.options.wants(f"mutant {mutant.name}"):
                continue
            tree = await asyncio.to_thread(mutated, self.folder, mutant, self.options.tree)
            async with self._cluster(brokers=1, tree=tree) as cluster:
                line = await self._run(cluster, fault, should_fail=True)
            self._tell(replace(line, name=f"mutant {mutant.name}"))

    def wanted(self) -> list[Any]:
        """The faults that were asked for, in the order of the report."""
        calm = Calm(12.0 if self.options.quick else 25.0)
        mix = Mix(LIGHT_FAULTS, seed=self.options.seed, number=len(LIGHT_FAULTS))
        every: list[Any] = [calm, *FAULTS, *ON_A_BACKLOG, mix]
        return [fault for fault in every if self.options.wants(fault.name)]

    @asynccontextmanager
    async def _cluster(self, *, brokers: int, tree: Path | None = None) -> AsyncIterator[SupervisedCluster]:
        home = self.folder / f"cluster-{next(self._numbers)}"
        say(f"starting {brokers} broker(s), mongod and the services in {home}")
        async with launch_cluster(home, brokers=brokers, quick=self.options.quick, tree=tree) as cluster:
            yield cluster

    async def _run(self, cluster: SupervisedCluster, fault: Any, *, should_fail: bool = False) -> Line:
        run = Run(
            cluster=cluster,
            fault=fault,
            seed=self.options.seed,
            prefix=f"oracle-{next(self._numbers)}",
            pace=self.options.pace,
            folder=self.folder,
            say=say,
            should_fail=should_fail,
        )
        began = time.monotonic()
        try:
            return await run.line()
        except Exception as error:
            say(f"{fault.name}: the run itself failed: {error!r}")
            return failed_line(fault.name, self.options.seed, repr(error), time.monotonic() - began)

    async def _verify(self, cluster: SupervisedCluster) -> None:
        began = time.monotonic()
        differs = await rebuild_differs(cluster.system)
        seconds = time.monotonic() - began
        self._tell(failed_line(VERIFY, self.options.seed, differs, seconds))

    def _tell(self, line: Line) -> None:
        self.lines.append(line)
        print(json.dumps(as_json(line)) if self.options.as_json else text(line), flush=True)
        for witness in witnesses(line):
            print(witness, file=sys.stderr, flush=True)


def failed_line(name: str, seed: int, problem: str | None, seconds: float) -> Line:
    """A line without a dump behind it; without a problem it is a good one."""
    return Line(
        name=name,
        seed=seed,
        counts={},
        recovery_s=None,
        takedown_s=None,
        lift_s=None,
        p99_s=None,
        seconds=seconds,
        extra=(problem,) if problem else (),
    )


def say(what: str) -> None:
    """Progress, for people."""
    print(f"[{time.strftime('%H:%M:%S')}] {what}", file=sys.stderr, flush=True)


async def run_all(options: Options) -> int:
    """Every run that the options name; the exit code."""
    say(f"seed {options.seed}")
    with working_folder(options.keep) as folder:
        session = Session(options, folder)
        if not options.as_json:
            print(heading(), flush=True)
        if options.faults:
            await session.faults()
        if options.mutants:
            await session.mutants()
    return summed_up(session.lines, options)


def summed_up(lines: Sequence[Line], options: Options) -> int:
    """Say how it ended; the exit code."""
    bad = [line.name for line in lines if not line.passed]
    good = f"all {len(lines)} runs as they must be"
    say(
        f"seed {options.seed}: "
        + (f"{len(bad)} of {len(lines)} runs wrong: {', '.join(bad)}" if bad else good)
    )
    return 1 if bad or not lines else 0


@contextmanager
def working_folder(keep: Path | None) -> Iterator[Path]:
    """A temporary folder, or the one that is to be kept."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="newsloom-oracle-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def read_options(arguments: Sequence[str] | None = None) -> Options:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, help="repeats the load of an earlier call")
    parser.add_argument("--only", action="append", default=[], help="runs whose name has this in it")
    parser.add_argument("--quick", action="store_true", help="shorter outages and less load")
    parser.add_argument("--no-faults", action="store_true", help="mutants only")
    parser.add_argument("--no-mutants", action="store_true", help="faults only")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--list", action="store_true", help="print the names of all runs")
    parser.add_argument("--rate", type=float, default=60.0, help="operations a second (60)")
    parser.add_argument("--brokers", type=int, default=BROKERS, choices=(1, 3))
    parser.add_argument("--keep", type=Path, help="a new folder for records, logs and data, which stays")
    parser.add_argument(
        "--tree", type=Path, help="a copy of a checkout whose packages run instead of this one's"
    )
    parsed = parser.parse_args(arguments)
    if parsed.list:
        parser.exit(message="".join(f"{name}\n" for name in names()))
    return Options(
        seed=parsed.seed if parsed.seed is not None else random.SystemRandom().randrange(1_000_000),
        only=tuple(parsed.only),
        quick=parsed.quick,
        faults=not parsed.no_faults,
        mutants=not parsed.no_mutants,
        as_json=parsed.json,
        rate=parsed.rate,
        brokers=parsed.brokers,
        keep=parsed.keep,
        tree=parsed.tree,
    )


def names() -> Iterable[str]:
    """All runs, in their order."""
    yield Calm().name
    yield from (fault.name for fault in FAULTS)
    yield from (fault.name for fault in ON_A_BACKLOG)
    yield "mix"
    yield VERIFY
    yield from (f"mutant {mutant.name}" for mutant, _ in scheduled())


if __name__ == "__main__":
    sys.exit(asyncio.run(run_all(read_options())))
