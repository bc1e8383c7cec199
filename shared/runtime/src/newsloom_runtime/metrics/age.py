"""The age of an article on its way, from the accept to each place where somebody can see it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Histogram

from newsloom_runtime.metrics.declaring import HistogramMetric, Label, Metric

CLASSES: Final = ("desk", "wire", "archive", "canary", "other")
SOURCE_CLASS: Final = Label(name="source_class", values=CLASSES)

AGE: Final = HistogramMetric(
    name="newsloom_article_age_seconds",
    meaning="Seconds from accepting a new revision of an article until it is there",
    look="The promise to the newsroom: stored, told by publish, and in the live feeds, by class of source.",
    labels=(Label(name="at", values=("stored", "told", "feed")), SOURCE_CLASS),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 1800),
)

DECLARED: Final[tuple[Metric, ...]] = (AGE,)


class ArticleAge:
    """Ages seen at one or more places. Articles of before classes were known are of the desk."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = AGE.on(registry)
        self._known: dict[tuple[str, str | None], Histogram] = {}  # as events have the class

    def at(self, place: str, accepted: Iterable[tuple[datetime, str | None]], *, now: datetime) -> None:
        """Observe revisions that are at a place now, by when they were accepted and their source's class."""
        for accepted_at, source_class in accepted:
            seconds = max(0.0, (now - accepted_at).total_seconds())
            self._of(place, source_class).observe(seconds)

    def _of(self, place: str, source_class: str | None) -> Histogram:
        found = self._known.get((place, source_class))
        if found is None:
            found = self._seconds.labels(place, shown_class(source_class))
            if source_class is None or source_class in CLASSES:
                self._known[place, source_class] = found
        return found


def shown_class(source_class: str | None) -> str:
    """The class as a label: one that this version does not know is `other`."""
    told = source_class or "desk"
    return told if told in CLASSES else "other"
