"""The stored document: what publish keeps of an article and feeds reads."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

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

HISTORY_ENTRIES = 20

Cause = Literal["revision", "re-enrichment", "translation", "tags-edit", "kill", "embargo-lifted"]
Digest = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{32}$"), Field(description="first half of the value's SHA-256")
]


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
    translations_wanted: tuple[LanguageTag, ...] = Field(
        default=(), description="languages asked of the translator in this run"
    )


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


class Correction(Value):
    """One field that a revision changed. The hashes tell that and whether it changed, not what it said."""

    field: str = Field(description="name of the field of the article's content")
    old: Digest | None = Field(default=None, description="absent when the field was empty before")
    new: Digest | None = Field(default=None, description="absent when the field is empty now")


class HistoryEntry(Value):
    """One change of the document: what caused it, and when. Its time comes from the event, so that a
    rebuild from the log gives the same history."""

    document_version: Annotated[int, Field(ge=1)]
    cause: Cause
    event_id: EventId = Field(description="the event that caused it; for a lift, the submission lifted")
    revision: Revision | None = Field(default=None, description="the revision it is about")
    at: Timestamp = Field(description="when newsloom accepted the cause")
    note: Text | None = Field(default=None, description="the source's note on a correction")
    corrections: tuple[Correction, ...] = ()


class StoredArticleV3(Value):
    """One document of the collection `articles`.

    It may exist before its first revision (an edit or a kill that came first): then `publication` is absent.
    A killed document has a `tombstone` and neither publication nor translations nor editor's tags. One under
    embargo has `withheld_until`, is in no feed, and is not public; nothing but its lift changes that.
    """

    schema_version: Literal[3] = 3
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
    withheld_until: Timestamp | None = Field(default=None, description="end of the embargo it is under")
    untold_since: Timestamp | None = Field(
        default=None, description="when its embargo was lifted, until telling that is acknowledged"
    )
    history: tuple[HistoryEntry, ...] = Field(
        default=(), description=f"the last {HISTORY_ENTRIES} changes, the newest last"
    )

    @property
    def killed(self) -> bool:
        return self.tombstone is not None

    @property
    def withheld(self) -> bool:
        return self.withheld_until is not None
