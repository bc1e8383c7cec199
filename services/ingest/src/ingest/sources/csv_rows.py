"""A row of a table as CSV (RFC 4180): the first row names the fields of a submission, each other is one."""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from ingest.refusal import FieldError, Refused, invalid, invalid_field
from ingest.sources.dialect import Deed, Withdrawal
from ingest.sources.ndjson import NamedKill
from ingest.strict_json import parse_strict, refuse_fields
from newsloom_schemas.submission import Submission

EXAMPLE = """\
external_id,revision,headline,body_text,section,authors,keywords,action,reason
ferry-1,1,Night ferry returns,"From May, twice a night.",City,Ole Brandt;Ines Falk,ferry;harbour,,
bridge-2,,,,,,,kill,legal order
"""
ACTION, REASON = "action", "reason"
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(Submission.model_fields, "as in the JSON of a submission"),
        "authors": "names with ; between them",
        "keywords": "with ; between them",
        "images": "addresses with ; between them",
        "earlier": "titles with ; between them",
        ACTION: "`kill` withdraws the article of the row; empty or `submit` submits it",
        REASON: "why a row kills",
    }
)
_NUMBERS = frozenset({"revision", "urgency", "previous_revision"})
_LISTS: Mapping[str, str | None] = MappingProxyType(
    {"authors": None, "keywords": None, "images": "url", "earlier": "title"}
)
_NEEDED = "external_id"
_COLUMN_ADVICE = f"name this column of the first row one of: {', '.join(COLUMNS)}"
_WHOLE_NUMBER = re.compile(r"^\s*[0-9]{1,16}\s*$")
_BOM = b"\xef\xbb\xbf"
_MAX_CELL = 2 * 1024 * 1024


def read_header(row: bytes) -> tuple[str, ...]:
    """The names of the columns. Raises Refused: `not-utf8`, `not-csv`, `invalid`."""
    names = tuple(cell.strip() for cell in _cells(row.removeprefix(_BOM)))  # spreadsheets write the mark
    if len(set(names)) < len(names):
        raise _not_csv("name every column once in the first row")
    unknown = [f"/{position}" for position, name in enumerate(names) if name not in COLUMNS]
    if unknown:
        raise invalid(*(FieldError(pointer=at, code="column", detail=_COLUMN_ADVICE) for at in unknown))
    if _NEEDED not in names:
        raise _not_csv(f"name the columns in the first row, with commas between; {_NEEDED} is missing")
    return names


def read_row(columns: Sequence[str], row: bytes) -> Deed:
    """What a row below that header asks for. Raises Refused."""
    cells = _cells(row)
    if len(cells) != len(columns):
        raise _not_csv(
            f"give the row as many cells as the first row has: {len(columns)}, with commas between"
        )
    filled = {name: cell for name, cell in zip(columns, cells, strict=True) if cell.strip()}
    action = filled.pop(ACTION, "submit").strip()
    reason = filled.pop(REASON, None)
    if action == "kill":
        return _withdrawal(filled, reason)
    if action != "submit":
        raise invalid_field("/action", "action", "write kill, submit or nothing")
    document = {name: _value(name, cell) for name, cell in filled.items()}
    return parse_strict(Submission, json.dumps(document, ensure_ascii=False).encode())


def _cells(row: bytes) -> list[str]:
    try:
        text = row.decode()
    except UnicodeDecodeError:
        raise Refused("not-utf8", "encode the table as UTF-8") from None
    csv.field_size_limit(_MAX_CELL)
    try:
        (cells,) = csv.reader([text], strict=True)
    except (csv.Error, ValueError):
        raise _not_csv(
            "quote a cell that holds a comma, a quote or a line break, and double its quotes"
        ) from None
    return cells


def _withdrawal(row: Mapping[str, str], reason: str | None) -> Withdrawal:
    try:
        kill = NamedKill(external_id=row.get("external_id", ""), reason=reason)
    except ValidationError as error:
        raise refuse_fields(error) from None
    return Withdrawal(external_id=kill.external_id, reason=kill.reason)


def _value(name: str, cell: str) -> Any:
    if name in _NUMBERS:
        return int(cell) if _WHOLE_NUMBER.match(cell) else cell  # what stays text is refused by the model
    if name not in _LISTS:
        return cell
    items = [item.strip() for item in cell.split(";") if item.strip()]
    key = _LISTS[name]
    return items if key is None else [{key: item} for item in items]


def _not_csv(advice: str) -> Refused:
    return Refused("not-csv", advice)
