"""The worker process: does one piece of work after another until its pipe closes.

What strangers send is read and cleaned here, because a parser may meet a text that it needs minutes or all
memory for. The kernel stops such a worker, and nothing but that one text suffers.
"""

import gc
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Final

from ingest.refusal import Refused
from ingest.workers.frames import LENGTH, Broken, Done, pack

NICENESS: Final = 5  # the event loop, and with it every small article, goes first
ADDRESS_SPACE: Final = 768 * 1024**2  # bytes; the largest honest page needs a third of that


def main() -> None:
    """Run as `python -m ingest.workers.process BUDGET MODULE ...`, by the service only.

    BUDGET is in processor seconds for one piece; the modules are loaded beforehand.
    """
    budget, modules = float(sys.argv[1]), sys.argv[2:]
    replies = _private_stdout()
    # The service decides when its workers end; a Ctrl-C in the terminal reaches them too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    with suppress(OSError):  # should memory run out all the same, the kernel takes a worker, not the service
        Path("/proc/self/oom_score_adj").write_text("500")
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for module in modules:
        import_module(module)
    gc.collect()
    gc.freeze()
    while (request := _read(sys.stdin.buffer)) is not None:
        # Processor time, so that a busy machine makes no text too complex; the signal needs no handler
        # and therefore ends even code that never comes back to the interpreter.
        signal.setitimer(signal.ITIMER_PROF, budget)
        reply = pack(answer(*request))
        signal.setitimer(signal.ITIMER_PROF, 0)
        _write(replies, reply)


def answer(work: Callable[[Any], Any], matter: Any) -> Done | Broken | Refused:
    """What becomes of one piece of work; a failure is an answer too."""
    try:
        return Done(value=work(matter))
    except Refused as refused:
        return refused
    except MemoryError:
        return Refused("too-complex", "simplify the document: reading it takes too much memory")
    except Exception as error:  # noqa: BLE001 - one bad text must not end the process
        traceback.print_tb(error.__traceback__)  # the place only: the message may hold the text
        return Broken(error=type(error).__name__)


def _private_stdout() -> BinaryIO:
    """The pipe to the service; whatever a library prints goes to stderr instead of into it."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def _read(stream: BinaryIO) -> Any | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return pickle.loads(stream.read(LENGTH.unpack(head)[0]))  # noqa: S301 - the service started this process


def _write(replies: BinaryIO, frame: bytes) -> None:
    try:
        replies.write(frame)
        replies.flush()
    except BrokenPipeError:
        sys.exit(0)


if __name__ == "__main__":
    main()
