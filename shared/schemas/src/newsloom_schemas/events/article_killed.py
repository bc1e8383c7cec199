"""An article must not be shown any more, by anyone, for ever."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import Text, Timestamp


class ArticleKilledV1(ArticleEvent):
    """The source withdrew the article. Absorbing: nothing that arrives later brings it back."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.killed.v1"

    reason: Annotated[Text, Field(max_length=2000)] | None = Field(
        default=None,
        description="why, as the source gave it; absent when it gave none",
        examples=["Отозвано редакцией: фото опубликовано без согласия"],
    )
    killed_at: Timestamp = Field(
        description="when newsloom accepted the kill", examples=["2026-09-15T06:02:11.004Z"]
    )
    document_version: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="version of the public state; present on articles-published, absent before",
        examples=[4],
    )
