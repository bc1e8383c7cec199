"""Where the fault points of publish lie in the life of a batch, with the service's own wiring and harness."""

from newsloom_runtime.fault_points import POINTS, FaultPoints, parse
from tests.unit.publish.builds import real_build
from tests.unit.publish.world import World

ALL = parse(",".join(f"{point}=kill@{number}" for point in POINTS for number in (1, 2)))


def passed_by(world: World, *codes: str) -> list[str]:
    """The points that a publisher passes with these events of one article."""
    points: list[str] = []
    member = world.join(world.publishers, FaultPoints(ALL, lambda fault: points.append(fault.point)))
    for code in codes:
        world.append("a", code)
    world.publishers.rebalance()
    member.finish()
    world.close()
    return points


def test_a_batch_passes_every_point_of_the_publisher_in_order() -> None:
    assert passed_by(World(real_build()), "r1") == [
        "publish.after-read",
        "publish.before-write",
        "publish.after-write",
        "publish.before-emit",
        "publish.after-first-emit",
        "publish.after-emit",
        "publish.after-commit",
    ]


def test_a_batch_without_effect_passes_no_write_and_no_emission() -> None:
    points = passed_by(World(real_build()), "t1")
    assert points == ["publish.after-read", "publish.after-commit"]
