"""The dialect of Superdesk's HTTP push: ninjs signed with the destination's secret, answered with 201."""

import re
from collections.abc import Sequence
from datetime import datetime

from ingest.door.signatures import hmac_matches
from ingest.outcome import Outcome
from ingest.reply import Reply
from ingest.sources.dialect import Delivery, Dialect, Said, unproven
from ingest.sources.ninjs import read_said
from ingest.sources.ninjs_items import told_each

_SIGNATURE = re.compile(r"sha1=([0-9a-fA-F]{40})")

EXAMPLE = """{
  "guid": "urn:newsml:desk.paper.example:2026-11-05T06:12:44.123456:9f1c",
  "version": "3",
  "type": "text",
  "pubstatus": "usable",
  "versioncreated": "2026-11-05T06:30:00+0000",
  "firstpublished": "2026-11-05T06:30:00+0000",
  "language": "en",
  "headline": "Harbour bridge reopens after repairs",
  "byline": "By Ines Falk",
  "body_html": "<p>The bridge over the northern harbour reopened on Thursday.</p>",
  "urgency": 3,
  "priority": 6
}"""


def prove(delivery: Delivery, *, now: datetime) -> None:
    """The signature is of the raw body. It carries no time, so that a copy of a delivery stays valid: what it
    says is on the log already, under the same event id."""
    hook = delivery.profile.superdesk
    given = _SIGNATURE.fullmatch(delivery.headers.get("x-superdesk-signature", ""))
    if hook is None or given is None or not hmac_matches(hook.secrets, "sha1", delivery.body, given[1]):
        raise unproven()


def read_superdesk(delivery: Delivery) -> tuple[Said, ...]:
    """The articles in an item, or why there is none. Raises Refused."""
    return read_said(delivery.body, delivery.profile.ninjs)


def answer_created(outcomes: Sequence[Outcome], feeds_url: str) -> Reply:
    """201, which Superdesk takes for delivered."""
    return Reply(status=201, document={"items": told_each(outcomes, feeds_url)})


SUPERDESK = Dialect(
    name="superdesk",
    path="/v1/hooks/{source}/superdesk",
    media_types=("application/json",),
    summary="Superdesk pushes an item",
    description=(
        "The resource URL of an HTTP push destination with the format ninjs. Texts are submitted, and those"
        " inside a package with embedded items one by one; kills, takedowns and unpublishing (`canceled`)"
        " withdraw the article for ever. Pictures, and packages that only refer to items, are acknowledged"
        " and left aside, as the answer says. Signed with `x-superdesk-signature`."
    ),
    example=EXAMPLE,
    read=read_superdesk,
    proof=prove,
    answer=answer_created,
)
