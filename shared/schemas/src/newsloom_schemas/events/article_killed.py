"""An article must not be shown any more, by anyone, for ever."""

from typing import Annotated, ClassVar

from pydantic import Field

from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import Text, Timestamp


class ArticleKilledV1(ArticleEvent):
    """The source withdrew the article. Absorbing: nothing that arrives later brings it back."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.killed.v1"

    reason: Annotated[Text, Field(max_length=2000)] | None = Field(
        default=None, description="as the source gave it"
    )
    killed_at: Timestamp = Field(description="when newsloom accepted the kill")
    document_version: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="version of the tombstone; present on articles-published"
    )
