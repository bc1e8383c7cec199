"""`newsloom submit`: hand in a file, a folder, or what comes on stdin."""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsloom.commands.chatter import Chatter
from newsloom.commands.console import print_json
from newsloom.deliveries import Delivery, Format, files_in, from_file, from_stdin
from newsloom.endpoints import FeedsUrl, IngestUrl, Key, endpoint, here, read_key
from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:
    from newsloom.submitting import Outcome


def submit(
    path: Annotated[str, typer.Argument(help="A file, a folder, or - for stdin.")],
    source: Annotated[str, typer.Option(help="Whose article it is.")],
    form: Annotated[
        Format, typer.Option("--format", help="auto goes by the file's ending, then by its content.")
    ] = "auto",
    external_id: Annotated[
        str | None, typer.Option(help="Your id of a page. Default: the file's name without its ending.")
    ] = None,
    revision: Annotated[
        int | None,
        typer.Option(min=1, help="Revision of a page. Default: time of the file's last change; 1 for stdin."),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until readers can see it.")] = False,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds to wait for each article.")] = 30.0,
    key: Key = None,
    ingest_url: IngestUrl = None,
    feeds_url: FeedsUrl = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Print the outcome as JSON, for a folder a list.")
    ] = False,
) -> None:
    """Submit an article as JSON, or the text of a copied news page. Prints the article's address.

    Exit codes: 0 accepted (with --wait: published, superseded by a newer revision, or under embargo),
    1 refused, killed, in conflict or dead-lettered, 2 wrong usage, 3 not running, 4 not visible in time.
    """
    from newsloom.submitting import worst  # with the HTTP client it costs every command a tenth of a second

    deliveries = list(_deliveries(path, source, form, external_id, revision))
    home = here()
    ingest = endpoint("ingest", ingest_url, home)
    feeds = endpoint("feeds", feeds_url, home) if wait else None
    secret = read_key(key, home)
    outcomes = asyncio.run(_submit_all(deliveries, ingest, feeds, secret, timeout))
    if json_:
        print_json([o.as_dict() for o in outcomes] if Path(path).is_dir() else outcomes[0].as_dict())
    else:
        for outcome in outcomes:
            if outcome.receipt:
                sys.stdout.write(f"{outcome.receipt.url}\n")
    raise typer.Exit(worst(outcomes))


def _deliveries(
    path: str, source: str, form: Format, external_id: str | None, revision: int | None
) -> Iterator[Delivery]:
    options = {"source": source, "asked": form, "external_id": external_id, "revision": revision}
    if path == "-":
        yield from_stdin(sys.stdin.buffer.read(), **options)  # type: ignore[arg-type]
    elif Path(path).is_dir():
        yield from _folder(Path(path), source, form, external_id, revision)
    else:
        yield from_file(Path(path), **options)  # type: ignore[arg-type]


def _folder(
    folder: Path, source: str, form: Format, external_id: str | None, revision: int | None
) -> Iterable[Delivery]:
    if external_id is not None or revision is not None:
        raise CommandError(
            "--external-id and --revision name one article, not a folder",
            fix="leave them out, or submit one file",
            code=Exit.USAGE,
        )
    found = [from_file(path, source=source, asked=form) for path in files_in(folder, form)]
    if not found:
        raise CommandError(
            f"{folder} holds no .json or .txt file", fix="name another folder, or a --format", code=Exit.USAGE
        )
    return found


async def _submit_all(
    deliveries: list[Delivery], ingest: str, feeds: str | None, key: str, timeout_s: float
) -> "list[Outcome]":
    from newsloom.client import connected
    from newsloom.submitting import Patience, submit

    patience = Patience(seconds=timeout_s) if feeds else None
    outcomes = []
    with Chatter(total=len(deliveries)) as chatter:
        async with connected(ingest=ingest, feeds=feeds, key=key) as client:
            for delivery in deliveries:
                outcome = await submit(client, delivery, patience)
                chatter.done(f"{outcome.label}: {outcome.detail} ({outcome.milliseconds:.0f} ms)")
                outcomes.append(outcome)
    return outcomes
