"""What the use cases need from the world."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from ingest.refusal import Refused
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.events import ArticleSubmittedV2

Matter = TypeVar("Matter")
Result = TypeVar("Result")


class Clock(Protocol):
    """Tells when something was accepted; it never orders anything."""

    def now(self) -> datetime: ...


class Publisher(Protocol):
    """Puts events on the log. Returning means that the log holds them all; any failure means repeat."""

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None: ...


class RevisionGuard(Protocol):
    """Keeps a correction from passing over another one that its writer did not know of (ADR 0019)."""

    async def claim(self, event: ArticleSubmittedV2, previous_revision: int) -> None:
        """The right to put this event on the log next: `previous_revision` is the latest accepted one, 0 for
        none. Raises Refused: `revision-conflict`, `invalid`, `guard-unavailable`, `register-unavailable`."""
        ...


class NoGuard:
    """Where there is nothing to ask, nothing is promised."""

    async def claim(self, event: ArticleSubmittedV2, previous_revision: int) -> None:
        raise Refused(
            "guard-unavailable", "leave previous_revision out, or set MONGO_URL and start ingest again"
        )


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
