"""A published article is to be enriched again; slow work that never holds the live lane."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent, ArticleContentV1
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, LanguageTag, Revision, Timestamp


class _ReindexRequested(ArticleEvent):
    """What both versions say."""

    submission_event_id: EventId = Field(
        description="event id of the submission that is enriched again",
        examples=["2f3920e6-3618-5fc3-be5e-67508f4afb2a"],
    )
    revision: Revision = Field(
        description="the source's own number of the revision; a higher one replaces a lower one"
    )
    run: Annotated[int, Field(ge=1, strict=True)] = Field(
        description="number of the run; a higher one replaces a lower one", examples=[1]
    )
    accepted_at: Timestamp = Field(
        description="when newsloom accepted the revision; orders nothing",
        examples=["2026-09-14T12:20:03.512Z"],
    )
    requested_at: Timestamp = Field(
        description="when the run was asked for; orders nothing", examples=["2026-11-20T02:00:00Z"]
    )
    translated: tuple[LanguageTag, ...] = Field(
        default=(),
        description="languages in which the revision has a translation already",
        examples=[["en"]],
    )


class ReindexRequestedV2(_ReindexRequested):
    """Asks enrich to go over one published revision once more, as run `run`."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.reindex-requested.v2"

    content: ArticleContent = Field(description="the published article, unchanged")


class ReindexRequestedV1(_ReindexRequested):
    """Asks enrich to go over one published revision once more. Its authors are names."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.reindex-requested.v1"

    content: ArticleContentV1 = Field(description="the published article, unchanged")

    def upcast(self) -> ReindexRequestedV2:
        """Authors become objects: each name of the byline is the `name` of one, without `role` and `uri`."""
        return self._in_version(ReindexRequestedV2, content=self.content.upcast())
