"""A line of a batch as JSON: a submission as `POST /v1/articles` takes it, or a kill."""

import json

from pydantic import BaseModel, ConfigDict, Field

from ingest.sources.dialect import Deed, Withdrawal
from ingest.strict_json import parse_strict
from newsloom_schemas.submission import KillRequest, Submission
from newsloom_schemas.types import ExternalId

EXAMPLE = """\
{"external_id": "ferry-1", "revision": 1, "headline": "Night ferry returns", "body_text": "From May."}
{"external_id": "market-7", "revision": 3, "headline": "Fish market moves", "body_text": "To pier 4."}
{"kill": {"external_id": "bridge-2", "reason": "legal order"}}
"""

_KILL = b'"kill"'  # only lines that hold this are looked at twice


class NamedKill(KillRequest):
    """Which article must go, and why."""

    external_id: ExternalId = Field(description="your id of the article")


class KillLine(BaseModel):
    """A line that withdraws an article for ever."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    kill: NamedKill


def read_line(line: bytes) -> Deed:
    """What a line asks for. Raises Refused."""
    if _KILL in line and _names_kill(line):
        kill = parse_strict(KillLine, line).kill
        return Withdrawal(external_id=kill.external_id, reason=kill.reason)
    return parse_strict(Submission, line)


def _names_kill(line: bytes) -> bool:
    try:
        value = json.loads(line, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False  # the strict reading says what is wrong
    return isinstance(value, dict) and "kill" in value
