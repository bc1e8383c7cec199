"""The public state of an article: what readers see, whole."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import EditorTags, Enrichment, RelatedLink, Tag, Translation
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, FeedId, LanguageTag, Revision, Timestamp, WebAddress


class ArticlePublishedV1(ArticleEvent):
    """State, not difference: the topic is compacted, the last record of a key is the truth."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.published.v1"

    document_version: Annotated[int, Field(ge=1)] = Field(description="readers ignore a lower one")
    submission_event_id: EventId
    revision: Revision
    run: Annotated[int, Field(ge=0)] = 0
    published_at: Timestamp = Field(description="the source's time, else when newsloom accepted the revision")
    accepted_at: Timestamp
    url: WebAddress = Field(description="where newsloom serves the article")
    content: ArticleContent
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
