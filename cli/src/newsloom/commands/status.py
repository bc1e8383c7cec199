"""`newsloom status`: what runs, where, and how it feels."""

import asyncio
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from newsloom.commands.console import print_json, print_table
from newsloom.stack import ComponentStatus, ExitCode, LocalStack, find_home


def status(json_: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False) -> None:
    """Show each component: state, pid, address, log file; and how much waits on each lane of enrich.

    States: up, unhealthy (runs but does not answer as it should), down (should run), off (not asked for).
    Exit codes: 0 when everything that the last `up` asked for is up, 3 when something is not or nothing runs.
    """
    found = LocalStack(find_home(os.environ, Path.cwd()).root).status()
    lanes = _lanes(found)
    if json_:
        print_json([_facts(component, lanes) for component in found])
    else:
        print_table(("component", "state", "pid", "address", "log"), map(_row, found))
        if lanes:
            print_table(("lane", "waiting"), [(name, str(count)) for name, count in lanes.items()])
    raise typer.Exit(exit_code(found))


def _lanes(found: list[ComponentStatus]) -> dict[str, int]:
    """How much waits on each lane, when Kafka is there to tell."""
    kafka = next((each.address for each in found if each.name == "kafka" and each.state == "up"), None)
    if kafka is None:
        return {}
    from newsloom.lanes import waiting  # with the Kafka client, needed only here

    return asyncio.run(waiting(kafka))


def _facts(component: ComponentStatus, lanes: dict[str, int]) -> dict[str, Any]:
    waiting = {"waiting": lanes} if component.name == "enrich" and lanes else {}
    return {**asdict(component), **waiting}


def _row(component: ComponentStatus) -> tuple[str, ...]:
    pid = str(component.pid or "-")
    return component.name, component.state, pid, component.address or "-", component.log


def exit_code(found: list[ComponentStatus]) -> ExitCode:
    """0 when something runs and nothing that should run is missing."""
    states = {component.state for component in found} - {"off"}
    return ExitCode.OK if states == {"up"} else ExitCode.NOT_RUNNING
