"""`newsloom preview`: see what a copied page would become, without handing it in."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from newsloom.commands.console import print_json, print_table
from newsloom.deliveries import Delivery, from_file, from_stdin
from newsloom.endpoints import IngestUrl, Key, endpoint, here, read_key
from newsloom.previewing import teaser_rows, told


def preview(
    path: Annotated[str, typer.Argument(help="A file with the text of a page, or - for stdin.")],
    source: Annotated[str, typer.Option(help="Whose page it is.")],
    captured_at: Annotated[
        str | None,
        typer.Option(help="When it was copied, RFC 3339. Default: the file's last change; now for stdin."),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Whose clock it shows, as in Europe/Kyiv. Default: the source's.")
    ] = None,
    outlet: Annotated[
        str | None, typer.Option(help="How the source calls itself in its texts. Default: as registered.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Used where the text does not decide.")] = None,
    key: Key = None,
    ingest_url: IngestUrl = None,
    json_: Annotated[bool, typer.Option("--json", help="Print all that is known as JSON.")] = False,
) -> None:
    """Show what is understood of a copied page: its parts, its teasers and when they appeared.

    Nothing is published. Exit codes: 0 shown, 1 refused, 2 wrong usage, 3 not running, 4 no answer in time.
    """
    given = {"captured_at": captured_at, "timezone": timezone, "outlet": outlet, "language": language}
    delivery = _delivery(path, source)
    options = {"captured_at": _changed(path), **{name: each for name, each in given.items() if each}}
    home = here()
    page = asyncio.run(_asked(delivery, options, endpoint("ingest", ingest_url, home), read_key(key, home)))
    if json_:
        print_json(page)
        return
    sys.stdout.writelines(f"{line}\n" for line in told(page))
    if page["teasers"]:
        sys.stdout.write("\n")
        print_table(("teaser", "its time", "which was"), teaser_rows(page))


def _delivery(path: str, source: str) -> Delivery:
    if path == "-":
        return from_stdin(sys.stdin.buffer.read(), source=source, asked="page")
    return from_file(Path(path), source=source, asked="page")


def _changed(path: str) -> str:
    changed = datetime.now(UTC) if path == "-" else datetime.fromtimestamp(Path(path).stat().st_mtime, UTC)
    return changed.isoformat(timespec="seconds")


async def _asked(delivery: Delivery, options: dict[str, str], ingest: str, key: str) -> dict[str, Any]:
    from newsloom.client import connected  # costs every command a tenth of a second

    async with connected(ingest=ingest, key=key) as client:
        return await client.preview(delivery, options)
