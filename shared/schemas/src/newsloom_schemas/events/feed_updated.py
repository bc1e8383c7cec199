"""What one feed now says about one article."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from newsloom_schemas.base import Event, Value
from newsloom_schemas.types import ArticleId, FeedId, LanguageTag, SourceId, Text, Timestamp, WebAddress


class FeedEntry(Value):
    """The article as a line of a feed."""

    headline: Text
    summary: Text | None = Field(default=None, description="the lead, or the start of the body")
    url: WebAddress
    source: SourceId
    language: LanguageTag
    section: Text | None = None
    authors: tuple[Text, ...] = ()
    image: WebAddress | None = None
    published_at: Timestamp
    modified_at: Timestamp | None = None


class FeedUpdatedV1(Event):
    """State, not difference: an `upsert` carries the whole line, a `remove` says it is not in the feed.

    Readers keep, for each article, the record with the highest `document_version` and ignore lower ones.
    """

    EVENT_TYPE: ClassVar[str] = "newsloom.feed.updated.v1"

    feed_id: FeedId
    article_id: ArticleId
    document_version: Annotated[int, Field(ge=1)]
    action: Literal["upsert", "remove"]
    entry: FeedEntry | None = Field(default=None, description="present for an upsert")

    @model_validator(mode="after")
    def _an_upsert_has_an_entry(self) -> "FeedUpdatedV1":
        if (self.action == "upsert") != (self.entry is not None):
            raise ValueError("an upsert carries an entry, a remove does not")
        return self

    @property
    def record_key(self) -> str:
        return self.feed_id

    @property
    def subject(self) -> str:
        return self.article_id
