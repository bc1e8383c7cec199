"""The answer to an accepted request: what it became and where it will be shown."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from ingest.outcome import Ignored, Outcome
from ingest.problems.document import problem_document
from ingest.refusal import REFUSALS, Refused
from ingest.reply import Reply
from newsloom_schemas.events import ArticleSubmittedV2, TagsEditedV1
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
    return accepted(event, feeds_url=feeds_url)


def told(outcome: Outcome, feeds_url: str) -> dict[str, Any]:
    """What is told of one of many: its status, and the receipt, the problem, or why it was left aside."""
    if isinstance(outcome, Refused):
        return {"status": REFUSALS[outcome.code].status, "problem": problem_document(outcome)}
    reply = answer_one((outcome,), feeds_url)
    return {"status": reply.status, **(reply.document or {})}


def accepted(event: ArticleEvent, *, feeds_url: str) -> Reply:
    """202 with the receipt as JSON; `Location` is where the sender learns what became of it."""
    status_url = f"/v1/submissions/{event.event_id}"
    receipt = {
        "article_id": event.article_id,
        "event_id": event.event_id,
        **_numbers(event),
        "source": event.source,
        "status_url": status_url,
        "url": f"{feeds_url}/v1/articles/{event.article_id}",
    }
    return Reply(status=202, document=receipt, headers={"Location": status_url})


def _numbers(event: ArticleEvent) -> dict[str, int]:
    """What the sender counts. A kill has no number."""
    match event:
        case ArticleSubmittedV2():
            return {"revision": event.revision}
        case TagsEditedV1():
            return {"edit": event.tags.edit}
    return {}
