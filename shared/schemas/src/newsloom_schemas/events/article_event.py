"""What all events about one article share: whose it is, and that its id is the key."""

from pydantic import Field

from newsloom_schemas.base import Event
from newsloom_schemas.types import ArticleId, ExternalId, SourceId


class ArticleEvent(Event):
    """A fact about one article; the Kafka key is the article's id."""

    article_id: ArticleId
    source: SourceId
    external_id: ExternalId = Field(
        description="the source's own id of the article, the same for all its revisions"
    )

    @property
    def record_key(self) -> str:
        return self.article_id

    @property
    def subject(self) -> str:
        return self.article_id
