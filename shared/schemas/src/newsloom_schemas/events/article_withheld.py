"""An article is under embargo: it exists, and nobody may show it yet."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import Timestamp


class ArticleWithheldV1(ArticleEvent):
    """State, not difference: stands in the compacted topic in place of whatever was public before."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.withheld.v1"

    document_version: Annotated[int, Field(ge=1)] = Field(description="readers ignore a lower one")
    withheld_until: Timestamp = Field(description="end of the embargo; the article follows when it is lifted")
