"""A revision of an article with everything the machine added."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent, ArticleContentV1
from newsloom_schemas.enrichment import Enrichment, RelatedLink, Tag
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, LanguageTag, Revision, SourceClass, Timestamp


class _ArticleEnriched(ArticleEvent):
    """What both versions say."""

    submission_event_id: EventId = Field(
        description="event id of the submission that was enriched",
        examples=["2f3920e6-3618-5fc3-be5e-67508f4afb2a"],
    )
    revision: Revision = Field(
        description="the source's own number of the revision; a higher one replaces a lower one"
    )
    run: Annotated[int, Field(ge=0, strict=True)] = Field(
        default=0,
        description="0, or higher when the archive is deliberately enriched again; replaces a lower one",
        examples=[0],
    )
    accepted_at: Timestamp = Field(
        description="when newsloom accepted the revision; orders nothing",
        examples=["2026-09-14T12:20:03.512Z"],
    )
    language: LanguageTag = Field(description="declared or identified; `und` when unknown")
    tags: tuple[Tag, ...] = Field(
        default=(), description="what the machine found the article to name and to be about"
    )
    related: tuple[RelatedLink, ...] = Field(
        default=(), description="links to other articles, the best first"
    )
    enrichment: Enrichment = Field(description="how each kind of enrichment went")
    translations_wanted: tuple[LanguageTag, ...] = Field(
        default=(),
        description="languages asked of the translator; their facet is `pending` until all have come",
        examples=[["en", "uk"]],
    )
    source_class: SourceClass | None = Field(
        default=None,
        description="what the source is to the newsroom, by which ages are told; absent for a desk",
        examples=["wire"],
    )


class ArticleEnrichedV2(_ArticleEnriched):
    """One revision, enriched in one run. Its submission's event id, not its content, identifies it."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.enriched.v2"

    content: ArticleContent = Field(description="the submitted article, unchanged")


class ArticleEnrichedV1(_ArticleEnriched):
    """One revision, enriched in one run, as its submission's event id says. Its authors are names."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.enriched.v1"

    content: ArticleContentV1 = Field(description="the submitted article, unchanged")

    def upcast(self) -> ArticleEnrichedV2:
        """Authors become objects: each name of the byline is the `name` of one, without `role` and `uri`."""
        return self._in_version(ArticleEnrichedV2, content=self.content.upcast())
