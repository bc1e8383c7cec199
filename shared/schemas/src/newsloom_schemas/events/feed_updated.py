"""What one feed now says about one article."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from newsloom_schemas.base import Event, Value
from newsloom_schemas.types import (
    ArticleId,
    FeedId,
    LanguageTag,
    SourceClass,
    SourceId,
    Text,
    Timestamp,
    WebAddress,
)


class FeedEntry(Value):
    """The article as a line of a feed."""

    headline: Text = Field(
        description="the headline as plain text",
        examples=["Зерновой коридор продлили на 120 дней: в Стамбуле подписан меморандум"],
    )
    summary: Text | None = Field(
        default=None,
        description="plain text: the lead, or the start of the body; absent for an article without text",
        examples=["До середины января из портов Одессы планируют вывезти 4,2 млн тонн зерна."],
    )
    url: WebAddress = Field(
        description="where newsloom serves the article",
        examples=["https://news.example/v1/articles/2bc125c2-a49d-5348-9990-d244364b7579"],
    )
    source: SourceId
    language: LanguageTag = Field(description="declared or identified; `und` when unknown")
    section: Text | None = Field(
        default=None,
        description="desk or rubric, as the source names it; absent when it names none",
        examples=["Экономика"],
    )
    authors: tuple[Text, ...] = Field(
        default=(),
        description="names of the byline, in its order; empty for an unsigned article",
        examples=[["Анна Рейнгольд"]],
    )
    image: WebAddress | None = Field(
        default=None,
        description="address of the main picture; absent when there is none",
        examples=["https://kursor.example/img/2026/09/istanbul-memorandum.jpg"],
    )
    published_at: Timestamp = Field(description="the source's time, else when newsloom accepted the revision")
    modified_at: Timestamp | None = Field(
        default=None,
        description="when the source says it was last changed; absent when it does not say",
        examples=["2026-09-14T14:02:00Z"],
    )


class FeedUpdatedV1(Event):
    """State, not difference: an `upsert` carries the whole line, a `remove` says it is not in the feed.

    Readers keep, for each article, the record with the highest `document_version` and ignore lower ones.
    """

    EVENT_TYPE: ClassVar[str] = "newsloom.feed.updated.v1"

    feed_id: FeedId = Field(description="the feed; the record's key")
    article_id: ArticleId
    document_version: Annotated[int, Field(ge=1)] = Field(
        description="version of the public state; readers keep the highest and ignore lower ones",
        examples=[3],
    )
    action: Literal["upsert", "remove"] = Field(
        description="whether the article is in the feed now, or is not (any more)", examples=["upsert"]
    )
    entry: FeedEntry | None = Field(
        default=None, description="the whole line; present for an `upsert`, absent for a `remove`"
    )
    accepted_at: Timestamp | None = Field(
        default=None,
        description="when newsloom accepted the revision that is told here for the first time; absent when "
        "nothing is new, such as when the same is told again; orders nothing",
        examples=["2026-09-14T12:20:03.512Z"],
    )
    source_class: SourceClass | None = Field(
        default=None,
        description="what the source of a new revision is to the newsroom; absent for a desk",
        examples=["wire"],
    )

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
