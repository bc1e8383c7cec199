"""Which refusals an operation can really answer with, and how each is described."""

from collections.abc import Iterable
from types import MappingProxyType

from pydantic import BaseModel, Field

from ingest.openapi.parts import Part, header, schema_of
from ingest.problems.answers import MEDIA_TYPE
from ingest.problems.document import problem_document
from ingest.refusal import REFUSALS, Refused

ANYWHERE = ("malformed-http", "too-many-headers", "rate-limited", "internal")
ASKING = (*ANYWHERE, "unauthorized", "not-found", "invalid", "register-unavailable")
SENDING = (
    *ANYWHERE,
    "unauthorized",
    "empty-body",
    "not-utf8",
    "body-timeout",
    "too-large",
    "content-type",
    "content-encoding",
    "invalid",
    "overloaded",
    "unavailable",
)
KEYED = ("scope", "source", "source-missing", "reserved-source")
JSON = ("not-json", "duplicate-key")
REPEATED = ("idempotency-key", "idempotency-running", "idempotency-reused", "guard-unavailable")
CORRECTING = ("revision-conflict", "register-unavailable", "guard-unavailable")
LONG = ("too-complex",)
OF_DIALECT = MappingProxyType(
    {
        "page": ("not-a-page",),
        "html": ("not-a-page",),
        "feed": ("not-a-feed", "not-json", "duplicate-key"),
        "wordpress": ("fetch-refused", "fetch-failed"),
    }
)


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
    docs: str | None = Field(default=None, description="the page about this type, on this server")
    current_revision: int | None = Field(
        default=None, description="of a revision-conflict: the latest accepted revision, 0 for none"
    )
    errors: list[ProblemField] = Field(default_factory=list)


def refusals(codes: Iterable[str]) -> Part:
    """The answers of refusal by status, for these codes in the order of REFUSALS."""
    wanted = set(codes)
    by_status: dict[str, list[str]] = {}
    for code, kind in REFUSALS.items():
        if code in wanted:
            by_status.setdefault(str(kind.status), []).append(code)
    return {status: _answer(found) for status, found in by_status.items()}


def _answer(codes: list[str]) -> Part:
    names = {name for code in codes for name in REFUSALS[code].headers if name != "Connection"}
    described: Part = {
        "description": "; ".join(f"`{code}`: {REFUSALS[code].title}" for code in codes),
        "content": {
            MEDIA_TYPE: {
                "schema": schema_of(Problem),
                "examples": {code: {"value": _example(code)} for code in codes},
            }
        },
    }
    return described | (
        {"headers": {name: header(_MEANING[name]) for name in sorted(names)}} if names else {}
    )


def _example(code: str) -> Part:
    latest = 4 if code == "revision-conflict" else None
    return problem_document(Refused(code, "what to change", current_revision=latest))


_MEANING = MappingProxyType(
    {
        "Retry-After": "seconds until the same request may succeed",
        "WWW-Authenticate": "the scheme of credentials",
        "Accept-Encoding": "the encodings that are taken",
    }
)
