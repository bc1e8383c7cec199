"""Where ingest can be made to fail on purpose: around the publishing of an accepted event."""

import asyncio
from collections.abc import Sequence

from ingest.ports import Publisher
from newsloom_runtime.fault_points import FaultPoints
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic

TURNS = 50  # of the event loop: enough to hand a record to the socket, too few for Kafka's answer


class FaultyPublisher:
    """A publisher with the points before it sends, before the acknowledgement, and after it."""

    def __init__(self, publisher: Publisher, faults: FaultPoints) -> None:
        self._publisher = publisher
        self._faults = faults

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        self._faults.reach("ingest.before-send")
        sent = asyncio.create_task(self._while_sending())
        try:
            await self._publisher.publish(emissions)
        finally:
            await sent
        self._faults.reach("ingest.after-ack")

    async def _while_sending(self) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        self._faults.reach("ingest.before-ack")


def with_faults(publisher: Publisher, faults: FaultPoints) -> Publisher:
    """The publisher itself, unless a fault of ingest is asked for."""
    mine = faults.within("ingest")
    return publisher if mine is None else FaultyPublisher(publisher, mine)
