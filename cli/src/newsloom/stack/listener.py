"""What the stack tells while it works. The command line draws it; tests and the demo may listen too."""

from pathlib import Path
from typing import Protocol


class Listener(Protocol):
    """Called in the order in which things happen, from the thread that called the stack."""

    def fetching(self, done: int, expected: int) -> None:
        """Bytes of Kafka's jars that have arrived, and about how many there will be."""

    def starting(self, name: str) -> None:
        """A component's process is being started."""

    def ready(self, name: str, address: str) -> None:
        """A component that was started answers at this address."""

    def already_up(self, name: str, address: str) -> None:
        """A component was running and healthy before."""

    def key_made(self, key: str, path: Path) -> None:
        """A development key was made; this is the only time that it is told."""


class Quiet:
    """Listens and says nothing."""

    def fetching(self, done: int, expected: int) -> None:
        return

    def starting(self, name: str) -> None:
        return

    def ready(self, name: str, address: str) -> None:
        return

    def already_up(self, name: str, address: str) -> None:
        return

    def key_made(self, key: str, path: Path) -> None:
        return
