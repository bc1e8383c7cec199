"""Where enrich can be made to fail on purpose: around what it sends."""

from collections.abc import Sequence

from enrich.ports import Publisher
from newsloom_runtime.fault_points import FaultPoints
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, Topic
from newsloom_schemas.events import ArticleTranslatedV1


class FaultyPublisher:
    """A publisher with points before and after the results of a batch."""

    def __init__(self, publisher: Publisher, faults: FaultPoints) -> None:
        self._publisher = publisher
        self._faults = faults

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        results = [event for topic, event in emissions if topic is ARTICLES_ENRICHED]
        if any(isinstance(event, ArticleTranslatedV1) for event in results):
            self._faults.reach("enrich.after-translate")
        elif results:
            self._faults.reach("enrich.after-analysis")
        await self._publisher.publish(emissions)
        if results:
            self._faults.reach("enrich.after-produce")


def with_faults(publisher: Publisher, faults: FaultPoints | None) -> Publisher:
    """The publisher itself, unless a fault of enrich is asked for."""
    return publisher if faults is None else FaultyPublisher(publisher, faults)
