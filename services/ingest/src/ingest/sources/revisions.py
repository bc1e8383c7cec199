"""Revisions of tools that count none: the time of their own last change orders what they send."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(changed_at: datetime) -> int:
    """The tool's own time of a change as a revision: whole milliseconds since 1970."""
    return (changed_at - _EPOCH) // timedelta(milliseconds=1)
