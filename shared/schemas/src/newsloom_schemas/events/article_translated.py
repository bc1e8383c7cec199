"""A translation of a revision is there, or it is known why not."""

from typing import ClassVar

from pydantic import Field

from newsloom_schemas.enrichment import Translation
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, Revision


class ArticleTranslatedV1(ArticleEvent):
    """One translation of one revision; it follows that revision's `ArticleEnriched` in the log."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.translated.v1"

    submission_event_id: EventId = Field(
        description="event id of the submission that was translated",
        examples=["2f3920e6-3618-5fc3-be5e-67508f4afb2a"],
    )
    revision: Revision = Field(description="the revision translated; a translation of another one is ignored")
    translation: Translation = Field(description="the text, or why there is none")
