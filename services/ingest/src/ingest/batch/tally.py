"""The last line of a batch's answer: without it the answer was cut, and what follows its end is unknown."""

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.batch.take import Verdict
from ingest.problems.answers import problem_document
from ingest.refusal import Refused

MOST_FAILED_WINDOWS = 3  # each has waited for Kafka as long as a single article does


class Tally:
    """Counts verdicts. `repeat` are those that may be taken when the line is sent again as it is."""

    def __init__(self) -> None:
        self.lines = self.accepted = self.refused = self.repeat = 0
        self._failed_windows = 0

    def add(self, verdicts: Sequence[Verdict]) -> None:
        """Count a window."""
        accepted = sum(verdict.status == 202 for verdict in verdicts)
        repeat = sum(verdict.status == 503 for verdict in verdicts)
        self.lines += len(verdicts)
        self.accepted += accepted
        self.repeat += repeat
        self.refused += len(verdicts) - accepted - repeat
        if accepted:
            self._failed_windows = 0
        elif repeat:
            self._failed_windows += 1

    @property
    def is_hopeless(self) -> bool:
        """Whether Kafka has been away for so long that the rest should come later."""
        return self._failed_windows >= MOST_FAILED_WINDOWS

    def summary(self, *, stopped: Refused | None = None, next_line: int | None = None) -> Mapping[str, Any]:
        """The last line. A stream that was not read to its end says why, and from which line on."""
        counts = {
            "lines": self.lines,
            "accepted": self.accepted,
            "refused": self.refused,
            "repeat": self.repeat,
        }
        if stopped is None:
            return {"summary": counts}
        return {"summary": {**counts, "next_line": next_line, "problem": problem_document(stopped)}}
