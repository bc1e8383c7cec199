"""A revision of an article with everything the machine added."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent, ArticleContentV1
from newsloom_schemas.enrichment import Enrichment, RelatedLink, Tag
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, LanguageTag, Revision, Timestamp


class _ArticleEnriched(ArticleEvent):
    """What both versions say."""

    submission_event_id: EventId = Field(description="event id of the submission that was enriched")
    revision: Revision
    run: Annotated[int, Field(ge=0, strict=True)] = Field(
        default=0, description="0, or higher when the archive is deliberately enriched again"
    )
    accepted_at: Timestamp
    language: LanguageTag = Field(description="declared or identified; `und` when unknown")
    tags: tuple[Tag, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    enrichment: Enrichment
    translations_wanted: tuple[LanguageTag, ...] = Field(
        default=(),
        description="languages asked of the translator; their facet is `pending` until all have come",
    )


class ArticleEnrichedV2(_ArticleEnriched):
    """One revision, enriched in one run. Its submission's event id, not its content, identifies it."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.enriched.v2"

    content: ArticleContent


class ArticleEnrichedV1(_ArticleEnriched):
    """One revision, enriched in one run; its authors are names."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.enriched.v1"

    content: ArticleContentV1

    def upcast(self) -> ArticleEnrichedV2:
        return self._in_version(ArticleEnrichedV2, content=self.content.upcast())
