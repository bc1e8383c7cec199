"""Tells articles as version 1 of the event has them, for readers who do not know version 2 yet."""

from collections.abc import Sequence
from typing import Literal

from newsloom_schemas.base import Event
from newsloom_schemas.events import ArticlePublishedV2
from publish.ports import Emission, Publisher


def telling(publisher: Publisher, article_events: Literal["v1", "v2"]) -> Publisher:
    """The publisher that tells articles in the version that is set."""
    return publisher if article_events == "v2" else OlderForm(publisher)


class OlderForm:
    """A publisher before another. What it leaves out, roles and addresses of authors, stays in the store."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    async def publish(self, emissions: Sequence[Emission]) -> None:
        await self._publisher.publish([(topic, _older(event)) for topic, event in emissions])


def _older(event: Event) -> Event:
    return event.downcast() if isinstance(event, ArticlePublishedV2) else event
