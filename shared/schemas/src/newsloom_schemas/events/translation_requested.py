"""A translation of a revision is wanted; slow work that never holds the live lane."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, LanguageTag, Revision, Text


class TranslationRequestedV1(ArticleEvent):
    """Asks the translator for the article in other languages."""

    EVENT_TYPE: ClassVar[str] = "newsloom.translation.requested.v1"

    submission_event_id: EventId
    revision: Revision
    language: LanguageTag = Field(description="language of the article")
    targets: tuple[LanguageTag, ...] = Field(description="languages wanted")
    content: ArticleContent
    names: tuple[Annotated[Text, Field(max_length=200)], ...] = Field(
        default=(), description="names in the text that are not to be translated"
    )
