"""Schedules too rare to wait for, driven on purpose. Each ends before the drain that is judged."""

from collections.abc import Callable

from tests.unit.publish.members import Member
from tests.unit.publish.processes import PLENTY
from tests.unit.publish.vocabulary import EMBARGO
from tests.unit.publish.world import World

LONG_AGO = EMBARGO.total_seconds() + 10  # seconds until an embargo is over and an untold mark is old


def owner(world: World, *, few: int = PLENTY) -> Member:
    """A publisher that owns every partition; whoever was one before and does not answer is replaced."""
    member = world.publisher()
    member.most = few
    world.publishers.rebalance()
    return member


def append(world: World, *events: str) -> None:
    """Events such as `a r1`, in the order of the log."""
    for event in events:
        world.append(*event.split())


def paused_between_write_and_emission_and_woken_after_a_kill(world: World) -> None:
    """The zombie: its body lands behind the kill in the compacted topic."""
    zombie = owner(world)
    append(world, "a r1")
    zombie.until("tell")
    zombie.stop()
    append(world, "a k")
    owner(world).finish()
    zombie.wake()
    zombie.finish()


def two_zombies_wake_in_the_wrong_order(world: World) -> None:
    """Two publishers, each paused with another old state in hand."""
    first = owner(world)
    append(world, "a r1")
    first.until("tell")
    first.stop()
    append(world, "a r2")
    second = owner(world)
    second.until("tell")
    second.stop()
    append(world, "a r3")
    owner(world).finish()
    for zombie in (second, first):
        zombie.wake()
        zombie.finish()


def two_publishers_insert_the_same_article(world: World) -> None:
    """Both have read that there is none; the one that is behind writes last."""
    behind = owner(world)
    append(world, "a r1")
    behind.until("write")
    behind.stop()
    append(world, "a r2")
    owner(world).finish()
    behind.wake()
    behind.finish()


def the_swap_is_lost_to_one_that_is_behind(world: World) -> None:
    """The owner reads, the zombie writes less than it has, the owner writes."""
    zombie = owner(world)
    append(world, "a r1")
    zombie.until("write")
    zombie.stop()
    append(world, "a e1")
    present = owner(world)
    present.until("write")
    zombie.wake()
    zombie.step()
    present.finish()


def killed_before_its_first_revision(world: World) -> None:
    """The tombstone is all there ever is."""
    member = owner(world, few=1)
    append(world, "a k", "a r1", "a t1", "a e1", "a r2")
    member.finish()


def killed_with_everything_it_had(world: World) -> None:
    """A translation and an edit are dropped with the text."""
    member = owner(world, few=1)
    append(world, "a r1", "a t1", "a e1", "a k")
    member.finish()


def contradicted_and_crashed_before_the_dead_letter(world: World) -> None:
    """The second r1 is refused again by the next owner."""
    member = owner(world)
    append(world, "a r1", "a r2", "a r2!", "a e1", "a e1!")
    member.until("a dead letter to publish-dlq")
    member.crash()
    owner(world).finish()


def translated_too_late(world: World) -> None:
    """The translation of r1 arrives when r2 is stored."""
    member = owner(world, few=1)
    append(world, "a r1", "a r2", "a t1")
    member.finish()


def edited_before_it_was_there(world: World) -> None:
    """The edit is kept for the first revision, and survives the second and its second run."""
    member = owner(world, few=1)
    append(world, "a e1", "a r1", "a e2", "a r2", "a r2+")
    member.finish()


def an_older_revision_arrives_last(world: World) -> None:
    """And again, out of all order."""
    member = owner(world, few=1)
    append(world, "a r2", "a r1", "a r3", "a r2")
    member.finish()


def two_sections_in_one_batch(world: World) -> None:
    """It leaves the section in which it was told, by way of one in which it never was."""
    member = owner(world)
    append(world, "a r1")
    member.finish()
    append(world, "a r2", "a r3")
    member.finish()


def crashed_between_write_and_emission(world: World) -> None:
    """The next owner finds it stored and has to tell it all the same."""
    member = owner(world)
    append(world, "a r1", "b k")
    member.until("tell")
    member.crash()
    world.adrift.clear()
    owner(world).finish()


def crashed_before_the_write(world: World) -> None:
    """Nothing of the batch has happened, so nothing of it may be committed."""
    member = owner(world)
    append(world, "a r1", "b r1")
    member.until("write")
    member.crash()
    world.adrift.clear()
    owner(world).finish()


def the_stores_answer_is_lost(world: World) -> None:
    """It is stored, the publisher is told that it is not known, and tries again."""
    member = owner(world)
    append(world, "a r1", "a t1")
    member.until("answered")
    member.fail()
    world.advance(1)
    member.finish()


def a_commit_fails_and_nothing_more_comes(world: World) -> None:
    """The next poll finds nothing, and yet there is something to commit."""
    member = owner(world)
    append(world, "a r1")
    member.until("commit")
    member.fail()


def a_record_arrives_after_the_kill(world: World) -> None:
    """The producer gave it up, the network did not."""
    member = owner(world)
    append(world, "a r1")
    member.until("tell")
    member.crash()
    append(world, "a k")
    owner(world).finish()
    while world.adrift:
        world.land()


def a_slow_batch_is_set_aside_and_dies(world: World) -> None:
    """What comes after it in its partition must wait for it."""
    member = owner(world, few=1)
    append(world, "a r1", "b r1")
    member.until("write")
    world.advance(0.3)
    for _ in range(20):
        member.step(-1)
    member.crash()
    world.adrift.clear()


def cancelled_in_the_middle_of_a_rebalance(world: World) -> None:
    """The revoke waits no longer; the write lands when the partition has its next owner."""
    member = owner(world)
    append(world, "a r1", "c r1")
    member.until("write")
    world.publisher()
    world.publishers.rebalance(patient=False)
    for process in world.publishers.responsive():
        process.finish()
    while world.adrift:
        world.land()


def edited_while_its_embargo_ends(world: World) -> None:
    """The publisher has read the withheld article; the lift comes first, the edit must not be lost."""
    member, scheduler = owner(world), world.scheduler()
    append(world, "a r4")
    member.finish()
    scheduler.finish()
    append(world, "a e1")
    member.until("write")
    world.advance(LONG_AGO)
    scheduler.until("write")
    scheduler.step()
    member.finish()


def lifted_too_late(world: World) -> None:
    """The scheduler has decided on the withheld article; the edit comes first, the lift must not undo it."""
    member, scheduler = owner(world), world.scheduler()
    append(world, "a r4")
    member.finish()
    scheduler.finish()
    world.advance(LONG_AGO)
    scheduler.until("write")
    append(world, "a e1", "a r5")
    member.finish()
    scheduler.finish()


def killed_while_the_lift_is_told(world: World) -> None:
    """The scheduler is paused between its write and its emission, and woken after the kill."""
    member, scheduler = owner(world), world.scheduler()
    append(world, "a r4")
    member.finish()
    scheduler.finish()
    world.advance(LONG_AGO)
    scheduler.until("tell")
    scheduler.stop()
    append(world, "a k")
    member.finish()
    scheduler.wake()
    scheduler.finish()


def crashed_while_the_lift_is_told(world: World) -> None:
    """Only the mark in the store still knows that nobody was told: the proofreader has read everything."""
    member, scheduler = owner(world), world.scheduler()
    append(world, "a r4")
    member.finish()
    scheduler.finish()
    world.proofreader()
    world.proofreaders.rebalance()
    world.finish()
    world.advance(LONG_AGO)
    scheduler.until("tell")
    scheduler.crash()
    world.adrift.clear()


def withheld_although_it_was_public(world: World) -> None:
    """A revision under embargo withholds the whole article until its time."""
    member = owner(world, few=1)
    append(world, "a r1", "a t1", "a r4", "a t4", "a e1")
    member.finish()


Rare = Callable[[World], None]
RARE: tuple[tuple[Rare, tuple[str, ...]], ...] = (
    (paused_between_write_and_emission_and_woken_after_a_kill, ("no-proofreader",)),
    (two_zombies_wake_in_the_wrong_order, ("no-proofreader",)),
    (two_publishers_insert_the_same_article, ("no-version-swap",)),
    (the_swap_is_lost_to_one_that_is_behind, ("lost-swap-ignored",)),
    (killed_before_its_first_revision, ("kill-not-absorbing",)),
    (killed_with_everything_it_had, ("kill-keeps-translations",)),
    (contradicted_and_crashed_before_the_dead_letter, ()),
    (translated_too_late, ("translation-of-any-revision",)),
    (edited_before_it_was_there, ()),
    (an_older_revision_arrives_last, ("no-revision-fence",)),
    (two_sections_in_one_batch, ("differences",)),
    (crashed_between_write_and_emission, ("silent-replay",)),
    (crashed_before_the_write, ("commit-before-emit",)),
    (the_stores_answer_is_lost, ("silent-replay",)),
    (a_commit_fails_and_nothing_more_comes, ("failed-commit-forgotten",)),
    (a_record_arrives_after_the_kill, ("no-proofreader",)),
    (a_slow_batch_is_set_aside_and_dies, ("no-pause",)),
    (cancelled_in_the_middle_of_a_rebalance, ()),
    (edited_while_its_embargo_ends, ("lost-swap-ignored", "no-version-swap")),
    (lifted_too_late, ("no-version-swap",)),
    (killed_while_the_lift_is_told, ("no-proofreader",)),
    (crashed_while_the_lift_is_told, ("lift-unmarked",)),
    (withheld_although_it_was_public, ("embargo-ignored",)),
)
