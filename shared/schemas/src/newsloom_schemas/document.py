"""The stored document: what publish keeps of an article and feeds reads."""

from typing import Annotated, Literal

from pydantic import Field

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.base import Value
from newsloom_schemas.enrichment import EditorTags, Enrichment, RelatedLink, Tag, Translation
from newsloom_schemas.types import (
    ArticleId,
    EventId,
    ExternalId,
    FeedId,
    LanguageTag,
    Revision,
    SourceId,
    Text,
    Timestamp,
)


class Publication(Value):
    """The public part: one revision as it was enriched in one run."""

    submission_event_id: EventId
    revision: Revision
    run: Annotated[int, Field(ge=0)] = 0
    accepted_at: Timestamp
    published_at: Timestamp
    content: ArticleContent
    language: LanguageTag
    tags: tuple[Tag, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    enrichment: Enrichment


class StoredTranslation(Value):
    """A translation with the revision it was made of; stale when the article has moved on."""

    event_id: EventId
    revision: Revision
    stale: bool = False
    translation: Translation


class Tombstone(Value):
    """That, why and when an article was killed. Kept for ever."""

    event_id: EventId
    reason: Text | None = None
    killed_at: Timestamp


class StoredArticleV1(Value):
    """One document of the collection `articles`.

    It may exist before its first revision (an edit or a kill that came first): then `publication` is absent.
    A killed document has a `tombstone` and neither publication nor translations nor editor's tags.
    """

    schema_version: Literal[1] = 1
    article_id: ArticleId
    source: SourceId
    external_id: ExternalId
    document_version: Annotated[int, Field(ge=1)]
    publication: Publication | None = None
    translations: dict[str, StoredTranslation] = Field(default_factory=dict, description="by language tag")
    editor_tags: EditorTags | None = None
    editor_event_id: EventId | None = None
    tombstone: Tombstone | None = None
    feeds: tuple[FeedId, ...] = Field(default=(), description="the feeds it is in now")
    feeds_ever: tuple[FeedId, ...] = Field(default=(), description="every feed it was ever in")

    @property
    def killed(self) -> bool:
        return self.tombstone is not None
