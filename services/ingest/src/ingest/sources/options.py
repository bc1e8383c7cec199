"""What several dialects let stand in the address."""

import re
from collections.abc import Mapping

from ingest.refusal import invalid_parameter
from newsloom_schemas.types import MAX_REVISION

_WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,15}")


def read_revision(options: Mapping[str, str]) -> int | None:
    """The revision in the address, if there is one. Raises Refused: `invalid`."""
    value = options.get("revision")
    if value is None:
        return None
    if not _WHOLE_NUMBER.fullmatch(value) or int(value) > MAX_REVISION:
        raise invalid_parameter("revision", "revision", f"write a whole number from 1 to {MAX_REVISION}")
    return int(value)
