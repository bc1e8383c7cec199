"""Builders for what happens to a stored article, and the recording ends that stand for the world."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from newsloom_schemas import identity
from newsloom_schemas.base import Event
from newsloom_schemas.enrichment import EditorTags, Tag, Translation
from newsloom_schemas.events import ArticleEnrichedV2, ArticleTranslatedV1, TagsEditedV1
from publish.ports import Emission
from tests import factories

STORY = "story-1"
URL = "https://news.example"
Status = Literal["published", "draft", "unavailable", "failed"]


def revision(number: int = 1, *, run: int = 0, story: str = STORY, **content: Any) -> ArticleEnrichedV2:
    """A revision of a story, enriched."""
    content.setdefault("headline", f"Revision {number} of {story}")
    return factories.enriched(factories.submitted(story, number, **content), run=run)


def translation(
    number: int = 1,
    language: str = "es",
    *,
    story: str = STORY,
    status: Status = "published",
    text: str = "Puente",
) -> ArticleTranslatedV1:
    """A translation of a revision of a story."""
    of = factories.submitted(story, number)
    made = Translation(language=language, status=status, headline=text, body_html=f"<p>{text}</p>")
    return ArticleTranslatedV1(
        event_id=identity.event_id(
            of.article_id, number, ArticleTranslatedV1.EVENT_TYPE, made.model_dump_json(exclude_none=True)
        ),
        article_id=of.article_id,
        source=of.source,
        external_id=of.external_id,
        submission_event_id=of.event_id,
        revision=number,
        translation=made,
    )


def edit(number: int = 1, *, story: str = STORY, label: str = "Harbour") -> TagsEditedV1:
    """An editor's word on the tags of a story."""
    of = factories.submitted(story)
    tag = Tag(kind="subject", label=label, confidence=1, basis="editor", method="editor")
    return TagsEditedV1(
        event_id=identity.event_id(of.article_id, number, TagsEditedV1.EVENT_TYPE, label),
        article_id=of.article_id,
        source=of.source,
        external_id=of.external_id,
        tags=EditorTags(edit=number, added=(tag,)),
        edited_at=factories.MOMENT,
    )


def kill(story: str = STORY) -> Event:
    """The kill of a story."""
    return factories.killed(story)


@dataclass
class FixedClock:
    """A clock that stands where it is put."""

    moment: datetime = factories.MOMENT

    def now(self) -> datetime:
        return self.moment

    async def server_time(self) -> datetime:
        return self.moment


@dataclass
class RecordingPublisher:
    """Keeps what was told."""

    told: list[Emission] = field(default_factory=list)

    async def publish(self, emissions: Sequence[Emission]) -> None:
        self.told.extend(emissions)

    @property
    def events(self) -> list[Event]:
        return [event for _, event in self.told]
