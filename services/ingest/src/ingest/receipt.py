"""The answer to an accepted request: what it became and where it will be shown."""

import json

from pydantic import BaseModel, Field
from starlette.responses import Response

from newsloom_schemas.events.article_event import ArticleEvent


class Receipt(BaseModel):
    """The body of a 202: newsloom has it, and Kafka has confirmed it."""

    article_id: str = Field(description="the article; the same source and external id always give the same")
    event_id: str = Field(description="the event; sending the same again gives the same")
    revision: int | None = Field(default=None, description="the revision that was accepted")
    edit: int | None = Field(default=None, description="the edit of the tags that was accepted")
    source: str = Field(description="whose article it is, as the key says")
    url: str = Field(description="where the article is shown once it is published")


def accepted(event: ArticleEvent, *, feeds_url: str, **numbers: int) -> Response:
    """202 with the receipt as JSON and `Location`."""
    url = f"{feeds_url}/v1/articles/{event.article_id}"
    receipt = {
        "article_id": event.article_id,
        "event_id": event.event_id,
        **numbers,
        "source": event.source,
        "url": url,
    }
    headers = {"Location": url}
    return Response(json.dumps(receipt), status_code=202, headers=headers, media_type="application/json")
