"""Times as tools write them: with an offset, or without one as the source's own zone has it."""

import re
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime

MAX_CHARS = 64
# 2026-11-05, 2026-11-05 09:30, 2026-11-05T09:30:00.5+0200, 2026-11-05 09:30:00 +0200, ...Z
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s?([Zz]|[+-]\d\d:?\d\d)?)?"
)


def read_time(text: str, zone: tzinfo) -> datetime | None:
    """The moment that a text names, in UTC; None when it names none for certain.

    A time without an offset, and a day without a time (its first moment), are those of `zone`.
    """
    trimmed = text.strip()
    if len(trimmed) > MAX_CHARS:
        return None
    try:
        written = _iso(trimmed) or parsedate_to_datetime(trimmed)
        return (written if written.tzinfo else written.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    day, time, offset = found.groups()
    seconds = (time or "00:00").replace(",", ".")
    return datetime.fromisoformat(f"{day}T{seconds}{(offset or '').upper()}")
