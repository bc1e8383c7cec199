"""What the use cases need from the world."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic


class Clock(Protocol):
    """Tells when something was accepted; it never orders anything."""

    def now(self) -> datetime: ...


class Publisher(Protocol):
    """Puts events on the log. Returning means that the log holds them all; any failure means repeat."""

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None: ...
