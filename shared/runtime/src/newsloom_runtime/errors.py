"""The two kinds of failure that adapters report and the consuming harness tells apart."""


class TransientError(Exception):
    """A dependency is away for now; the same work will succeed later. The harness backs off and repeats."""


class PermanentError(Exception):
    """The work can never succeed as it is. `reason` is a stable code; the message never holds the payload."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
