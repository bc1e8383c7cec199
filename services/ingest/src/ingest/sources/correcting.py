"""`?previous_revision=`: which revision a delivery corrects, for forms that have no field of ours for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.refusal import invalid_parameter
from ingest.sources.dialect import Dialect, Placed, Said
from newsloom_schemas.submission import Submission
from newsloom_schemas.types import MAX_REVISION

PREVIOUS = "previous_revision"
_MEANING = "take this only while that is the latest accepted revision; 0 while there is none"
_WHOLE_NUMBER = re.compile(r"[0-9]{1,16}")


def options_of(dialect: Dialect) -> Mapping[str, str]:
    """The options of a dialect, what each means, with this one where it makes sense: with a key, for one
    article, in a form that cannot say it."""
    if dialect.proof is not None or dialect.model is not None or dialect.partial:
        return dialect.options
    return {**dialect.options, PREVIOUS: _MEANING}


def correcting(said: Sequence[Said], options: Mapping[str, str]) -> Sequence[Said]:
    """What a delivery says, with the revision that it corrects. Raises Refused: `invalid`."""
    value = options.get(PREVIOUS)
    if value is None:
        return said
    if not _WHOLE_NUMBER.fullmatch(value) or int(value) > MAX_REVISION:
        raise invalid_parameter(PREVIOUS, "revision", f"write a whole number from 0 to {MAX_REVISION}")
    return tuple(_correcting(part, int(value)) for part in said)


def _correcting(part: Said, previous: int) -> Said:
    if isinstance(part, Submission):
        return part.model_copy(update={PREVIOUS: previous})
    if isinstance(part, Placed):
        return replace(part, submission=part.submission.model_copy(update={PREVIOUS: previous}))
    return part
