"""`newsloom schemas`: the event contract, what of it is released, and what would break it."""

import json
import sys
from typing import Annotated, Any

import typer

from newsloom.commands.console import print_json, print_table
from newsloom.contract.released import shipped
from newsloom.contract.versions import EventVersion, asked, known_events, newest, topics_of
from newsloom.errors import CommandError, Exit

schemas = typer.Typer(
    help="Show the event contract, freeze it, and find what would break it.", no_args_is_help=True
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@schemas.command("list")
def list_(json_: Json = False) -> None:
    """List the events of the contract with their versions and topics.

    Exit codes: 0 listed, 2 wrong usage.
    """
    rows = [_row(version) for version in known_events()]
    if json_:
        print_json(rows)
        return
    print_table(
        ("event", "type", "topics", "state"),
        [
            (f"{row['name']}@v{row['version']}", row["type"], ", ".join(row["topics"]), _state(row))
            for row in rows
        ],
    )


@schemas.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME[@vN]", help="An event, such as article.submitted@v1.")],
    json_: Json = False,
) -> None:
    """Show the JSON Schema of an event and an example of a whole record; without a version, of the newest.

    Exit codes: 0 shown, 1 there is no such event, 2 wrong usage.
    """
    events = known_events()
    version = asked(name, events)
    if version is None:
        raise CommandError(
            f"no event {name}", fix="see `newsloom schemas list`; NAME or NAME@vN", code=Exit.REFUSED
        )
    released = shipped()
    shown = {
        **_row(version),
        "schema": released.schema(version) or events[version].model_json_schema(mode="serialization"),
        "examples": list(released.examples(version).values()),
    }
    if json_:
        print_json(shown)
        return
    _print_shown(shown)


def _print_shown(shown: dict[str, Any]) -> None:
    lines = [f"{shown['type']} ({_state(shown)})", f"topics: {', '.join(shown['topics'])}", "schema:"]
    lines.append(json.dumps(shown["schema"], ensure_ascii=False, indent=2))
    for example in shown["examples"][:1]:
        lines += ["example:", json.dumps(example, ensure_ascii=False, indent=2)]
    sys.stdout.write("\n".join(lines) + "\n")


def _row(version: EventVersion) -> dict[str, Any]:
    events = known_events()
    return {
        "name": version.name,
        "version": version.version,
        "type": version.event_type,
        "model": events[version].__name__,
        "newest": newest(events)[version.name] == version,
        "released": shipped().schema(version) is not None,
        "topics": list(topics_of(version.name)),
    }


def _state(row: dict[str, Any]) -> str:
    age = "newest" if row["newest"] else "older, upcast when read"
    return age if row["released"] else f"{age}, not released yet"
