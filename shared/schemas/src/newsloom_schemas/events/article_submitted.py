"""A source handed in a revision of an article, and newsloom accepted it."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent, ArticleContentV1
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import Revision, SourceClass, Timestamp


class _ArticleSubmitted(ArticleEvent):
    """What both versions say."""

    revision: Revision = Field(
        description="the source's own number of the revision; a higher one replaces a lower one"
    )
    accepted_at: Timestamp = Field(
        description="when newsloom accepted the revision; orders nothing",
        examples=["2026-09-14T12:20:03.512Z"],
    )
    dialect: Annotated[str, Field(max_length=40)] = Field(
        description="the form it came in, such as json or page",
        examples=["json"],
    )
    source_class: SourceClass | None = Field(
        default=None,
        description="what the source is to the newsroom, by which ages are told; absent for a desk",
        examples=["wire"],
    )


class ArticleSubmittedV2(_ArticleSubmitted):
    """One accepted revision, clean and validated."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.submitted.v2"

    content: ArticleContent = Field(description="the article as the source gave it, cleaned")


class ArticleSubmittedV1(_ArticleSubmitted):
    """One accepted revision, clean and validated. Its authors are names."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.submitted.v1"

    content: ArticleContentV1 = Field(description="the article as the source gave it, cleaned")

    def upcast(self) -> ArticleSubmittedV2:
        """Authors become objects: each name of the byline is the `name` of one, without `role` and `uri`."""
        return self._in_version(ArticleSubmittedV2, content=self.content.upcast())
