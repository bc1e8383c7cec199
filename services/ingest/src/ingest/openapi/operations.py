"""The descriptions of the routes that are no dialect: batch, kill, tags, preview, status, assets."""

from datetime import UTC, datetime

from ingest.openapi import refusals
from ingest.openapi.parts import (
    KEYED,
    Operation,
    answer,
    body,
    external_id,
    idempotency_key,
    parameter,
    schema_of,
    source,
    source_in_path,
    text_bodies,
)
from ingest.openapi.submissions import JSON, accepted, scheme, submission
from ingest.register.status import EXAMPLE as STATUS_EXAMPLE
from ingest.register.status import SubmissionStatus
from ingest.sources import Delivery, csv_rows, ndjson
from ingest.sources.page_submission import PAGE, preview_page
from ingest.tags_request import TagsRequest
from newsloom_schemas.submission import KillRequest

NDJSON = "application/x-ndjson"
_FILES = "multipart/form-data"
_CAPTURED = datetime(2026, 11, 5, 10, tzinfo=UTC)
_BATCH = (
    "A line is a submission as `POST /v1/articles` takes it, or a kill; as CSV the first row names the"
    " fields, and lists have `;` between their items. Answers come while lines are still being sent, and"
    " never wait for a client that reads only afterwards, so that a batch may have any length. A line that"
    " is refused costs the others nothing; one with status 503 may be sent again as it is. An answer without"
    " a last line `summary` was cut: send everything after its last verdict again. When the stream was not"
    " read to its end, the summary says why, and `next_line`."
)
_VERDICTS = """\
{"line": 1, "status": 202, "article_id": "…", "event_id": "…", "revision": 1, "url": "…"}
{"line": 2, "status": 422, "problem": {"type": "urn:newsloom:problem:invalid", "status": 422}}
{"summary": {"lines": 2, "accepted": 1, "refused": 1, "repeat": 0}}
"""


def page_preview() -> Operation:
    """The description of the preview of a copied page."""
    sent = submission(PAGE)
    shown = preview_page(Delivery(body=PAGE.example.encode(), received_at=_CAPTURED))
    taken_apart = answer("The page taken apart.", JSON, {"type": "object"}, example=shown)
    codes = (*refusals.SENDING, *refusals.KEYED, *refusals.LONG, "not-a-page")
    named = ("source", *PAGE.options)
    return Operation(
        operation_id="preview_page",
        summary="See what is understood of a copied page, without publishing it",
        description=(
            "All parts of the page, and under `article` what `POST /v1/pages` would publish of it. A teaser"
            " has the interval in which its time lies; `left_out` belongs to no part. Nothing is kept."
        ),
        status=200,
        accepts=False,
        extra={
            **sent.extra,
            "parameters": [each for each in sent.extra["parameters"] if each["name"] in named],
            "responses": {"200": taken_apart} | refusals.refusals(codes),
        },
    )


def batch() -> Operation:
    """The description of the batch."""
    verdicts = answer(
        "A verdict for each line, in their order, then one line with the summary.",
        NDJSON,
        {"type": "string"},
        example=_VERDICTS,
    )
    codes = (*refusals.SENDING, *refusals.KEYED, "idempotency-key", "not-csv")
    return Operation(
        operation_id="submit_batch",
        summary="Submit many articles, and kills, in one stream",
        description=_BATCH,
        status=200,
        extra={
            "parameters": [source()],
            "requestBody": text_bodies(
                {NDJSON: ndjson.EXAMPLE, "text/csv": csv_rows.EXAMPLE, "application/jsonl": None}
            ),
            "responses": {"200": verdicts} | refusals.refusals(codes),
            "security": KEYED,
        },
    )


def kill() -> Operation:
    """The description of a kill."""
    codes = (*refusals.SENDING, *refusals.KEYED, *refusals.JSON, *refusals.REPEATED)
    return Operation(
        operation_id="kill_article",
        summary="Withdraw an article for ever",
        description="Nothing that arrives later brings it back; a repeat is harmless. The body is optional.",
        extra={
            "parameters": [source(), external_id(), idempotency_key()],
            "requestBody": body(JSON, schema_of(KillRequest), {"reason": "legal order"}, required=False),
            "responses": {"202": accepted()} | refusals.refusals(codes),
            "security": KEYED,
        },
    )


def tags() -> Operation:
    """The description of an edit of tags."""
    example = {
        "edit": 1,
        "pinned": [{"kind": "person", "label": "Agata Brenner"}],
        "added": [{"kind": "place", "label": "Northern harbour"}],
        "removed": ["Harbour"],
        "editor": "Ines Falk",
    }
    codes = (*refusals.SENDING, *refusals.KEYED, *refusals.JSON)
    return Operation(
        operation_id="edit_tags",
        summary="Say which tags an article really has",
        description=(
            "The whole of the editor's word, under the next number: tags to keep, to add and to take off. It "
            "is kept apart from what the machine finds, and outlives corrections and new runs of the machine."
        ),
        extra={
            "parameters": [source(), external_id()],
            "requestBody": body(JSON, schema_of(TagsRequest), example),
            "responses": {"202": accepted()} | refusals.refusals(codes),
            "security": KEYED,
        },
    )


def status() -> Operation:
    """The description of what became of a submission."""
    named = parameter(
        "event_id", "as the receipt of a 202 says", place="path", schema={"type": "string", "format": "uuid"}
    )
    hops = parameter(
        "hops",
        "`false` leaves out the times that have to be searched in the logs",
        schema={"type": "string", "enum": ["true", "false"], "default": "true"},
    )
    found = answer("The state it is in now.", JSON, schema_of(SubmissionStatus), example=STATUS_EXAMPLE)
    return Operation(
        operation_id="submission_status",
        summary="What became of a submission, a kill or an edit of tags",
        description=(
            "Derived when asked from the log, the dead letters and the store. Right after a 202 it waits a"
            " moment until it knows the event; afterwards an id that is unknown is really unknown."
        ),
        status=200,
        accepts=False,
        extra={
            "parameters": [named, source(), hops],
            "responses": {"200": found} | refusals.refusals(refusals.ASKING),
            "security": KEYED,
        },
    )


def asset_probe() -> Operation:
    """The description of Superdesk's question whether a file is there."""
    media_id = parameter("media_id", "Superdesk's id of the file", place="path")
    there = answer("Nothing need be sent.", JSON, {"type": "object"})
    return Operation(
        operation_id="probe_superdesk_asset",
        summary="Superdesk asks whether a file is there",
        description="Every file counts as there: pictures are kept by reference, and nothing need be sent.",
        status=200,
        accepts=False,
        extra={
            "parameters": [source_in_path(), media_id],
            "responses": {"200": there} | refusals.refusals((*refusals.ANYWHERE, "not-found")),
            "security": [],
        },
    )


def asset_upload() -> Operation:
    """The description of Superdesk's upload of a file."""
    taken = answer("Acknowledged and let go.", JSON, {"type": "object"})
    return Operation(
        operation_id="upload_superdesk_asset",
        summary="Superdesk uploads a file",
        description="Acknowledged and let go. Signed with `x-superdesk-signature` over the raw body.",
        status=201,
        accepts=False,
        extra={
            "parameters": [source_in_path()],
            "requestBody": {
                "required": True,
                "content": {_FILES: {"schema": {"type": "object"}}},
            },
            "responses": {"201": taken} | refusals.refusals(refusals.SENDING),
            "security": [{scheme("superdesk"): []}],
        },
    )
