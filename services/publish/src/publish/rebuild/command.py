"""`python -m publish.rebuild`, which `newsloom rebuild` starts: options in, a report and an exit code out."""

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Sequence

import structlog
from pydantic import ValidationError

from newsloom_runtime.errors import TransientError
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED
from newsloom_store import StoreError
from publish.publish import SwapsLost
from publish.rebuild.report import UNAVAILABLE, USAGE, Report
from publish.rebuild.running import Plan, Refused, run
from publish.settings import Settings

SOURCES = (ARTICLES_ENRICHED.name, ARTICLES_PUBLISHED.name)
SAY_EVERY_S = 2.0
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run it: 0 equal or rebuilt, 1 differences, 2 wrong usage, 3 Kafka or MongoDB is away, 4 not settled."""
    options = _options(arguments)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        report = asyncio.run(_until_told_to_stop(_plan(options)))
    except (Refused, ValidationError) as error:
        return _failed(error, USAGE)
    except (TransientError, StoreError, SwapsLost) as error:
        return _failed(error, UNAVAILABLE)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED
    sys.stdout.write("\n".join([report.as_json()] if options.json else report.lines()) + "\n")
    return report.code


async def _until_told_to_stop(plan: Plan) -> Report:
    """Both signals end it in order, so that the database made to compare is dropped."""
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - it runs
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await run(plan, Settings(), progress=Narrator())


def _failed(error: Exception, code: int) -> int:
    sys.stderr.write(f"error: {error}\n")
    return code


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="newsloom rebuild", description=__doc__)
    parser.add_argument("--verify", action="store_true", help="compare with the live store")
    parser.add_argument("--into", metavar="NAME", help="leave the rebuilt documents in this new database")
    parser.add_argument("--from", dest="source", choices=SOURCES, default=SOURCES[0])
    parser.add_argument("--keep", action="store_true", help="do not drop the database made to compare")
    parser.add_argument("--within", type=float, default=120.0, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if not options.verify and not options.into:
        parser.error("say --verify to compare, --into NAME to rebuild, or both")
    if options.source == ARTICLES_PUBLISHED.name and (options.into or options.keep):
        parser.error(f"{ARTICLES_PUBLISHED.name} can only be compared: use --verify")
    return options


def _plan(options: argparse.Namespace) -> Plan:
    return Plan(
        source=options.source,
        verify=options.verify,
        into=options.into,
        keep=options.keep,
        within_s=options.within,
    )


class Narrator:
    """Tells on stderr, now and then, how many records have been read."""

    def __init__(self) -> None:
        self._began = self._said = time.monotonic()

    def __call__(self, read: int, of: int) -> None:
        now = time.monotonic()
        if now - self._said >= SAY_EVERY_S:
            self._said = now
            rate = read / (now - self._began)
            sys.stderr.write(f"read {read:,} of {of:,} records, {rate:,.0f}/s\n")
