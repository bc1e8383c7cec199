"""The worker process: loads the models once, then answers one request after another until its pipe closes.

It ends with the service, however that ends: a closed pipe is the end of its input. What it does at that
moment is bounded too, because the kernel stops a worker whose request takes too much processor time.
"""

import argparse
import gc
import os
import resource
import signal
import sys
import traceback
from collections.abc import Set
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO, Final

from enrich.analysis import Analyst
from enrich.budget import PATIENCE, alarm_limit
from enrich.enrichers.installed import Installed, LeftOut, installed
from enrich.frames import Analyse, Broken, IndexKeys, Ready, Running, pack, read
from enrich.linguistics.models import Models

# Beyond the budget by this factor, in processor seconds, even code that never yields is stopped.
LAST_RESORT: Final = 4.0


def main() -> None:
    """Run as `python -m enrich.worker`, by the service only."""
    arguments = _arguments()
    replies = _private_stdout()
    os.nice(arguments.nice)
    # The service decides when its workers end; a Ctrl-C in the terminal reaches them too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    models = Models(tuple(arguments.languages.split(",")), tuple(arguments.aliases), arguments.sections)
    models.load()
    analyst = Analyst(
        models,
        budget=arguments.budget,
        limit=_patient_limit if arguments.nice else alarm_limit,
        find_installed=_none_usable if arguments.without_installed else installed,
        announce=lambda enricher: _reply(replies, Running(enricher=enricher)),
    )
    analyst.warm_up()
    # The models stay for ever: without them every collection is short.
    gc.collect()
    gc.freeze()
    rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    _reply(replies, Ready(rss_mb=rss_mb, left_out=tuple(map(str, analyst.left_out))))
    while (request := read(sys.stdin.buffer)) is not None:
        signal.setitimer(signal.ITIMER_PROF, arguments.budget * LAST_RESORT)
        _reply(replies, answer(analyst, request))
        signal.setitimer(signal.ITIMER_PROF, 0)


def answer(analyst: Analyst, request: Any) -> Any:
    """The reply to one request; a failure is a reply too."""
    try:
        match request:
            case Analyse():
                return analyst.analyse(request.source, request.content, request.off)
            case IndexKeys():
                return analyst.index_keys(request.source, request.content, request.language, request.tags)
    except Exception as error:  # noqa: BLE001 - one bad article must not end the process
        traceback.print_tb(error.__traceback__)  # the place only: the message may hold the article
        return Broken(error=type(error).__name__)
    return Broken(error="UnknownRequest")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="enrich.worker", description="a worker process of enrich")
    parser.add_argument("--budget", type=float, required=True, help="seconds for one article")
    parser.add_argument("--languages", required=True, help="languages to tell apart, comma between")
    parser.add_argument("--aliases", type=Path, action="append", default=[], help="an alias pack of your own")
    parser.add_argument("--sections", type=Path, help="the newsroom's own map of sections to topics")
    parser.add_argument("--nice", type=int, default=0, help="run behind others, as nice(1) has it")
    parser.add_argument("--without-installed", action="store_true", help="use the enrichers of newsloom only")
    return parser.parse_args()


def _patient_limit(seconds: float) -> AbstractContextManager[None]:
    return alarm_limit(seconds * PATIENCE)


def _none_usable(_taken: Set[str]) -> Installed:
    reason = "no worker process starts with the installed enrichers; the log has its output"
    return Installed(left_out=(LeftOut(name="installed", facet=None, reason=reason),))


def _private_stdout() -> BinaryIO:
    """The pipe to the service; whatever a library prints goes to stderr instead of into it."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def _reply(replies: BinaryIO, value: Any) -> None:
    try:
        replies.write(pack(value))
        replies.flush()
    except BrokenPipeError:
        sys.exit(0)


if __name__ == "__main__":
    main()
