"""A short mix of faults under load on one broker, judged by the oracle; `make faults` is the long one."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.cluster import launch_cluster
from tests.oracle.faults import LIGHT_FAULTS
from tests.oracle.report import heading, text, witnesses
from tests.oracle.runner import say
from tests.oracle.runner_mix import Mix
from tests.oracle.runner_run import Pace, Run

SEED = int(os.environ.get("NEWSLOOM_ORACLE_SEED", "17"))
SHORT = Pace(rate=30, before_s=1.5, after_s=1.5, drain_s=120)


@pytest.mark.timeout(420)
async def test_every_invariant_holds_through_a_short_mix_of_faults(tmp_path: Path) -> None:
    mix = Mix(LIGHT_FAULTS, seed=SEED, number=3)
    async with launch_cluster(tmp_path / "cluster", brokers=1, quick=True) as cluster:
        run = Run(
            cluster=cluster, fault=mix, seed=SEED, prefix="oracle-mix", pace=SHORT, folder=tmp_path, say=say
        )
        line = await run.line()
    print(f"{', '.join(mix.chosen)}\n{heading()}\n{text(line)}")
    assert line.clean, "\n".join([f"NEWSLOOM_ORACLE_SEED={SEED}", *mix.chosen, *witnesses(line)])
    assert line.counts["submitted"] > 100, "too little happened to prove anything"
    assert line.counts["of-version-1"] > 10, "old producers hardly wrote"


@dataclass
class Scripted:
    """A fault that only notes what is done to it."""

    name: str
    done: list[str] = field(default_factory=list)
    fails: bool = False

    async def inject(self, _cluster: Any) -> None:
        self.done.append(f"inject {self.name}")
        if self.fails:
            raise AssertionError("not reached")

    async def heal(self, _cluster: Any) -> None:
        self.done.append(f"heal {self.name}")

    async def examine(self, _cluster: Any) -> list[str]:
        return [f"{self.name} examined"]


async def test_a_mix_heals_each_fault_before_the_next_and_goes_on_after_a_failure() -> None:
    done: list[str] = []
    faults = [Scripted(name, done, fails=name == "b") for name in "abc"]
    mix = Mix(faults, seed=1, number=3)
    await mix.inject(None)
    assert done == [f"{what} {name}" for name in mix.chosen for what in ("inject", "heal")]
    problems = await mix.examine(None)
    assert "b: AssertionError: not reached" in problems
    assert len(problems) == 4


def test_the_same_seed_gives_the_same_mix() -> None:
    assert Mix(LIGHT_FAULTS, seed=7, number=3).chosen == Mix(LIGHT_FAULTS, seed=7, number=3).chosen
