"""A source handed in a revision of an article, and newsloom accepted it."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import Revision, Timestamp


class ArticleSubmittedV1(ArticleEvent):
    """One accepted revision, clean and validated."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.submitted.v1"

    revision: Revision = Field(description="the source's own number; a higher one replaces a lower one")
    accepted_at: Timestamp = Field(description="when newsloom accepted it; orders nothing")
    dialect: Annotated[str, Field(max_length=40)] = Field(
        description="the form it came in, such as json or page"
    )
    content: ArticleContent
