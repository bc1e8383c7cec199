"""Addresses in foreign documents: what is no complete http(s) address is no reason to refuse an article."""

from pydantic import TypeAdapter, ValidationError

from newsloom_schemas.types import WebAddress

_ADDRESS: TypeAdapter[str] = TypeAdapter(WebAddress)


def complete(address: str | None) -> str | None:
    """The address as a submission may hold it; None for one that nobody outside the tool could follow."""
    try:
        return _ADDRESS.validate_python(address.strip()) if address else None
    except ValidationError:
        return None
