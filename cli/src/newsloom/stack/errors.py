"""The one exception of the local stack: what went wrong, what mends it, and the exit code."""

from enum import IntEnum

SHOWN_LINES = 15


class ExitCode(IntEnum):
    """Exit codes of the commands that drive the stack. 2 stays with wrong usage."""

    OK = 0
    FAILED = 1
    NOT_RUNNING = 3
    UNSUPPORTED_PLATFORM = 4
    NO_NETWORK = 5
    PORT_TAKEN = 6
    DISK_FULL = 7
    NO_JAVA = 8
    UNHEALTHY = 9
    BUSY = 10


class StackError(Exception):
    """The stack cannot do what was asked.

    `what` is the fact, `fix` the action that mends it; `code` becomes the exit code of the command.
    """

    def __init__(self, what: str, *, fix: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(f"{what}\nfix: {fix}")
        self.what = what
        self.fix = fix
        self.code = code


def explain_failed_start(name: str, log_tail: str) -> StackError:
    """Turn the end of a log of a component that did not start into an error that names the fix.

    The cause may stand well above the last lines: mongod says much more while it shuts down.
    """
    last = "\n".join(log_tail.splitlines()[-SHOWN_LINES:])
    shown = f"{name} did not start. Its last log lines:\n{last or '(the log is empty)'}"
    lowered = log_tail.lower()
    if "no space left on device" in lowered or "errno 28" in lowered:
        return StackError(shown, fix="free some disk space, then run it again", code=ExitCode.DISK_FULL)
    if "address already in use" in lowered:
        return StackError(
            shown,
            fix="another program took the port meanwhile: run the command again to get a free one",
            code=ExitCode.PORT_TAKEN,
        )
    if "error while loading shared libraries" in lowered:
        return StackError(
            shown,
            fix=f"install {name} with your system's packages, or use `docker compose up` instead",
            code=ExitCode.UNSUPPORTED_PLATFORM,
        )
    return StackError(
        shown, fix="read the log named by `newsloom status`, then `newsloom doctor`", code=ExitCode.UNHEALTHY
    )
