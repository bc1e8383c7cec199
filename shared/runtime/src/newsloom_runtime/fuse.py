"""The fuse: many dead letters in a row mean that we are broken, not the records."""

from collections.abc import Iterable


class FuseBlown(Exception):
    """The consumer must stop instead of emptying its topic into the dead letters."""


class Fuse:
    """Counts dead letters in a row, over batches."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._in_a_row = 0

    def observe(self, outcomes: Iterable[bool]) -> None:
        """Take in outcomes in order, True for a dead letter. Raises FuseBlown at the limit."""
        for dead in outcomes:
            self._in_a_row = self._in_a_row + 1 if dead else 0
            if self._in_a_row >= self._limit:
                raise FuseBlown(
                    f"{self._in_a_row} records in a row could not be processed; look at the dead letters"
                    " and the log, mend the cause, then restart the service"
                )
