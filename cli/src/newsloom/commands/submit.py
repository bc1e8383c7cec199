"""`newsloom submit`: hand in a file, a folder, or what comes on stdin."""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsloom.commands.chatter import Chatter
from newsloom.commands.console import print_json
from newsloom.deliveries import (
    SUFFIXES,
    Batch,
    Delivery,
    Format,
    batch_file,
    batch_stdin,
    files_in,
    from_file,
    from_stdin,
    holds_many,
)
from newsloom.endpoints import FeedsUrl, IngestUrl, Key, endpoint, here, read_key
from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:
    from newsloom.batch_submitting import Voice
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
    """Submit an article, or a file of many. Prints the address of each article.

    Forms: JSON, the text of a copied page, a saved HTML page, Markdown, ninjs, a feed (RSS, RDF, Atom, with
    --format feed JSON Feed); NDJSON and CSV hold many and are sent as a stream: they may have any size.

    Exit codes: 0 accepted (with --wait: published, superseded by a newer revision, or under embargo),
    1 refused, killed, in conflict or dead-lettered, 2 wrong usage, 3 not running, 4 not visible in time.
    """
    from newsloom.submitting import worst  # with the HTTP client it costs every command a tenth of a second

    deliveries = list(_deliveries(path, source, form, external_id, revision))
    home = here()
    ingest = endpoint("ingest", ingest_url, home)
    feeds = endpoint("feeds", feeds_url, home) if wait else None
    secret = read_key(key, home)
    outcomes = asyncio.run(_submit_all(deliveries, ingest, feeds, secret, timeout, quiet=json_))
    if json_:
        print_json([o.as_dict() for o in outcomes] if Path(path).is_dir() else outcomes[0].as_dict())
    else:
        for outcome in outcomes:
            if outcome.receipt:
                sys.stdout.write(f"{outcome.receipt.url}\n")
    raise typer.Exit(worst(outcomes))


def _deliveries(
    path: str, source: str, form: Format, external_id: str | None, revision: int | None
) -> Iterator[Delivery | Batch]:
    options = {"source": source, "asked": form, "external_id": external_id, "revision": revision}
    if Path(path).is_file() and holds_many(path, form) and external_id is None and revision is None:
        yield batch_file(Path(path), source=source, asked=form)
    elif path == "-" and holds_many(path, form) and external_id is None and revision is None:
        yield batch_stdin(sys.stdin.buffer, source=source, asked=form)
    elif path == "-":
        yield from_stdin(sys.stdin.buffer.read(), **options)  # type: ignore[arg-type]
    elif Path(path).is_dir():
        yield from _folder(Path(path), source, form, external_id, revision)
    else:
        yield from_file(Path(path), **options)  # type: ignore[arg-type]


def _folder(
    folder: Path, source: str, form: Format, external_id: str | None, revision: int | None
) -> Iterable[Delivery | Batch]:
    if external_id is not None or revision is not None:
        raise CommandError(
            "--external-id and --revision name one article, not a folder",
            fix="leave them out, or submit one file",
            code=Exit.USAGE,
        )
    found = [
        batch_file(path, source=source, asked=form)
        if holds_many(path.name, form)
        else from_file(path, source=source, asked=form)
        for path in files_in(folder, form)
    ]
    if not found:
        raise CommandError(
            f"{folder} holds no file with one of the endings {' '.join(SUFFIXES)}",
            fix="name another folder, or a --format",
            code=Exit.USAGE,
        )
    return found


async def _submit_all(
    deliveries: list[Delivery | Batch],
    ingest: str,
    feeds: str | None,
    key: str,
    timeout_s: float,
    *,
    quiet: bool,
) -> "list[Outcome]":
    from newsloom.batch_submitting import submit_batch
    from newsloom.client import connected
    from newsloom.submitting import Patience, submit

    patience = Patience(seconds=timeout_s) if feeds else None
    outcomes: list[Outcome] = []
    with Chatter(total=len(deliveries)) as chatter:
        async with connected(ingest=ingest, feeds=feeds, key=key) as client:
            for delivery in deliveries:
                if isinstance(delivery, Batch):
                    voice = _voice(chatter, delivery, quiet=quiet)
                    outcome: Outcome = await submit_batch(client, delivery, patience, voice)
                else:
                    outcome = await submit(client, delivery, patience)
                chatter.done(f"{outcome.label}: {outcome.detail} ({outcome.milliseconds:.0f} ms)")
                outcomes.append(outcome)
    return outcomes


def _voice(chatter: Chatter, batch: Batch, *, quiet: bool) -> "Voice":
    """Addresses go to stdout as they come, unless JSON is asked for."""
    from newsloom.batch_submitting import Voice

    def address(url: str) -> None:
        if not quiet:
            sys.stdout.write(f"{url}\n")

    with batch.open() as file:
        size = file.seek(0, 2)
    return Voice(say=chatter.say, address=address, sent=chatter.reading(batch.label, size))
