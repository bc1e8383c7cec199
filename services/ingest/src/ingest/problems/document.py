"""A refusal as the members of an RFC 9457 problem document, whoever carries it."""

from ingest.refusal import REFUSALS, FieldError, Refused

DOCS = "/problems"


def problem_type(code: str) -> str:
    """The `type` of a problem: `urn:newsloom:problem:duplicate-key`."""
    return f"urn:newsloom:problem:{code}"


def problem_document(refused: Refused) -> dict[str, object]:
    """A refusal as the members of a problem document."""
    kind = REFUSALS[refused.code]
    document: dict[str, object] = {
        "type": problem_type(refused.code),
        "title": kind.title,
        "status": kind.status,
        "detail": refused.detail,
        "docs": f"{DOCS}/{refused.code}",
    }
    if refused.current_revision is not None:
        document["current_revision"] = refused.current_revision
    if refused.errors:
        document["errors"] = [_field(error) for error in refused.errors]
    return document


def _field(error: FieldError) -> dict[str, str]:
    where = {"parameter": error.pointer.removeprefix("/")} if error.in_query else {"pointer": error.pointer}
    return {**where, "code": error.code, "detail": error.detail}
