"""The public state of an article: what readers see, whole."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent, ArticleContentV1
from newsloom_schemas.enrichment import EditorTags, Enrichment, RelatedLink, Tag, Translation
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, FeedId, LanguageTag, Revision, Timestamp, WebAddress


class _ArticlePublished(ArticleEvent):
    """What both versions say."""

    document_version: Annotated[int, Field(ge=1)] = Field(description="readers ignore a lower one")
    submission_event_id: EventId
    revision: Revision
    run: Annotated[int, Field(ge=0)] = 0
    published_at: Timestamp = Field(description="the source's time, else when newsloom accepted the revision")
    accepted_at: Timestamp
    url: WebAddress = Field(description="where newsloom serves the article")
    language: LanguageTag
    tags: tuple[Tag, ...] = ()
    editor_tags: EditorTags | None = None
    related: tuple[RelatedLink, ...] = ()
    translations: dict[str, Translation] = Field(default_factory=dict, description="by language tag")
    enrichment: Enrichment
    translations_wanted: tuple[LanguageTag, ...] = Field(
        default=(), description="languages asked of the translator in this run"
    )
    feeds: tuple[FeedId, ...] = Field(default=(), description="the feeds it is in")


class ArticlePublishedV2(_ArticlePublished):
    """State, not difference: the topic is compacted, the last record of a key is the truth."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.published.v2"

    content: ArticleContent

    def downcast(self) -> "ArticlePublishedV1":
        """For readers of version 1. Loses the authors' roles and addresses, and nothing else."""
        return self._in_version(ArticlePublishedV1, content=self.content.downcast())


class ArticlePublishedV1(_ArticlePublished):
    """The public state of an article whose authors are names."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.published.v1"

    content: ArticleContentV1

    def upcast(self) -> ArticlePublishedV2:
        return self._in_version(ArticlePublishedV2, content=self.content.upcast())
