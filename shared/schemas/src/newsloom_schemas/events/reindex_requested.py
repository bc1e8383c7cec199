"""A published article is to be enriched again; slow work that never holds the live lane."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.article import ArticleContent, ArticleContentV1
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import EventId, LanguageTag, Revision, Timestamp


class _ReindexRequested(ArticleEvent):
    """What both versions say."""

    submission_event_id: EventId = Field(description="event id of the submission that is enriched again")
    revision: Revision
    run: Annotated[int, Field(ge=1, strict=True)] = Field(description="a higher run replaces a lower one")
    accepted_at: Timestamp = Field(description="when newsloom accepted the revision")
    requested_at: Timestamp = Field(description="when the run was asked for")
    translated: tuple[LanguageTag, ...] = Field(
        default=(),
        description="languages in which the revision has a translation already",
    )


class ReindexRequestedV2(_ReindexRequested):
    """Asks enrich to go over one published revision once more, as run `run`."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.reindex-requested.v2"

    content: ArticleContent


class ReindexRequestedV1(_ReindexRequested):
    """Asks for another run over a revision whose authors are names."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.reindex-requested.v1"

    content: ArticleContentV1

    def upcast(self) -> ReindexRequestedV2:
        return self._in_version(ReindexRequestedV2, content=self.content.upcast())
