"""`newsloom schemas export`: the contract as a folder for other teams, and into a schema registry."""

from pathlib import Path
from typing import Annotated

import typer

from newsloom.commands.console import StackNarrator, print_json
from newsloom.errors import CommandError, Exit

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def export(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="A new or empty folder, or that of an earlier export."),
    ] = None,
    kafka: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where subscribers find your Kafka.")
    ] = "localhost:9092",
    contact_name: Annotated[str | None, typer.Option(help="Whom subscribers ask.")] = None,
    contact_url: Annotated[str | None, typer.Option(help="Where they find more.")] = None,
    contact_email: Annotated[str | None, typer.Option(help="Where they write to.")] = None,
    registry: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Push the released schemas to a Confluent-compatible registry. Its credential is read from "
            'NEWSLOOM_REGISTRY_AUTH: "user:password" or "Bearer TOKEN".',
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what --registry would push.")] = False,
    json_: Json = False,
) -> None:
    """Write schemas, examples, the AsyncAPI document and the catalogue as a page into a folder.

    What an earlier export wrote there is replaced; nothing else is touched.

    Exit codes: 0 done, 1 the folder holds something that no export put there, or the registry refuses,
    2 wrong usage, 3 the registry cannot be reached.
    """
    if directory is None and registry is None:
        raise CommandError("nowhere to export to", fix="name a folder, or a --registry", code=Exit.USAGE)
    if dry_run and registry is None:
        raise CommandError("--dry-run is for --registry", fix="name the --registry", code=Exit.USAGE)
    contact = {"contact_name": contact_name, "contact_url": contact_url, "contact_email": contact_email}
    if directory is not None:
        _write(directory, kafka, {name: value for name, value in contact.items() if value}, json_)
    if registry is not None:
        from newsloom.commands.schemas_registry import push  # the HTTP client: needed only here

        push(registry, dry_run=dry_run, json_=json_)


def _write(directory: Path, kafka: str, contact: dict[str, str], json_: bool) -> None:
    from newsloom.contract.export import INDEX, export  # the models: needed only here
    from newsloom.contract.pages.source import here

    host, _, port = kafka.rpartition(":")
    if not host or not port.isdecimal():
        raise CommandError(f"--kafka {kafka} is no address", fix="write it like kafka:9092", code=Exit.USAGE)
    written = export(directory, here(host=host, port=port, **contact))
    if json_:
        print_json({"directory": str(directory), "index": INDEX, "files": list(written)})
        return
    with StackNarrator() as narrator:
        narrator.say(f"wrote {len(written)} files; begin with {directory / 'index.html'}")
