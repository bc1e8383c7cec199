"""An article is under embargo: it exists, and nobody may show it yet."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import Timestamp


class ArticleWithheldV1(ArticleEvent):
    """State, not difference: stands in the compacted topic in place of whatever was public before."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.withheld.v1"

    document_version: Annotated[int, Field(ge=1)] = Field(
        description="version of the public state; readers keep the highest and ignore lower ones",
        examples=[3],
    )
    withheld_until: Timestamp = Field(
        description="end of the embargo; the article follows when it is lifted",
        examples=["2026-10-29T10:00:00Z"],
    )
