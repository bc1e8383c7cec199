"""How the commands talk: data on stdout, chatter on stderr, no bar and no colour without a terminal."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn
from rich.table import Column, Table


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on stdout. Into a file or a pipe it is as wide as its content, so that nothing is cut."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=400)
    table = Table(*(Column(heading, overflow="fold") for heading in headings), box=None)
    for row in rows:
        table.add_row(*row)
    console.print(table, markup=False)


def print_json(value: object) -> None:
    """One JSON document on stdout, for machines."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


class StackNarrator:
    """Tells on stderr what the stack does; use as a context manager, so that its bar is put away."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        columns = (TextColumn("fetching Kafka (once)"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        self._progress = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._bar: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        """A line for people."""
        self._console.print(text, markup=False, soft_wrap=True)

    def fetching(self, done: int, expected: int) -> None:
        """Moves the bar; without a terminal one line says that it takes a while."""
        if self._bar is None:
            if not self._console.is_terminal:
                self.say(f"fetching Kafka, about {expected // 1024**2} MB, once for all checkouts")
            self._progress.start()
            self._bar = self._progress.add_task("", total=expected)
        self._progress.update(self._bar, completed=done, total=expected)
        if done == expected:
            self._progress.stop()

    def starting(self, name: str) -> None:
        self.say(f"starting {name}")

    def ready(self, name: str, address: str) -> None:
        self.say(f"{name} is up at {address}")

    def already_up(self, name: str, address: str) -> None:
        self.say(f"{name} was already up at {address}")

    def key_made(self, key: str, path: Path) -> None:
        self.say(f"development key (shown once, kept in {path}): {key}")
