"""Several faults in a row under one load: what each of them leaves behind meets the next."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.ports import Fault


@dataclass
class Mix:
    """A seeded choice among faults, in a seeded order, none of them twice."""

    faults: Sequence[Fault[Any]]
    seed: int
    number: int
    problems: list[str] = field(default_factory=list)
    _chosen: list[Fault[Any]] = field(init=False)

    def __post_init__(self) -> None:
        self._chosen = random.Random(self.seed).sample(list(self.faults), min(self.number, len(self.faults)))

    @property
    def name(self) -> str:
        return f"mix of {len(self._chosen)}"

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names of the faults in their order."""
        return tuple(fault.name for fault in self._chosen)

    async def inject(self, cluster: Any) -> None:
        """All of them; the last one is healed by `heal`. What fails in one does not keep the next away."""
        self.problems = []
        for fault in self._chosen:
            try:
                await fault.inject(cluster)
            except Exception as error:
                self.problems.append(f"{fault.name}: {type(error).__name__}: {error}")
            await fault.heal(cluster)

    async def heal(self, cluster: Any) -> None:
        await self._chosen[-1].heal(cluster)

    async def examine(self, cluster: Any) -> Sequence[str]:
        found = [(fault.name, what) for fault in self._chosen for what in await fault.examine(cluster)]
        return [*self.problems, *(f"{name}: {what}" for name, what in found)]
