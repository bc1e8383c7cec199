"""The state machine: all that can happen, in any order. Hypothesis looks for an order that breaks us."""

from collections.abc import Iterator
from typing import ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.publish.builds import Build
from tests.unit.publish.groups import Group
from tests.unit.publish.judging import violations
from tests.unit.publish.processes import MANY, Process
from tests.unit.publish.world import LONG, World

CODES = ("r1", "r2", "r3", "r4", "r4", "r5", "r2+", "r2!", "t1", "t2", "t3", "t4", "e1", "e2", "e1!", "k")
MOST_PROCESSES = 8
SLOW = 0.3  # seconds: a batch that takes as long is set aside
INDEX = st.integers(0, 5)  # taken modulo the number there is, so that witnesses shrink to small numbers
ROLES = st.sampled_from(("publisher", "publisher", "proofreader", "scheduler"))
STORY = st.sampled_from("aaabc")
EVENTS = st.lists(st.sampled_from(CODES), min_size=1, max_size=5)
FEW = st.sampled_from((1, 2, 5))  # records that a poll may return
PLACES = st.sampled_from(("here", "write", "write", "tell", "tell", "answered", "commit"))


class Schedule(RuleBasedStateMachine):
    """Steps of processes, with all that may go wrong between them. Judged when it is over, after a drain."""

    build: ClassVar[Build]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.build)
        self.late_is_lost = True

    @initialize(backlog=st.lists(st.tuples(STORY, EVENTS), max_size=4), late_is_lost=st.booleans())
    def begin(self, backlog: list[tuple[str, list[str]]], late_is_lost: bool) -> None:
        """One process for each role; what is on its way at the end arrives late, or never."""
        self.late_is_lost = late_is_lost
        for story, codes in backlog:
            self.append(story, codes)
        self.world.publisher()
        self.world.proofreader()
        self.world.scheduler()
        self.world.publishers.rebalance()
        self.world.proofreaders.rebalance()

    # --- the world goes on ---

    @rule(story=STORY, codes=EVENTS)
    def append(self, story: str, codes: list[str]) -> None:
        """Events of a story; a translation only after its own revision, as in the log."""
        for code in codes:
            if code[0] != "t" or self.world.has(story, f"r{code[1]}"):
                self.world.append(story, code)

    @rule(seconds=st.sampled_from((1.0, 10.0, LONG)))
    def time_passes(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(role=ROLES, of=INDEX, place=PLACES, few=FEW)
    def works_until(self, role: str, of: int, place: str, few: int) -> None:
        """A process works until it has just done something that others see."""
        for process in self._one(role, of, place, few):
            process.step()

    @rule(role=ROLES, of=INDEX, steps=st.integers(1, 30), which=INDEX, pick=INDEX)
    def works(self, role: str, of: int, steps: int, which: int, pick: int) -> None:
        """A process takes some steps, with what it does at the same time in another order."""
        for process in self._one(role, of):
            for _ in range(steps):
                process.step(which, pick)

    @rule(of=INDEX)
    def is_slow(self, of: int) -> None:
        """A batch takes so long that it is set aside, and the process goes on with the next."""
        for process in self._one("publisher", of, "write", few=1):
            self.world.advance(SLOW)
            for _ in range(MANY):
                process.step(-1)

    @rule(story=STORY, codes=EVENTS)
    def a_quiet_moment(self, story: str, codes: list[str]) -> None:
        """All who are at work finish, and then the next events come."""
        self.world.finish()
        self.append(story, codes)

    @rule(role=st.sampled_from(("publishers", "proofreaders")), patient=st.booleans())
    def rebalance(self, role: str, patient: bool) -> None:
        group: Group = getattr(self.world, role)
        group.rebalance(patient=patient)

    # --- something goes wrong ---

    @precondition(lambda self: len(self.world.processes) < MOST_PROCESSES)
    @rule(role=ROLES)
    def one_more(self, role: str) -> None:
        getattr(self.world, role)()

    @rule(role=ROLES, of=INDEX, place=PLACES, few=FEW)
    def crashes(self, role: str, of: int, place: str, few: int) -> None:
        for process in self._one(role, of, place, few):
            process.crash()

    @rule(role=ROLES, of=INDEX, place=PLACES, few=FEW)
    def is_stopped(self, role: str, of: int, place: str, few: int) -> None:
        """As SIGSTOP does: it will go on with what it has in hand, when nobody reckons with it any more."""
        for process in self._one(role, of, place, few):
            process.stop()

    @precondition(lambda self: len(self.world.processes) < MOST_PROCESSES)
    @rule(of=INDEX, place=PLACES, few=FEW)
    def is_replaced(self, of: int, place: str, few: int) -> None:
        """It is stopped, the others notice, and someone else goes on in its place."""
        for process in self._one("publisher", of, place, few):
            process.stop()
            self.world.publisher()
            self.world.publishers.rebalance()

    @precondition(lambda self: any(process.stopped for process in self.world.processes))
    @rule(of=INDEX, place=PLACES)
    def wakes(self, of: int, place: str) -> None:
        """A stopped one goes on, just when another publisher is at this place."""
        sleeping = [each for each in self.world.processes if each.alive and each.stopped]
        for _ in self._one("publisher", of, place):
            pass
        for process in sleeping[of % max(1, len(sleeping)) :][:1]:
            process.wake()
            process.finish()

    @rule(role=ROLES, of=INDEX, place=PLACES, few=FEW)
    def fails(self, role: str, of: int, place: str, few: int) -> None:
        """An answer of the store or the log is an error; what was asked may still happen."""
        for process in self._one(role, of, place, few):
            process.fail()

    @precondition(lambda self: self.world.adrift)
    @rule(which=INDEX, never=st.booleans())
    def arrives_late(self, which: int, never: bool) -> None:
        """What was sent by someone who has given it up, or is gone, arrives; or it never will."""
        self.world.land(which, never=never)

    # --- the judgement ---

    @invariant()
    def nothing_is_wrong_yet(self) -> None:
        self._judge(self.world.wrong)

    def teardown(self) -> None:
        try:
            self.world.drain(late_is_lost=self.late_is_lost)
            self._judge(violations(self.world))
        finally:
            self.world.close()

    def _judge(self, wrong: list[str]) -> None:
        if wrong:
            note("\n".join(self.world.diary))
        assert not wrong, "; ".join(wrong)

    def _one(self, role: str, number: int, place: str = "here", few: int = 5) -> Iterator[Process]:
        """A process of a role, if one is at work, after it has worked until this place."""
        of = [each for each in self.world.processes if each.name.startswith(role) and each.at_work()]
        if of:
            process = of[number % len(of)]
            process.most = few
            if not process.ready():
                self.world.advance(LONG)  # whoever has nothing to do may be waiting for its next try
            if place != "here":
                process.until(place)
            yield process
