"""New revisions on their way to the readers: so that their age is told once at each place, and truly.

What is told again, because a source repeats itself or the proofreader heals, is not new. But a batch that
could not be told is settled once more and then only repeats itself: so what was stored is remembered until
it has been told.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.events import ArticleEnrichedV2

REMEMBERED = 10_000  # far more than the batches in hand have


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A revision that its document shows for the first time."""

    event_id: str
    accepted_at: datetime
    source_class: str | None


Arrived = Callable[[Literal["stored", "told"], Iterable[Arrival]], None]


def nobody_counts(_place: str, _arrivals: Iterable[Arrival]) -> None:
    """For who does not want to know."""


def arrival_of(event: Event, document: StoredArticleV3) -> Arrival | None:
    """The arrival that an event is, which was just applied; None when the document does not show it.

    Another run over the archive is no news, and an embargo makes an age that says nothing.
    """
    shown = document.publication
    if not isinstance(event, ArticleEnrichedV2) or event.run or shown is None or document.withheld:
        return None
    if (shown.submission_event_id, shown.run) != (event.submission_event_id, event.run):
        return None
    return Arrival(event_id=event.event_id, accepted_at=event.accepted_at, source_class=event.source_class)


class Arrivals:
    """What was stored and not yet told, by article. `arrived` hears of each once, stored and told."""

    def __init__(self, arrived: Arrived = nobody_counts) -> None:
        self._arrived = arrived
        self._untold: dict[str, Arrival] = {}

    def stored(self, arrivals: Mapping[str, Arrival]) -> None:
        """These are in the store now."""
        self._arrived("stored", arrivals.values())
        self._untold |= arrivals
        while len(self._untold) > REMEMBERED:
            del self._untold[next(iter(self._untold))]

    def among(self, events: Iterable[Event]) -> dict[str, Arrival]:
        """Those of these events that are about to be told for the first time, by article.

        What another batch stored and left untold is told by whoever has its partition by now: it must not
        age here until something else happens to the article.
        """
        found = ((event, self._untold.get(event.subject)) for event in events)
        return {
            event.subject: each
            for event, each in found
            if each is not None and each.event_id == event.event_id
        }

    def told(self, arrivals: Mapping[str, Arrival]) -> None:
        """The log has acknowledged these."""
        for article_id in arrivals:
            self._untold.pop(article_id, None)
        self._arrived("told", arrivals.values())
