"""What comes in begins a trace, unless it is already in its sender's."""

from collections.abc import Sequence

from ingest.ports import Publisher
from newsloom_runtime.traces import each_begun
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic


class TracedPublisher:
    """A publisher in front of another. A request is one trace; an item without one begins its own."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        with each_begun(event for _, event in emissions):
            await self._publisher.publish(emissions)
