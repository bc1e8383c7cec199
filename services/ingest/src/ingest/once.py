"""A repeat costs nothing: an event that the log has just taken, or is about to, is not sent again (ADR 0020).

Tools repeat in bursts, and each repeat in the log is an article enriched once more for nothing.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from time import monotonic

from ingest.ports import Publisher
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic

REMEMBERED_S = 30.0  # longer than a tool's first repeats take; short, so that a repair can be sent again
REMEMBERED = 20_000  # ids, some 4 MB


class OncePublisher:
    """A publisher in front of another. Returning still means that the log holds every event."""

    def __init__(self, publisher: Publisher, *, now: Callable[[], float] = monotonic) -> None:
        self._publisher = publisher
        self._now = now
        self._on_the_way: dict[str, asyncio.Task[None]] = {}
        self._taken: OrderedDict[str, float] = OrderedDict()

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        """Send what is new and wait for the rest. Raises what the other raises, to all who wait."""
        self._forget()
        waited_for = {self._on_the_way[id_] for id_ in map(_id, emissions) if id_ in self._on_the_way}
        if new := self._new(emissions):
            waited_for.add(self._send(new))
        for task in waited_for:
            # Shielded: whoever hangs up must not take the event from the others who wait for it.
            await asyncio.shield(task)

    def _new(self, emissions: Sequence[tuple[Topic, Event]]) -> dict[str, tuple[Topic, Event]]:
        return {
            _id(emission): emission
            for emission in emissions
            if _id(emission) not in self._taken and _id(emission) not in self._on_the_way
        }

    def _send(self, new: dict[str, tuple[Topic, Event]]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._sent(new))
        self._on_the_way.update(dict.fromkeys(new, task))
        task.add_done_callback(_look)
        return task

    async def _sent(self, new: dict[str, tuple[Topic, Event]]) -> None:
        try:
            await self._publisher.publish(list(new.values()))
            self._taken.update(dict.fromkeys(new, self._now()))
        finally:
            for id_ in new:
                del self._on_the_way[id_]

    def _forget(self) -> None:
        oldest_kept = self._now() - REMEMBERED_S
        while self._taken and (
            len(self._taken) > REMEMBERED or next(iter(self._taken.values())) < oldest_kept
        ):
            self._taken.popitem(last=False)


def _id(emission: tuple[Topic, Event]) -> str:
    return emission[1].event_id


def _look(task: asyncio.Task[None]) -> None:
    """A failure that nobody waits for any more has been seen."""
    if not task.cancelled():
        task.exception()
