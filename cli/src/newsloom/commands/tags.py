"""`newsloom tags`: what an editor says of an article's tags, which outlives corrections and new runs."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

import typer

from newsloom.commands.console import print_json, print_table
from newsloom.endpoints import FeedsUrl, IngestUrl, Key, PublishUrl, endpoint, here, read_key
from newsloom.errors import CommandError
from newsloom.tagging import Word, say

tags = typer.Typer(help="Show an article's tags; pin, add or remove some as an editor.", no_args_is_help=True)
Article = Annotated[str, typer.Argument(help="The article's id; with --source your own external id.")]
Source = Annotated[str | None, typer.Option("--source", help="Whose external id it is.")]
Names = Annotated[list[str], typer.Argument(help="Labels or ids of tags.")]
Editor = Annotated[str | None, typer.Option("--editor", help="Who decides; kept with the edit.")]
Timeout = Annotated[float, typer.Option("--timeout", min=0, help="Seconds to wait until it is stored.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Kind = Literal["person", "place", "organisation", "entity", "subject", "keyphrase"]
Change = Callable[[Word, list[Mapping[str, Any]]], Word]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which article, where the system is, and how to answer."""

    article: str
    source: str | None
    feeds_url: str | None
    publish_url: str | None
    json_: bool
    ingest_url: str | None = None
    key: str | None = None
    editor: str | None = None
    timeout: float = 0.0

    @classmethod
    def of(cls, ctx: typer.Context) -> "Asked":
        """From a command's options, which have the same names."""
        return cls(**{each.name: ctx.params[each.name] for each in fields(cls) if each.name in ctx.params})


@tags.command()
def show(
    ctx: typer.Context,
    article: Article,
    source: Source = None,
    feeds_url: FeedsUrl = None,
    publish_url: PublishUrl = None,
    json_: Json = False,
) -> None:
    """Show the tags of a public article, and what an editor has said of them.

    Exit codes: 0 shown, 1 there is no such article or it is not public, 3 not running, 4 no answer in time.
    """
    _run(ctx, None)


@tags.command()
def pin(
    ctx: typer.Context,
    article: Article,
    names: Names,
    source: Source = None,
    editor: Editor = None,
    timeout: Timeout = 30.0,
    key: Key = None,
    ingest_url: IngestUrl = None,
    feeds_url: FeedsUrl = None,
    publish_url: PublishUrl = None,
    json_: Json = False,
) -> None:
    """Keep tags that the article shows, whatever later revisions and runs find.

    Exit codes: 0 stored, 1 refused, or another editor was faster, 2 no such tag, 3 not running,
    4 not stored in time.
    """
    _run(ctx, lambda word, shown: word.pin(names, shown))


@tags.command()
def add(
    ctx: typer.Context,
    article: Article,
    label: Annotated[str, typer.Argument(help="The tag as readers see it.")],
    kind: Annotated[Kind, typer.Option(help="What it names.")] = "subject",
    id_: Annotated[str | None, typer.Option("--id", help="Its id, such as medtop:20000001.")] = None,
    source: Source = None,
    editor: Editor = None,
    timeout: Timeout = 30.0,
    key: Key = None,
    ingest_url: IngestUrl = None,
    feeds_url: FeedsUrl = None,
    publish_url: PublishUrl = None,
    json_: Json = False,
) -> None:
    """Put a tag on.

    Exit codes: 0 stored, 1 refused, or another editor was faster, 2 wrong usage, 3 not running,
    4 not stored in time.
    """
    tag = {"kind": kind, "label": label, "id": id_}
    _run(ctx, lambda word, _shown: word.add(tag))


@tags.command()
def remove(
    ctx: typer.Context,
    article: Article,
    names: Names,
    source: Source = None,
    editor: Editor = None,
    timeout: Timeout = 30.0,
    key: Key = None,
    ingest_url: IngestUrl = None,
    feeds_url: FeedsUrl = None,
    publish_url: PublishUrl = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Only take back what an editor said of them.")
    ] = False,
    json_: Json = False,
) -> None:
    """Take tags off, those of the machine too; with --forget the machine decides again.

    Exit codes: 0 stored, 1 refused, or another editor was faster, 2 wrong usage, 3 not running,
    4 not stored in time.
    """
    _run(ctx, lambda word, _shown: word.forget(names) if forget else word.remove(names))


def _run(ctx: typer.Context, change: Change | None) -> None:
    asked = Asked.of(ctx)
    told = asyncio.run(_told(asked, change))
    if asked.json_:
        print_json(told)
    else:
        rows = [(t["label"], t["kind"], t.get("id", "-"), t["role"], t["basis"]) for t in told["tags"]]
        print_table(("tag", "kind", "id", "role", "basis"), rows)
        if told["removed"]:
            sys.stdout.write(f"taken off: {', '.join(told['removed'])}\n")


async def _told(asked: Asked, change: Change | None) -> dict[str, Any]:
    from newsloom.client import connected  # with the HTTP client, needed only here

    home = here()
    async with connected(
        feeds=endpoint("feeds", asked.feeds_url, home),
        publish=endpoint("publish", asked.publish_url, home),
        ingest=endpoint("ingest", asked.ingest_url, home) if change else None,
        key=read_key(asked.key, home) if change else None,
    ) as client:
        record: Mapping[str, Any] | None = (
            await client.record(asked.article)
            if asked.source is None
            else await client.record_named(asked.source, asked.article)
        )
        document = await client.article(record["article_id"]) if record else None
        if record is None or document is None:
            raise CommandError("there is no such article, or it is not public", fix="see `newsloom article`")
        if change:
            word = change(Word.of(record), list(document["tags"]))
            record = await say(client, record, word, editor=asked.editor, within_s=asked.timeout)
            document = await client.article(record["article_id"]) or document
    return {
        "article_id": record["article_id"],
        "edit": record.get("edit_of_tags", 0),
        "tags": document["tags"],
        "removed": list(Word.of(record).removed),
    }
