"""A submission in the making: each value beside the place in the sender's document that it came from."""

from typing import Any, Self

from pydantic import ValidationError
from pydantic_core import to_json

from ingest.sources.dialect import Placed
from ingest.sources.places import in_their_words
from ingest.strict_json import refuse_fields
from newsloom_schemas.submission import Submission


class Draft:
    """Collects what a foreign document says. Blank values and None are left out."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._places: dict[str, str] = {"": ""}

    def put(self, field: str, value: Any, place: str) -> Self:
        """Set a field, unless the document says nothing of it."""
        self._places.setdefault(f"/{field}", place)
        if not _says_nothing(value):
            self._values[field] = value
            self._places[f"/{field}"] = place
        return self

    def add(self, field: str, value: Any, place: str) -> Self:
        """Add to a list, each value once."""
        held = self._values.setdefault(field, [])
        if not _says_nothing(value) and value not in held:
            self._places[f"/{field}/{len(held)}"] = place
            held.append(value)
        return self

    def has(self, field: str) -> bool:
        return field in self._values

    def finished(self) -> Placed:
        """The submission. Raises Refused with pointers into the sender's document."""
        raw = to_json(self._values)
        try:
            return Placed(submission=Submission.model_validate_json(raw), places=self._places)
        except ValidationError as error:
            raise in_their_words(refuse_fields(error), self._places) from None


def _says_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
