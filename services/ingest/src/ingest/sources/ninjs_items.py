"""The dialect of IPTC's News in JSON, for whoever has a key: ninjs 1.x, 2.x and 3.x."""

from collections.abc import Sequence
from typing import Any

from ingest.outcome import Ignored, Outcome
from ingest.receipt import answer_one
from ingest.refusal import invalid_field
from ingest.reply import Reply
from ingest.sources.dialect import Delivery, Dialect, Said
from ingest.sources.ninjs import read_said

EXAMPLE = """{
  "standard": {"name": "ninjs", "version": "3.1"},
  "uri": "urn:newsml:paper.example:20261105:harbour-bridge",
  "type": "text",
  "version": "1",
  "versionCreated": "2026-11-05T06:30:00Z",
  "language": "en",
  "headlines": [{"role": "main", "value": "Harbour bridge reopens after repairs"}],
  "by": "Ines Falk",
  "bodies": [
    {
      "role": "main",
      "contentType": "text/html",
      "value": "<p>The bridge over the northern harbour reopened on Thursday.</p>"
    }
  ]
}"""


def read_ninjs(delivery: Delivery) -> tuple[Said, ...]:
    """The articles in a news object. Raises Refused, also when there is none: nobody is told yes for it."""
    said = read_said(delivery.body, delivery.profile.ninjs)
    if all(isinstance(part, Ignored) for part in said):
        raise invalid_field(
            "/type", "no-article", "send items of the type text, or a package with whole ones inside"
        )
    return said


def answer_items(outcomes: Sequence[Outcome], feeds_url: str) -> Reply:
    """202 for an article, and for a package with the receipts of all that were in it."""
    if len(outcomes) == 1:
        return answer_one(outcomes, feeds_url)
    return Reply(status=202, document={"items": told_each(outcomes, feeds_url)})


def told_each(outcomes: Sequence[Outcome], feeds_url: str) -> list[Any]:
    """For each part its receipt, or why it was left aside."""
    return [answer_one((outcome,), feeds_url).document for outcome in outcomes]


NINJS = Dialect(
    name="ninjs",
    path="/v1/ninjs",
    media_types=("application/json",),
    summary="Submit a news object in ninjs 1.x, 2.x or 3.x",
    description=(
        "`uri` (or Superdesk's `guid`) is the article. `version` is its revision where it is a whole number,"
        " else the milliseconds of `versionCreated`. `pubStatus` `withheld` takes the article out of sight"
        " until a later version is usable; `canceled` withdraws it for ever and needs the scope `kill`."
        " Pictures among the associations are kept by reference; whole articles inside a package are taken"
        " one by one. `edNote` is for the desk and is not shown, unless the source's profile says so."
    ),
    example=EXAMPLE,
    read=read_ninjs,
    answer=answer_items,
)
