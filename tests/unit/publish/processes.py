"""Processes of a schedule: real harnesses and use cases that stop at every call to the world outside.

Each call waits at a gate until the schedule opens it. Between two gates anything may happen: the process is
killed, stopped and replaced, its answer gets lost, or what it sent arrives after it is gone.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiokafka.errors import KafkaTimeoutError

from newsloom_runtime.publisher import PublishFailed
from newsloom_store import StoreUnavailable

if TYPE_CHECKING:
    from tests.unit.publish.world import World

PLENTY = 500  # records of a poll
MANY = 100  # steps: more than any batch takes
FAILURES: Mapping[str, Callable[[], Exception]] = {
    "read": lambda: StoreUnavailable("MongoDB is away"),
    "write": lambda: StoreUnavailable("the answer was lost"),
    "tell": lambda: PublishFailed("no acknowledgement"),
    "commit": lambda: KafkaTimeoutError(),
}


@dataclass(eq=False)
class Gate:
    """Where a process waits: `what` it waits with, and what that is `about`."""

    what: str
    about: str
    opened: "asyncio.Future[None]"


@dataclass(frozen=True)
class Action:
    """A request on its way: what it is about, and what happens when it arrives."""

    about: str
    arrive: Callable[[], None]


class Process:
    """Something that runs until a gate, and on when the gate is opened."""

    def __init__(self, world: "World", name: str) -> None:
        self.world = world
        self.name = name
        self.alive = True
        self.stopped = False
        self.most = PLENTY
        self.gates: list[Gate] = []
        self._on_their_way: list[list[Action]] = []
        self._pick = 0

    # --- what the process does ---

    async def gate(self, what: str, about: str = "") -> None:
        """Wait until the schedule goes on here."""
        gate = Gate(what, about, self.world.loop.create_future())
        self.gates.append(gate)
        try:
            await gate.opened
        finally:
            self.gates.remove(gate)

    async def send(self, what: str, actions: Sequence[Action]) -> None:
        """Send requests that arrive one by one, in any order, then wait for the answer to all."""
        left = list(actions)
        self._on_their_way.append(left)
        try:
            while left:
                await self.gate(what, left[self._pick % len(left)].about)
                left.pop(self._pick % len(left)).arrive()
            await self.gate(what, "answered")
        finally:
            self._on_their_way = [each for each in self._on_their_way if each is not left]
            self.world.adrift.extend(left)

    # --- what the schedule does with it ---

    def at_work(self) -> bool:
        """Whether it runs at all."""
        return self.alive and not self.stopped

    def ready(self) -> list[Gate]:
        """The gates that can be opened."""
        able = [gate for gate in self.gates if not gate.opened.done() and self.may_pass(gate)]
        return able if self.at_work() else []

    def may_pass(self, gate: Gate) -> bool:
        return True

    def step(self, which: int = 0, pick: int = 0) -> bool:
        """Open a gate; False when there is none. `pick` is which of several requests arrives next."""
        ready = self.ready()
        if not ready:
            return False
        gate = ready[which % len(ready)]
        self._pick = pick
        self.world.note(f"{self.name}: {gate.what} {gate.about}")
        gate.opened.set_result(None)
        self.world.loop.settle()
        return True

    def until(self, what: str) -> bool:
        """Step until it waits with this or about this, at least once; False when it never does."""
        for _ in range(MANY):
            if not self.step():
                return False
            if any(what in (gate.what, gate.about) for gate in self.ready()):
                return True
        return False

    def finish(self) -> None:
        """Step until there is nothing left to do."""
        for _ in range(MANY):
            if not self.step():
                return

    def fail(self, which: int = 0) -> bool:
        """Let what it waits for fail; requests that are on their way may still arrive."""
        able = [gate for gate in self.ready() if gate.what in FAILURES]
        if not able:
            return False
        gate = able[which % len(able)]
        self.world.note(f"{self.name}: {gate.what} {gate.about} fails")
        gate.opened.set_exception(FAILURES[gate.what]())
        self.world.loop.settle()
        return True

    def stop(self) -> None:
        """Do nothing until woken."""
        self.world.note(f"{self.name} is stopped")
        self.stopped = True

    def wake(self) -> None:
        """Go on where it was stopped."""
        self.world.note(f"{self.name} is woken")
        self.stopped = False

    def crash(self) -> None:
        """Never let it run again. What it has sent may still arrive."""
        self.world.note(f"{self.name} crashes")
        self.alive = False
        self.world.adrift.extend(action for left in self._on_their_way for action in left)
