"""A register that knows what a publisher was given, as the real one knows what the log holds."""

from collections.abc import Sequence
from datetime import timedelta

from ingest.register.fate import Fate
from ingest.register.ports import Times
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.events import ArticleSubmittedV2
from newsloom_store.submission_facts import SubmissionFact
from tests.factories import submission_fact


class LogOfSubmissions:
    """A publisher and the register of what it was given. `away` makes either fail as given."""

    def __init__(self) -> None:
        self.events: list[ArticleSubmittedV2] = []
        self.publisher_away: Exception | None = None
        self.register_away: Exception | None = None

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        if self.publisher_away is not None:
            raise self.publisher_away
        self.events.extend(event for _, event in emissions if isinstance(event, ArticleSubmittedV2))

    async def caught_up(self) -> None:
        if self.register_away is not None:
            raise self.register_away

    async def latest_revision(self, article_id: str) -> int | None:
        await self.caught_up()
        return max((event.revision for event in self.events if event.article_id == article_id), default=None)

    async def find(self, event_id: str) -> SubmissionFact | None:
        await self.caught_up()
        found = next((event for event in self.events if event.event_id == event_id), None)
        return None if found is None else _fact(found)

    async def fate(self, fact: SubmissionFact, *, hops: bool = True) -> tuple[Fate, Times]:
        raise NotImplementedError("an importer asks for no fate")


def _fact(event: ArticleSubmittedV2) -> SubmissionFact:
    return submission_fact(
        event_id=event.event_id,
        article_id=event.article_id,
        source=event.source,
        number=event.revision,
        accepted_at=event.accepted_at,
        logged_at=event.accepted_at + timedelta(milliseconds=1),
    )
