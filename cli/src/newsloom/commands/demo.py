"""`newsloom demo`: the samples through the whole system, before your eyes."""

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from newsloom.checkout import find_in_checkout
from newsloom.commands.console import StackNarrator, print_json
from newsloom.endpoints import here, read_key
from newsloom.stack import Addresses, LocalStack


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End by itself; stop what this command started.")
    ] = False,
    json_: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; the flow goes to stderr.")
    ] = False,
    samples: Annotated[Path | None, typer.Option(help="A folder like samples/ of the checkout.")] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one article may take.")] = 30.0,
) -> None:
    """Start the stack if need be, submit all samples, and show how they become published articles.

    Without --once the stack stays up until Ctrl-C, so that you can look around. Only what this command
    started is stopped again. A second run on the same data repeats everything, which changes nothing.

    Exit codes: 0 every sample is published, 1 at least one is not, 2 no samples; others as of `newsloom up`.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _as_interrupt)
    folder = samples or find_in_checkout("samples", mark="stories.json", start=Path.cwd())
    console = Console(stderr=json_, highlight=False)
    stack = LocalStack(here().root)
    with _stopped_at_the_end(stack):
        began = time.monotonic()
        with StackNarrator() as narrator:
            addresses = stack.up(None, narrator)
        summary = _run(folder, addresses, timeout, console, time.monotonic() - began)
        summary["started"] = list(stack.started)
        stays = not once or not stack.started
        _report(console, summary, stays=stays, json_=json_)
        if not once and stack.started:
            _stay(console)
    raise typer.Exit(0 if summary["ok"] else 1)


def _run(
    folder: Path, addresses: Addresses, timeout: float, console: Console, stack_s: float
) -> dict[str, Any]:
    from newsloom.demo.samples import read_stories  # with the Kafka client, needed only here
    from newsloom.demo.show import Screen
    from newsloom.demo.summary import places, summarise
    from newsloom.demo.watching import run_demo

    stories = read_stories(folder)
    began = time.monotonic()
    with Screen(console, total=sum(len(story) for story in stories)) as screen:
        passages, proof = asyncio.run(
            run_demo(stories, addresses, read_key(None, here()), patience_s=timeout, tell=screen.tell)
        )
    summary = summarise(passages, proof)
    summary["seconds"] = {"stack": round(stack_s, 2), "flow": round(time.monotonic() - began, 2)}
    summary["addresses"] = addresses.as_dict()
    summary["urls"] = places(addresses, proof)
    return summary


def _report(console: Console, summary: dict[str, Any], *, stays: bool, json_: bool) -> None:
    from newsloom.demo.show import print_places, print_summary

    print_summary(console, summary)
    if stays:
        print_places(console, summary["urls"])
    else:
        console.print("\nstopping the stack; `newsloom demo` without --once keeps it up to look at")
    if json_:
        print_json(summary)


def _stay(console: Console) -> None:
    console.print("\nthe stack is up; Ctrl-C stops it")
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    console.print("stopping")


@contextlib.contextmanager
def _stopped_at_the_end(stack: LocalStack) -> Iterator[None]:
    """Whatever happens, what this command started does not outlive it, and nothing else is touched."""
    try:
        yield
    finally:
        # An impatient second Ctrl-C must not leave half of it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if stack.started:
            stack.down(only=stack.started)


def _as_interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
