"""A source handed in a revision of an article, and newsloom accepted it."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent, ArticleContentV1
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import Revision, Timestamp


class _ArticleSubmitted(ArticleEvent):
    """What both versions say."""

    revision: Revision = Field(description="the source's own number; a higher one replaces a lower one")
    accepted_at: Timestamp = Field(description="when newsloom accepted it; orders nothing")
    dialect: Annotated[str, Field(max_length=40)] = Field(
        description="the form it came in, such as json or page"
    )


class ArticleSubmittedV2(_ArticleSubmitted):
    """One accepted revision, clean and validated."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.submitted.v2"

    content: ArticleContent


class ArticleSubmittedV1(_ArticleSubmitted):
    """One accepted revision, whose authors are names."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.submitted.v1"

    content: ArticleContentV1

    def upcast(self) -> ArticleSubmittedV2:
        return self._in_version(ArticleSubmittedV2, content=self.content.upcast())
