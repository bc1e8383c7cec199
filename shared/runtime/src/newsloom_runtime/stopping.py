"""The end of a process, told in two steps: send traffic elsewhere, and later that it is over."""

from collections.abc import Callable


class Stopping:
    """Between the steps the process serves on: whoever spreads traffic needs a moment to see that it goes."""

    def __init__(self) -> None:
        self._begun = False
        self._ended = False
        self._last_words: list[Callable[[], None]] = []

    def at_the_end(self, tell: Callable[[], None]) -> None:
        """Call `tell` when nothing new is taken any more: endless answers have to come to their end."""
        self._last_words.append(tell)

    def begin(self) -> None:
        """Readiness is gone from here on; everything else goes on. Again is harmless."""
        self._begun = True

    def end(self) -> None:
        """It is over: everybody who wants to know is told, once."""
        self.begin()
        if self._ended:
            return
        self._ended = True
        for tell in self._last_words:
            tell()

    def not_ready(self) -> str | None:
        """Why no traffic should come here, or None."""
        return "the service is stopping" if self._begun else None
