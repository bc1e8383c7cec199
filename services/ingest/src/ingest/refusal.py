"""The one way in which ingest says no: a stable code, a sentence that names the fix, a pointer per field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One kind of refusal as HTTP sees it. `headers` are the same for every answer of the kind."""

    status: int
    title: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """What is wrong with one field. `pointer` is a JSON Pointer into the body, or with `in_query` the name of
    a parameter behind a slash; neither text ever repeats the value."""

    pointer: str
    code: str
    detail: str
    in_query: bool = False


class Refused(Exception):
    """The request is not taken. `code` is a key of REFUSALS.

    `retry_after` is in seconds, where this refusal knows it better than its kind. `current_revision` is what
    the sender of a correction did not know of, 0 for none.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
        retry_after: int | None = None,
        current_revision: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after
        self.current_revision = current_revision

    def __reduce__(self) -> tuple[type["Refused"], tuple[str, str], dict[str, Any]]:
        """As it was, on its way out of a worker process."""
        return Refused, (self.code, self.detail), self.__dict__


_CLOSE = MappingProxyType({"Connection": "close"})

REFUSALS: Mapping[str, Refusal] = MappingProxyType(
    {
        "malformed-http": Refusal(status=400, title="The request is no well-formed HTTP", headers=_CLOSE),
        "empty-body": Refusal(status=400, title="The body is empty"),
        "not-utf8": Refusal(status=400, title="The body is not plain UTF-8"),
        "not-json": Refusal(status=400, title="The body is not one JSON document"),
        "not-csv": Refusal(status=422, title="The row is no CSV"),
        "duplicate-key": Refusal(status=400, title="A JSON object names a key twice"),
        "unauthorized": Refusal(
            status=401,
            title="No valid key",
            headers=MappingProxyType({"WWW-Authenticate": 'Bearer realm="newsloom"'}),
        ),
        "scope": Refusal(status=403, title="The key may not do this"),
        "source": Refusal(status=403, title="The key may not speak for this source"),
        "reserved-source": Refusal(status=403, title="This source is newsloom's own"),
        "not-found": Refusal(status=404, title="There is nothing at this address"),
        "method": Refusal(status=405, title="This address does not take this method"),
        "idempotency-key": Refusal(status=400, title="The Idempotency-Key cannot be used"),
        "idempotency-running": Refusal(
            status=409,
            title="The first request with this Idempotency-Key is still at work",
            headers=MappingProxyType({"Retry-After": "1"}),
        ),
        "revision-conflict": Refusal(status=409, title="Another revision is the latest"),
        "body-timeout": Refusal(status=408, title="The body came too slowly", headers=_CLOSE),
        "too-large": Refusal(status=413, title="The article is too large", headers=_CLOSE),
        "content-type": Refusal(status=415, title="This media type is not taken here"),
        "content-encoding": Refusal(
            status=415,
            title="Compressed bodies are not taken",
            headers=MappingProxyType({"Accept-Encoding": "identity"}),
        ),
        "invalid": Refusal(status=422, title="The request does not fit its description"),
        "idempotency-reused": Refusal(status=422, title="The Idempotency-Key stands for another request"),
        "source-missing": Refusal(status=422, title="The key has several sources"),
        "not-a-page": Refusal(status=422, title="The text is not a news page"),
        "not-a-feed": Refusal(status=422, title="The document is not a feed"),
        "fetch-refused": Refusal(status=422, title="The site this is about may not be read"),
        "too-complex": Refusal(status=422, title="Reading the document takes too long or too much memory"),
        "too-many-headers": Refusal(status=431, title="Too many headers", headers=_CLOSE),
        "rate-limited": Refusal(
            status=429,
            title="This credential sends too fast",
            headers=MappingProxyType({"Retry-After": "1"}),
        ),
        "internal": Refusal(status=500, title="newsloom failed"),
        "fetch-failed": Refusal(
            status=503,
            title="The site this is about gave no usable answer",
            headers=MappingProxyType({"Retry-After": "10"}),
        ),
        "guard-unavailable": Refusal(
            status=503,
            title="What guards against repeats and lost corrections cannot be asked",
            headers=MappingProxyType({"Retry-After": "2"}),
        ),
        "register-unavailable": Refusal(
            status=503,
            title="What became of submissions cannot be said now",
            headers=MappingProxyType({"Retry-After": "2"}),
        ),
        "overloaded": Refusal(
            status=503,
            title="Too much is in flight",
            headers=MappingProxyType({"Retry-After": "1"}),
        ),
        "unavailable": Refusal(
            status=503,
            title="Kafka did not confirm the article",
            headers=MappingProxyType({"Retry-After": "2"}),
        ),
    }
)


def invalid(*errors: FieldError) -> Refused:
    """The refusal of fields of the body or of the query."""
    return Refused("invalid", "correct what is listed under errors and send again", errors=errors)


def invalid_field(pointer: str, code: str, detail: str) -> Refused:
    """The refusal of one field of the body."""
    return invalid(FieldError(pointer=pointer, code=code, detail=detail))


def invalid_parameter(name: str, code: str, detail: str) -> Refused:
    """The refusal of one parameter of the query."""
    return invalid(FieldError(pointer=f"/{name}", code=code, detail=detail, in_query=True))


def missing(rules: Iterable[tuple[object, str, str]]) -> tuple[FieldError, ...]:
    """An error for each field without a value; a rule is the value, the field's name, and what to do."""
    return tuple(
        FieldError(pointer=f"/{name}", code="missing", detail=fix) for value, name, fix in rules if not value
    )
