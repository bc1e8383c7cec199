"""The OpenAPI document: the routes read raw bytes, so what they take and answer is described here."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from ingest.problems import MEDIA_TYPE, problem_type
from ingest.receipt import Receipt
from ingest.refusal import REFUSALS
from ingest.register.status import EXAMPLE as STATUS_EXAMPLE
from ingest.register.status import SubmissionStatus
from ingest.sources import Delivery, Dialect, csv_rows, ndjson
from ingest.sources.page_submission import PAGE, preview_page
from ingest.tags_request import TagsRequest
from newsloom_schemas.submission import KillRequest, Submission

_ELSEWHERE = frozenset({"not-found", "method"})  # answers of the server as a whole, not of an operation
_ASKING = (
    "malformed-http",
    "unauthorized",
    "not-found",
    "invalid",
    "too-many-headers",
    "rate-limited",
    "internal",
    "register-unavailable",
)
_ONLY_PAGES = frozenset({"not-a-page"})
_CAPTURED = datetime(2026, 11, 5, 10, tzinfo=UTC)
_REF = "#/components/schemas/{model}"
_SECURITY: list[dict[str, list[str]]] = [{"key": []}]


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


class ProblemField(BaseModel):
    """What is wrong with one field of the body or one parameter of the address."""

    pointer: str | None = Field(default=None, description="JSON Pointer into the body")
    parameter: str | None = Field(default=None, description="name of a parameter of the address")
    code: str = Field(description="stable code")
    detail: str = Field(description="what to change; never repeats what was sent")


class Problem(BaseModel):
    """A problem document after RFC 9457."""

    type: str = Field(description="stable: urn:newsloom:problem:<code>")
    title: str
    status: int
    detail: str = Field(description="what to change")
    errors: list[ProblemField] = Field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """How one route is described."""

    operation_id: str
    summary: str
    description: str
    extra: dict[str, Any]
    status: int = 202
    accepts: bool = True


def submission(dialect: Dialect) -> Operation:
    """The description of a dialect's route, from its row in the registry."""
    parameters = [_source(), *(_parameter(name, text) for name, text in dialect.options.items())]
    example: Any = json.loads(dialect.example) if dialect.model else dialect.example
    schema = _schema(dialect.model) if dialect.model else {"type": "string", "minLength": 1}
    return Operation(
        operation_id=f"submit_{dialect.name}",
        summary=dialect.summary,
        description=dialect.description,
        extra=_extra(
            parameters, _body(dialect.media_types[0], schema, example), pages=dialect.name == "page"
        ),
    )


def page_preview() -> Operation:
    """The description of the preview of a copied page."""
    sent = submission(PAGE)
    shown = preview_page(Delivery(body=PAGE.example.encode(), received_at=_CAPTURED))
    example = {"application/json": {"schema": {"type": "object"}, "example": shown}}
    answers = {status: answer for status, answer in sent.extra["responses"].items() if status != "202"}
    return Operation(
        operation_id="preview_page",
        summary="See what is understood of a copied page, without publishing it",
        description=(
            "All parts of the page, and under `article` what `POST /v1/pages` would publish of it. A teaser"
            " has the interval in which its time lies; `left_out` belongs to no part. Nothing is kept."
        ),
        extra={
            **sent.extra,
            "responses": {"200": {"description": "The page taken apart.", "content": example}, **answers},
        },
        status=200,
        accepts=False,
    )


def batch() -> Operation:
    """The description of the batch."""
    extra = _extra(
        [_source()], _forms({"application/x-ndjson": ndjson.EXAMPLE, "text/csv": csv_rows.EXAMPLE})
    )
    verdicts = {
        "description": "A verdict for each line, in their order, then one line with the summary.",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}, "example": _VERDICTS}},
    }
    extra["responses"] = {"200": verdicts} | {
        status: answer for status, answer in extra["responses"].items() if status != "202"
    }
    return Operation(
        operation_id="submit_batch",
        summary="Submit many articles, and kills, in one stream",
        description=_BATCH,
        extra=extra,
        status=200,
    )


def kill() -> Operation:
    """The description of a kill."""
    return Operation(
        operation_id="kill_article",
        summary="Withdraw an article for ever",
        description="Nothing that arrives later brings it back; a repeat is harmless. The body is optional.",
        extra=_extra(
            [_source(), _external_id()],
            _body("application/json", _schema(KillRequest), {"reason": "legal order"}, required=False),
        ),
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
    return Operation(
        operation_id="edit_tags",
        summary="Say which tags an article really has",
        description=(
            "The whole of the editor's word, under the next number: tags to keep, to add and to take off. It "
            "is kept apart from what the machine finds, and outlives corrections and new runs of the machine."
        ),
        extra=_extra([_source(), _external_id()], _body("application/json", _schema(TagsRequest), example)),
    )


def status() -> Operation:
    """The description of what became of a submission."""
    path = {"name": "event_id", "in": "path", "required": True, "description": "as the receipt of a 202 says"}
    hops = {
        **_parameter("hops", "`false` leaves out the times that have to be searched in the logs"),
        "schema": {"type": "string", "enum": ["true", "false"], "default": "true"},
    }
    found = {"application/json": {"schema": _schema(SubmissionStatus), "example": STATUS_EXAMPLE}}
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
            "parameters": [{**path, "schema": {"type": "string", "format": "uuid"}}, _source(), hops],
            "responses": {
                "200": {"description": "The state it is in now.", "content": found},
                **_problems(_ASKING),
            },
            "security": _SECURITY,
        },
    )


def asset_probe() -> Operation:
    """The description of Superdesk's question whether a file is there."""
    parameters = [
        _in_path("source", "a registered source"),
        _in_path("media_id", "Superdesk's id of the file"),
    ]
    return Operation(
        operation_id="probe_superdesk_asset",
        summary="Superdesk asks whether a file is there",
        description="Every file counts as there: pictures are kept by reference, and nothing need be sent.",
        status=200,
        extra={
            "parameters": parameters,
            "responses": {"200": {"description": "Nothing need be sent."}, **_problems(_ASKING)},
            "security": [],
        },
        accepts=False,
    )


def asset_upload() -> Operation:
    """The description of Superdesk's upload of a file."""
    taken = {"201": {"description": "Acknowledged and let go."}}
    absent = _ELSEWHERE | _ONLY_PAGES
    return Operation(
        operation_id="upload_superdesk_asset",
        summary="Superdesk uploads a file",
        description="Acknowledged and let go. Signed with `x-superdesk-signature` over the raw body.",
        status=201,
        extra={
            "parameters": [_in_path("source", "a registered source")],
            "requestBody": _body("multipart/form-data", {"type": "object"}, {}),
            "responses": taken | _problems(code for code in REFUSALS if code not in absent),
            "security": [],
        },
    )


def _in_path(name: str, description: str) -> dict[str, Any]:
    return {**_parameter(name, description), "in": "path", "required": True}


def install(app: FastAPI) -> None:
    """Let the application serve the document with the models in it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the framework's own way to extend the document


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    models: Iterable[type[BaseModel]] = (
        Submission,
        KillRequest,
        TagsRequest,
        Receipt,
        Problem,
        SubmissionStatus,
    )
    _, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    components = found.setdefault("components", {})
    components.setdefault("schemas", {}).update(definitions["$defs"])
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return found


def _extra(parameters: list[dict[str, Any]], body: dict[str, Any], *, pages: bool = False) -> dict[str, Any]:
    return {
        "parameters": parameters,
        "requestBody": body,
        "responses": _responses(pages=pages),
        "security": _SECURITY,
    }


def _responses(*, pages: bool) -> dict[str, Any]:
    absent = _ELSEWHERE if pages else _ELSEWHERE | _ONLY_PAGES
    return {"202": _accepted(), **_problems(code for code in REFUSALS if code not in absent)}


def _problems(codes: Iterable[str]) -> dict[str, Any]:
    by_status: dict[str, list[str]] = {}
    for code in codes:
        by_status.setdefault(str(REFUSALS[code].status), []).append(code)
    return {status: _problem(codes) for status, codes in by_status.items()}


def _accepted() -> dict[str, Any]:
    return {
        "description": "Kafka has confirmed the event.",
        "headers": {"Location": {"description": "where its state is told", "schema": {"type": "string"}}},
        "content": {"application/json": {"schema": _schema(Receipt)}},
    }


def _problem(codes: list[str]) -> dict[str, Any]:
    examples = {
        code: {
            "value": {
                "type": problem_type(code),
                "title": REFUSALS[code].title,
                "status": REFUSALS[code].status,
                "detail": "what to change",
            }
        }
        for code in codes
    }
    described = "; ".join(f"`{code}`: {REFUSALS[code].title}" for code in codes)
    return {
        "description": described,
        "content": {MEDIA_TYPE: {"schema": _schema(Problem), "examples": examples}},
    }


def _schema(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _body(media_type: str, schema: dict[str, Any], example: Any, *, required: bool = True) -> dict[str, Any]:
    return {"required": required, "content": {media_type: {"schema": schema, "example": example}}}


def _forms(examples: Mapping[str, str]) -> dict[str, Any]:
    """A body of text in one of several media types."""
    schema = {"type": "string", "minLength": 1}
    content = {media: {"schema": schema, "example": example} for media, example in examples.items()}
    return {"required": True, "content": content}


def _source() -> dict[str, Any]:
    return _parameter("source", "the source to speak for; needed only when the key has several")


def _external_id() -> dict[str, Any]:
    return {**_parameter("external_id", "the source's own id of the article"), "required": True}


def _parameter(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string", "minLength": 1},
    }
