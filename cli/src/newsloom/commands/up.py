"""`newsloom up`: start the local stack, and stay with it unless told to leave it running."""

import os
import signal
import time
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from newsloom.commands.console import StackNarrator, print_json
from newsloom.stack import USUAL, LocalStack, StackError, find_home


def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Return when all is up; leave it running.")
    ] = False,
    only: Annotated[
        str | None, typer.Option(help="Start only these, separated by commas, for example kafka,mongo.")
    ] = None,
    with_: Annotated[
        list[str] | None,
        typer.Option(
            "--with", help="Start this too: canary, which proves the way to the reader all the time."
        ),
    ] = None,
    port: Annotated[
        list[str] | None, typer.Option(help="Insist on a port, for example kafka=9092. May be repeated.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the addresses as JSON.")] = False,
) -> None:
    """Start Kafka, MongoDB and the four services on this machine.

    What runs already stays as it is. Without --detach the command stays until Ctrl-C and then stops what it
    started. A usual port that is taken is replaced by a free one; `.newsloom/stack.json` has the addresses.

    Exit codes: 0 up (or was up), 4 platform not supported, 5 no network, 6 port taken, 7 disk full,
    8 no Java, 9 a component did not become healthy, 10 another newsloom is at work here.
    """
    signal.signal(signal.SIGTERM, _as_interrupt)
    signal.signal(signal.SIGHUP, _as_interrupt)
    stack = LocalStack(find_home(os.environ, Path.cwd()).root, fixed_ports=parse_ports(port or []))
    with StackNarrator() as narrator:
        addresses = stack.up(wanted(only, with_ or []), narrator)
        if json_:
            print_json(addresses.as_dict())
        if not stack.started:
            narrator.say("everything was up already; `newsloom down` stops it")
        elif detach:
            narrator.say("the stack is up; `newsloom down` stops it")
        else:
            _stay(stack, narrator)


def wanted(only: str | None, with_: list[str]) -> list[str] | None:
    """The components to start; None for the usual ones."""
    if only is None and not with_:
        return None
    return [
        *(USUAL if only is None else only.split(",")),
        *(name for each in with_ for name in each.split(",")),
    ]


def _as_interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _stay(stack: LocalStack, narrator: StackNarrator) -> None:
    """Wait for Ctrl-C (or SIGTERM, or a closed terminal), then stop what this command started."""
    narrator.say("the stack is up; Ctrl-C stops it")
    try:
        _watch(stack, narrator)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # an impatient second Ctrl-C must not leave half of it
        narrator.say("stopping")
        stack.down(only=stack.started)


def _watch(stack: LocalStack, narrator: StackNarrator) -> None:
    """Say it once when a component dies; the others go on."""
    told: set[str] = set()
    while set(stack.running()) & set(stack.started):
        for name in set(stack.started) - set(stack.running()) - told:
            narrator.say(f"{name} has stopped; its log is {stack.home.log_file(name)}")
            told.add(name)
        time.sleep(0.5)
    narrator.say("nothing of the stack runs any more")


def parse_ports(wishes: list[str]) -> dict[str, int]:
    """`["kafka=9092"]` as `{"kafka": 9092}`. StackError when a wish has another form."""
    ports: dict[str, int] = {}
    for wish in wishes:
        name, _, number = wish.partition("=")
        if not number.isdecimal() or not 0 < int(number) < 65536:
            raise StackError(f"`--port {wish}` names no port", fix="write it like `--port kafka=9092`")
        ports[name] = int(number)
    return ports
