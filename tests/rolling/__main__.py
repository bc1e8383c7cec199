"""A rollout by hand, one process after the other, with figures: `python -m tests.rolling --help`."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.local_stack import own_stack
from tests.oracle.collectors_http import LiveStream
from tests.rolling.fleet import SERVICES, Fleet, running_fleet
from tests.rolling.judging import (
    figures,
    not_exactly_once,
    reading,
    settled,
    unlike_the_store,
    working,
)
from tests.rolling.newsroom import Newsroom
from tests.rolling.older import OLDER, unpacked

SOURCE = "harbour-by-hand"
FEED = f"source/{SOURCE}"
SOURCES = f'[{SOURCE}]\nclass = "wire"\n'


def main() -> int:
    """0 when nobody noticed the rollout."""
    asked = _arguments().parse_args()
    with own_stack() as stack, tempfile.TemporaryDirectory() as folder:
        settings = {
            "SHUTDOWN_DELAY_S": str(asked.delay),
            "ENRICH_LANGUAGE_WORK": "on" if asked.language_work else "off",
        }
        return asyncio.run(
            _roll_out(asked, running_fleet(Path(folder), stack.addresses(), sources=SOURCES, **settings))
        )


async def _roll_out(asked: argparse.Namespace, starting: AbstractAsyncContextManager[Fleet]) -> int:
    async with starting as fleet:
        names = [f"{service}-{number}" for service in SERVICES for number in range(1, asked.processes + 1)]
        for name in names:
            fleet.start(name)
        await fleet.ready(names)
        newsroom = Newsroom(fleet.system, SOURCE, desks=asked.desks, pause_s=asked.pause, patient=asked.older)
        async with reading(fleet.system, FEED, readers=asked.readers) as readers:
            async with working(newsroom):
                await _one_after_the_other(fleet, names, Path(fleet.system.log_folder), asked)
            return await _verdict(newsroom, readers)


async def _one_after_the_other(
    fleet: Fleet, names: Sequence[str], folder: Path, asked: argparse.Namespace
) -> None:
    older = unpacked(folder.parent / "older") if asked.older else None
    for tree in (older, None) if asked.older else (None,):
        for name in reversed(names) if tree else names:
            began = time.monotonic()
            await fleet.restart(name, tree)
            version = f" as {OLDER}" if tree else ""
            print(f"{name} is back{version} after {time.monotonic() - began:.1f} s", flush=True)
            await asyncio.sleep(asked.between)


async def _verdict(newsroom: Newsroom, readers: Sequence[LiveStream]) -> int:
    documents = await settled(newsroom, readers)
    print(figures(newsroom, readers))
    found = [
        *(f"not accepted: {answer.said}" for answer in newsroom.refused() if not newsroom.patient),
        *newsroom.at_odds,
        *(
            f"{key}: version {at}, changes {n}"
            for key, (at, n) in not_exactly_once(newsroom, documents).items()
        ),
        *await unlike_the_store(FEED, newsroom, readers),
        *(f"a reader was reset {reader.resets} times" for reader in readers if reader.resets),
    ]
    print("\n".join(found[:20]) or f"{len(documents)} articles, each change once, no reader with a gap")
    return 1 if found else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.rolling", description=__doc__)
    parser.add_argument("--processes", type=int, default=2, help="of each service")
    parser.add_argument("--desks", type=int, default=8, help="that hand articles in at a time")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between the articles of a desk")
    parser.add_argument("--readers", type=int, default=20, help="live readers")
    parser.add_argument("--delay", type=float, default=5, help="SHUTDOWN_DELAY_S of every process")
    parser.add_argument("--between", type=float, default=2, help="seconds between two restarts")
    parser.add_argument("--language-work", action="store_true", help="enrich analyses the articles")
    parser.add_argument("--older", action="store_true", help=f"roll back to {OLDER} and forward again")
    return parser


if __name__ == "__main__":
    sys.exit(main())
