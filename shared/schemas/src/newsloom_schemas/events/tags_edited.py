"""An editor corrected the tags of an article."""

from typing import ClassVar

from pydantic import Field

from newsloom_schemas.enrichment import EditorTags
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import Timestamp


class TagsEditedV1(ArticleEvent):
    """The editor's tags as a whole; they survive revisions and re-enrichment."""

    EVENT_TYPE: ClassVar[str] = "newsloom.article.tags-edited.v1"

    tags: EditorTags = Field(description="all that the editor says of the tags")
    edited_at: Timestamp = Field(
        description="when newsloom accepted the edit; orders nothing", examples=["2026-09-14T13:05:40.250Z"]
    )
