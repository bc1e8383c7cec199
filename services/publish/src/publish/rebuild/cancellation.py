"""A wish to stop that got lost on its way is heeded all the same."""

import asyncio


def heed_cancellation() -> None:
    """Raise CancelledError when this task has been asked to end and goes on.

    `asyncio.wait_for` loses the request when what it waits for ends in the same moment (mended in Python
    3.12), and MongoDB's driver sends through it. A loop that may take minutes asks here after each round.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
