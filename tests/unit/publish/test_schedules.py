"""Random schedules of the real use cases: crashes, zombies and lost answers at every step lose nothing."""

import random

import pytest

from tests.unit.publish.schedules import FENCES, World, input_log, violations

SCHEDULES = 150


def outcome(seed: int, fences: frozenset[str] = FENCES) -> list[str]:
    """What is wrong after one schedule; empty when nothing is."""
    chance = random.Random(seed)
    world = World(chance=chance, log=input_log(chance), fences=fences)
    world.run()
    return violations(world)


def test_no_schedule_of_crashes_and_zombies_breaks_a_promise() -> None:
    broken = {seed: found for seed in range(SCHEDULES) if (found := outcome(seed))}
    assert broken == {}


@pytest.mark.parametrize("fence", sorted(FENCES))
def test_the_schedules_notice_when_a_fence_is_missing(fence: str) -> None:
    assert any(outcome(seed, FENCES - {fence}) for seed in range(SCHEDULES))
