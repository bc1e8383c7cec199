"""What a command says when it cannot do what was asked: the fact, the way out, and the exit code."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the commands that talk to a running system. 2 is also typer's for wrong usage."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    NOT_RUNNING = 3
    TIMED_OUT = 4


class CommandError(Exception):
    """The command ends here. `what` is the fact, `fix` the action that mends it."""

    def __init__(self, what: str, *, fix: str, code: int = Exit.REFUSED) -> None:
        super().__init__(f"{what}\nfix: {fix}")
        self.what = what
        self.fix = fix
        self.code = code
