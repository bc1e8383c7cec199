"""Progress of work on many things: lines on stderr, and a bar below them when a person is watching."""

from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn


class Chatter:
    """Says what is done, one line each. The bar exists only on a terminal and for more than one thing."""

    def __init__(self, total: int, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=total < 2 or not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def say(self, text: str) -> None:
        """Something on the way to being done."""
        self._console.print(text, markup=False, soft_wrap=True)

    def reading(self, label: str, size: int) -> Callable[[int], None]:
        """A bar of its own for a long file of so many bytes; to be told of each piece that is read."""
        self._bar.disable = not self._console.is_terminal
        self._bar.start()
        task = self._bar.add_task(label, total=size)
        return partial(self._bar.advance, task)

    def done(self, text: str) -> None:
        """One more thing is done, and this is what there is to say of it."""
        self._console.print(text, markup=False, soft_wrap=True)
        self._bar.advance(self._task)
