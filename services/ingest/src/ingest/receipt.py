"""The answer to an accepted request: what it became and where it will be shown."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from ingest.outcome import Ignored, Outcome
from ingest.refusal import Refused
from ingest.reply import Reply
from newsloom_schemas.events import ArticleSubmittedV2
from newsloom_schemas.events.article_event import ArticleEvent


class Receipt(BaseModel):
    """The body of a 202: newsloom has it, and Kafka has confirmed it."""

    article_id: str = Field(description="the article; the same source and external id always give the same")
    event_id: str = Field(description="the event; sending the same again gives the same")
    revision: int | None = Field(default=None, description="the revision that was accepted")
    edit: int | None = Field(default=None, description="the edit of the tags that was accepted")
    source: str = Field(description="whose article it is, as the key says")
    status_url: str = Field(description="what became of it, on this server; the same as in `Location`")
    url: str = Field(description="where the article is shown once it is published")


def answer_one(outcomes: Sequence[Outcome], feeds_url: str) -> Reply:
    """202 for a delivery of one article; 200, with the reason, when there was none for newsloom in it.

    Raises the Refused that stands where the article should.
    """
    (event,) = outcomes
    if isinstance(event, Refused):
        raise event
    if isinstance(event, Ignored):
        return Reply(status=200, document={"ignored": event.why})
    if isinstance(event, ArticleSubmittedV2):
        return accepted(event, feeds_url=feeds_url, revision=event.revision)
    return accepted(event, feeds_url=feeds_url)


def accepted(event: ArticleEvent, *, feeds_url: str, **numbers: int) -> Reply:
    """202 with the receipt as JSON; `Location` is where the sender learns what became of it."""
    status_url = f"/v1/submissions/{event.event_id}"
    receipt = {
        "article_id": event.article_id,
        "event_id": event.event_id,
        **numbers,
        "source": event.source,
        "status_url": status_url,
        "url": f"{feeds_url}/v1/articles/{event.article_id}",
    }
    return Reply(status=202, document=receipt, headers={"Location": status_url})
