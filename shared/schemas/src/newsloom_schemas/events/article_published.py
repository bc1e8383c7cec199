"""The public state of an article: what readers see, whole."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent, ArticleContentV1
from newsloom_schemas.enrichment import EditorTags, Enrichment, RelatedLink, Tag, Translation
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, FeedId, LanguageTag, Revision, Timestamp, WebAddress


class _ArticlePublished(ArticleEvent):
    """What both versions say."""

    document_version: Annotated[int, Field(ge=1)] = Field(
        description="version of the public state; readers keep the highest and ignore lower ones",
        examples=[3],
    )
    submission_event_id: EventId = Field(
        description="event id of the submission that is shown",
        examples=["2f3920e6-3618-5fc3-be5e-67508f4afb2a"],
    )
    revision: Revision = Field(
        description="the source's own number of the revision; a higher one replaces a lower one"
    )
    run: Annotated[int, Field(ge=0)] = Field(
        default=0, description="0, or higher when the archive was deliberately enriched again", examples=[0]
    )
    published_at: Timestamp = Field(description="the source's time, else when newsloom accepted the revision")
    accepted_at: Timestamp = Field(
        description="when newsloom accepted the revision; orders nothing",
        examples=["2026-09-14T12:20:03.512Z"],
    )
    url: WebAddress = Field(
        description="where newsloom serves the article",
        examples=["https://news.example/v1/articles/2bc125c2-a49d-5348-9990-d244364b7579"],
    )
    language: LanguageTag = Field(description="declared or identified; `und` when unknown")
    tags: tuple[Tag, ...] = Field(
        default=(), description="the machine's tags; readers show them merged with the editor's"
    )
    editor_tags: EditorTags | None = Field(
        default=None, description="the editor's word on tags; absent when no editor touched them"
    )
    related: tuple[RelatedLink, ...] = Field(
        default=(), description="links to other articles, the best first"
    )
    translations: dict[str, Translation] = Field(
        default_factory=dict,
        description="by language tag: the translations of this revision that are there by now",
        examples=[{"en": {"language": "en", "status": "unavailable", "reason": "no engine answered"}}],
    )
    enrichment: Enrichment = Field(description="how each kind of enrichment went")
    translations_wanted: tuple[LanguageTag, ...] = Field(
        default=(), description="languages asked of the translator in this run", examples=[["en", "uk"]]
    )
    feeds: tuple[FeedId, ...] = Field(
        default=(),
        description="the feeds it is in",
        examples=[["all", "language/ru", "section/экономика", "source/kursor"]],
    )


class ArticlePublishedV2(_ArticlePublished):
    """The public state of an article. State, not difference: the last record of a key is the truth."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.published.v2"

    content: ArticleContent = Field(description="the article as the source gave it, cleaned")

    def downcast(self) -> "ArticlePublishedV1":
        """For readers of version 1. Loses the authors' roles and addresses, and nothing else."""
        return self._in_version(ArticlePublishedV1, content=self.content.downcast())


class ArticlePublishedV1(_ArticlePublished):
    """The public state of an article: the last record of a key is the truth. Its authors are names."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.published.v1"

    content: ArticleContentV1 = Field(description="the article as the source gave it, cleaned")

    def upcast(self) -> ArticlePublishedV2:
        """Authors become objects: each name of the byline is the `name` of one, without `role` and `uri`."""
        return self._in_version(ArticlePublishedV2, content=self.content.upcast())
