"""What the use cases need from the world."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic

Matter = TypeVar("Matter")
Result = TypeVar("Result")


class Clock(Protocol):
    """Tells when something was accepted; it never orders anything."""

    def now(self) -> datetime: ...


class Publisher(Protocol):
    """Puts events on the log. Returning means that the log holds them all; any failure means repeat."""

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None: ...


class Workers(Protocol):
    """Does what may take long somewhere else, within bounds."""

    async def run(self, work: Callable[[Matter], Result], matter: Matter) -> Result:
        """`work(matter)`; `work` is known by its name. Raises what `work` refuses, and Refused:
        `too-complex`, `overloaded`."""
        ...


class InPlace:
    """Workers of whoever has nothing else to do meanwhile."""

    async def run(self, work: Callable[[Matter], Result], matter: Matter) -> Result:
        return work(matter)
