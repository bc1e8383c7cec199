"""A translation of a revision is wanted; slow work that never holds the live lane."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent, ArticleContentV1
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, LanguageTag, Revision, Text


class _TranslationRequested(ArticleEvent):
    """What both versions say."""

    submission_event_id: EventId
    revision: Revision
    language: LanguageTag = Field(description="language of the article")
    targets: tuple[LanguageTag, ...] = Field(description="languages wanted")
    names: tuple[Annotated[Text, Field(max_length=200)], ...] = Field(
        default=(), description="names in the text that are not to be translated"
    )


class TranslationRequestedV2(_TranslationRequested):
    """Asks the translator for the article in other languages."""

    EVENT_TYPE: ClassVar[str] = "newsloom.translation.requested.v2"

    content: ArticleContent


class TranslationRequestedV1(_TranslationRequested):
    """Asks for a translation of an article whose authors are names."""

    EVENT_TYPE: ClassVar[str] = "newsloom.translation.requested.v1"

    content: ArticleContentV1

    def upcast(self) -> TranslationRequestedV2:
        return self._in_version(TranslationRequestedV2, content=self.content.upcast())
