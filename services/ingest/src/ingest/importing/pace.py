"""When a feed is read again: never more often than its source and its server wish."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 6 * 3_600.0  # a wish or a back-off beyond this would be as good as no import
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:$|[,\s=])", re.IGNORECASE)


def after_reading(headers: Mapping[str, str], *, every: float, ttl_s: float | None) -> float:
    """Seconds until the next reading: `every`, or longer when the feed's ttl or Cache-Control say so."""
    return max(every, min(LONGEST_S, max(ttl_s or 0.0, _fresh_for(headers))))


def after_failure(headers: Mapping[str, str], *, every: float, failures: int) -> float:
    """Seconds until the next try: twice as long after each failure in a row, and not before Retry-After."""
    doubled = every * 2.0 ** min(failures - 1, 16)
    return max(every, min(LONGEST_S, max(doubled, _retry_after(headers))))


def _fresh_for(headers: Mapping[str, str]) -> float:
    control = headers.get("cache-control", "")
    found = _MAX_AGE.search(control)
    return float(found[1]) if found and not _NOT_KEPT.search(control) else 0.0


def _retry_after(headers: Mapping[str, str]) -> float:
    """In seconds, or as a date beside the server's own Date; our clock is not asked."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return float(text)
    until, now = http_date(text), http_date(headers.get("date", ""))
    return max(0.0, (until - now).total_seconds()) if until and now else 0.0


def http_date(text: str) -> datetime | None:
    """The moment in a header of an answer; None for anything else."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # numbers that no calendar has
        return None
    return found if found.tzinfo else None
