"""A translation of a revision is wanted; slow work that never holds the live lane."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent, ArticleContentV1
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, LanguageTag, Revision, Text


class _TranslationRequested(ArticleEvent):
    """What both versions say."""

    submission_event_id: EventId = Field(
        description="event id of the submission to be translated",
        examples=["2f3920e6-3618-5fc3-be5e-67508f4afb2a"],
    )
    revision: Revision = Field(
        description="the source's own number of the revision; a higher one replaces a lower one"
    )
    language: LanguageTag = Field(description="language of the article, declared or identified")
    targets: tuple[LanguageTag, ...] = Field(description="languages wanted", examples=[["en", "uk"]])
    names: tuple[Annotated[Text, Field(max_length=200)], ...] = Field(
        default=(),
        description="names in the text that are not to be translated, as they are written there",
        examples=[["Aurelia", "Reuters"]],
    )


class TranslationRequestedV2(_TranslationRequested):
    """Asks the translator for the article in other languages."""

    EVENT_TYPE: ClassVar[str] = "newsloom.translation.requested.v2"

    content: ArticleContent = Field(description="the submitted article, unchanged")


class TranslationRequestedV1(_TranslationRequested):
    """Asks the translator for the article in other languages. Its authors are names."""

    EVENT_TYPE: ClassVar[str] = "newsloom.translation.requested.v1"

    content: ArticleContentV1 = Field(description="the submitted article, unchanged")

    def upcast(self) -> TranslationRequestedV2:
        """Authors become objects: each name of the byline is the `name` of one, without `role` and `uri`."""
        return self._in_version(TranslationRequestedV2, content=self.content.upcast())
