"""What is counted of live readers, for whoever watches the service."""

from typing import Literal, Protocol


class StreamCounts(Protocol):
    """Hears of what happens to live readers."""

    def caught_up(self, source: Literal["window", "log"]) -> None:
        """A reader came back and had missed something; this is where it begins to get it from."""

    def reset(self) -> None:
        """A reader was told to take a snapshot: the log no longer reaches back to its place."""

    def sent(self, updates: int) -> None:
        """So many updates went to one reader."""

    def passed_over(self, updates: int) -> None:
        """So many updates are shown to nobody: the store has gone beyond them."""


class NoCounts:
    """For who does not want to know."""

    def caught_up(self, source: Literal["window", "log"]) -> None:
        return None

    def reset(self) -> None:
        return None

    def sent(self, updates: int) -> None:
        return None

    def passed_over(self, updates: int) -> None:
        return None
