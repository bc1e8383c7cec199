"""Where in the sender's document a value stood, so that refusals speak of fields that the sender knows."""

from collections.abc import Mapping
from dataclasses import replace

from ingest.refusal import FieldError, Refused


def in_their_words(refused: Refused, places: Mapping[str, str]) -> Refused:
    """The same refusal, its pointers into the submission turned into pointers into what was sent."""
    return Refused(
        refused.code, refused.detail, errors=tuple(_moved(error, places) for error in refused.errors)
    )


def _moved(error: FieldError, places: Mapping[str, str]) -> FieldError:
    if error.in_query:
        return error
    return replace(error, pointer=_place(error.pointer, places))


def _place(pointer: str, places: Mapping[str, str]) -> str:
    """By the longest beginning that is known, and the rest of the pointer behind it."""
    known, rest = pointer, ""
    while known and known not in places:
        known, _, step = known.rpartition("/")
        rest = f"/{step}{rest}"
    return places.get(known, "") + rest if known in places else pointer
