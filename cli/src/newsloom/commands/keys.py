"""`newsloom keys`: who may deliver for which source."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsloom.commands.console import print_json, print_table
from newsloom.dead_letters import moment
from newsloom.endpoints import here
from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:
    from newsloom_runtime.keys_file import KeyEntry

HEADINGS = ("prefix", "name", "sources", "scopes", "state", "created", "expires")

keys = typer.Typer(
    help="Make, list or revoke the keys that tools show to ingest. A running ingest takes changes at once.",
    no_args_is_help=True,
)
File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        envvar="INGEST_KEYS_FILE",
        help="The file of keys that ingest reads. Default: the local stack's.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@keys.command()
def create(
    name: Annotated[
        str, typer.Option(help="Who uses the key, such as cms. Two keys of a name may be active.")
    ],
    source: Annotated[
        list[str],
        typer.Option(help="A source it speaks for; * for all. May be repeated.", show_default=False),
    ],
    scope: Annotated[
        list[str] | None,
        typer.Option(help="submit, kill or tags; or canary alone. May be repeated. Default: submit."),
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="When it ends: 90d or 12h from now, or a date such as 2027-01-31.")
    ] = None,
    file: File = None,
    json_: Json = False,
) -> None:
    """Make a key. It is printed once, on stdout; only its hash is kept.

    To exchange a key: create a second one of the same name, give it to the tool, revoke the first.

    Exit codes: 0 made, 1 the name has two active keys, 2 wrong usage.
    """
    from pydantic import ValidationError

    from newsloom_runtime import keys_file

    now, path = datetime.now(UTC), _path(file)
    wanted = _scopes(scope or ["submit"])
    _check_reserved(source, wanted)
    try:
        made = keys_file.create_key(
            path, name=name, sources=source, scopes=wanted, now=now, expires_at=_end(expires, now)
        )
    except ValidationError as error:
        raise _wrong(error) from None
    except keys_file.KeysUnusable as error:
        raise CommandError(str(error), fix=f"the keys are in {path}") from None
    if json_:
        print_json({"key": made.key, **as_json(made.entry, now)})
        return
    sys.stdout.write(made.key + "\n")
    _say(f"the key is shown this once; {path} keeps its hash under the prefix {made.entry.prefix}")


@keys.command("list")
def list_(file: File = None, json_: Json = False) -> None:
    """List the keys: who has them, what they may, and whether they are active.

    Exit codes: 0 listed, 1 the file cannot be read.
    """
    now = datetime.now(UTC)
    entries = _read(_path(file))
    if json_:
        print_json([as_json(entry, now) for entry in entries])
    else:
        print_table(HEADINGS, (_row(entry, now) for entry in entries))


@keys.command()
def revoke(
    prefix: Annotated[str, typer.Argument(help="The prefix of the key, as `newsloom keys list` shows it.")],
    file: File = None,
    json_: Json = False,
) -> None:
    """Take a key back for ever. Requests with it are answered 401 from now on.

    Exit codes: 0 revoked (now or before), 1 there is no such key.
    """
    from newsloom_runtime.keys_file import KeysUnusable, revoke_key

    now, path = datetime.now(UTC), _path(file)
    try:
        entry = revoke_key(path, prefix, now=now)
    except KeysUnusable as error:
        raise CommandError(str(error), fix=f"the keys are in {path}") from None
    if json_:
        print_json(as_json(entry, now))
    else:
        _say(f"{entry.shown_prefix} of {entry.name} is revoked")


def as_json(entry: "KeyEntry", now: datetime) -> dict[str, Any]:
    """A key as the commands show it: nothing from which it could be made again."""
    shown = entry.model_dump(
        mode="json", exclude_none=True, exclude={"key", "key_sha256", "prefix", "scopes", "sources"}
    )
    return {
        "prefix": entry.shown_prefix,
        "state": entry.state(now),
        "sources": list(entry.sources),
        "scopes": sorted(entry.scopes),
        **shown,
    }


def _row(entry: "KeyEntry", now: datetime) -> tuple[str, ...]:
    return (
        entry.shown_prefix,
        entry.name,
        " ".join(entry.sources),
        " ".join(sorted(entry.scopes)),
        entry.state(now),
        _day(entry.created_at),
        _day(entry.expires_at),
    )


def _day(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if value else "-"


def _path(chosen: Path | None) -> Path:
    return chosen or here().keys_file


def _read(path: Path) -> "tuple[KeyEntry, ...]":
    from newsloom_runtime.keys_file import KeysUnusable, read_keys

    try:
        return read_keys(path)
    except KeysUnusable as error:
        raise CommandError(str(error), fix="make a key with `newsloom keys create`") from None


def _scopes(wanted: list[str]) -> Any:
    from newsloom_runtime.keys_file import EVERY_SCOPE

    for each in wanted:
        if each not in EVERY_SCOPE:
            raise CommandError("no such scope", fix=f"choose among {', '.join(EVERY_SCOPE)}", code=Exit.USAGE)
    return wanted


def _check_reserved(sources: list[str], scopes: list[str]) -> None:
    """A key of the reserved source without its scope could be made, and would open nothing."""
    from newsloom_runtime.keys_file import CANARY_SCOPE
    from newsloom_schemas.identity import CANARY_SOURCE

    if CANARY_SOURCE in sources and CANARY_SCOPE not in scopes:
        raise CommandError(
            f"the source {CANARY_SOURCE} is newsloom's own, and only the scope {CANARY_SCOPE} opens it",
            fix="give the source another name; for the prober's key write --scope canary",
            code=Exit.USAGE,
        )


def _end(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    try:
        end = moment(text, now)
        if end < now and text[:-1].isdigit():  # 90d is ninety days ago where lists of what happened ask
            end = now + (now - end)
    except (CommandError, OverflowError):
        raise _no_end() from None
    if end <= now:
        raise _no_end()
    return end.replace(microsecond=0)


def _no_end() -> CommandError:
    return CommandError(
        "that is no time to come",
        fix="write --expires 90d, 12h or a date such as 2027-01-31",
        code=Exit.USAGE,
    )


def _wrong(error: Any) -> CommandError:
    first = error.errors(include_input=False)[0]
    if not first["loc"]:  # what is wrong is how the options go together
        return CommandError(
            first["msg"].removeprefix("Value error, "),
            fix="write --source canary --scope canary for the prober's key, and no other source or scope",
            code=Exit.USAGE,
        )
    return CommandError(
        f"--{str(first['loc'][0]).removesuffix('s')}: {first['msg']}",
        fix="a source has lower-case letters, digits and hyphens, at most 63; a name at most 100 characters",
        code=Exit.USAGE,
    )


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
