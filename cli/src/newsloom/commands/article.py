"""`newsloom article`: one article, as readers get it and as operators know it."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from newsloom.article_record import history_lines, record_lines
from newsloom.commands.article_journey import JourneyOptions, print_journey
from newsloom.commands.console import print_json
from newsloom.endpoints import Bootstrap, FeedsUrl, PublishUrl, endpoint, here
from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:  # with the HTTP client it costs every command a tenth of a second
    from newsloom.client import Client

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What readers get, None when it is not public, and what operators know, None when publish is away.

    `refusal` is why readers do not get it; `no_record` is why there is no record.
    """

    document: dict[str, Any] | None = None
    record: dict[str, Any] | None = None
    refusal: CommandError | None = None
    no_record: CommandError | None = None


def article(
    article_id: Annotated[str, typer.Argument(help="The article's id; with --source your own external id.")],
    source: Annotated[str | None, typer.Option(help="Whose external id it is.")] = None,
    feeds_url: FeedsUrl = None,
    publish_url: PublishUrl = None,
    journey: Annotated[
        bool,
        typer.Option("--journey", help="Show every hop on its way with the times, and what became of it."),
    ] = False,
    since: Annotated[
        str, typer.Option(help="With --journey: read the logs from then on: 90m, 2h, 7d ago, or a time.")
    ] = "7d",
    within: Annotated[
        float, typer.Option(min=1, help="With --journey: read the logs for at most so many seconds.")
    ] = 60.0,
    audit: Annotated[
        Path | None,
        typer.Option(help="With --journey: ingest's audit, for refusals. Default: the local stack's."),
    ] = None,
    kafka: Bootstrap = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Print the document as JSON, with the record under `record`.")
    ] = False,
) -> None:
    """Show an article with what was added to it, its state, its history and its corrections.

    One that was killed, is under embargo, or waits for its first revision is shown by its record alone:
    when, why and what changed, never its text.

    With --journey: where it is, or what became of it, revision by revision: when it was accepted, enriched,
    translated, told and fed to each feed, which step took longest, what waits for whom, and dead letters.
    It shows no text, and works while services are away. What ingest refused is not kept anywhere: of
    that, the audit's last lines of the same source are shown.

    Exit codes: 0 public and shown, 1 not public (the record, if there is one, says why), 2 wrong usage,
    3 not running, 4 no answer in time; with --journey also when the logs were not read to their ends.
    """
    if source is None and not _UUID.fullmatch(article_id):
        raise CommandError(
            "an article's id is a UUID, in lower case",
            fix="copy it from a feed, or add --source to name your own external id",
            code=Exit.USAGE,
        )
    if journey:
        options = JourneyOptions(since=since, within_s=within, audit=audit, kafka=kafka, json=json_)
        raise typer.Exit(print_journey(article_id, source, feeds_url, publish_url, options))
    found = asyncio.run(_fetch(endpoint("feeds", feeds_url, here()), publish_url, article_id, source))
    if found.document is None and found.record is None:
        raise found.refusal or CommandError(
            "there is no such article, or it is not public", fix="see the list of feeds at /v1/feeds"
        )
    if found.no_record is not None:
        Console(stderr=True, highlight=False).print(
            f"without its record: {found.no_record}", markup=False, soft_wrap=True
        )
    if json_:
        print_json(whole(found))
    else:
        _print(found)
    if found.document is None:
        raise typer.Exit(Exit.REFUSED)


def whole(found: Found) -> dict[str, Any]:
    """The public document with the record beside its fields; of one that is not public, the record alone."""
    if found.record is None:
        return found.document or {}
    return {**(found.document or {"article_id": found.record["article_id"]}), "record": found.record}


def _print(found: Found) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(width=400, highlight=False)
    for line in [*lines(found.document or {}), *_record_sections(found.record)]:
        console.print(line, soft_wrap=True)


async def _fetch(feeds: str, publish_url: str | None, article_id: str, source: str | None) -> Found:
    from newsloom.client import connected

    async with connected(feeds=feeds) as client:
        try:
            publish = endpoint("publish", publish_url, here())
        except CommandError as error:
            return replace(await find(client, article_id, source), no_record=error)
        return await find(replace(client, publish=publish), article_id, source)


async def find(client: "Client", article_id: str, source: str | None) -> Found:
    """The article from both sides. Raises CommandError when feeds cannot be asked."""
    found = Found()
    try:
        found = replace(found, document=await _document(client, article_id, source))
    except CommandError as error:
        if error.code != Exit.REFUSED:
            raise
        found = replace(found, refusal=error)  # killed, or under embargo: its record tells more
    if client.publish is None:
        return found
    try:
        return replace(found, record=await _record(client, article_id, source))
    except CommandError as error:
        return replace(found, no_record=error)


async def _document(client: "Client", article_id: str, source: str | None) -> dict[str, Any] | None:
    if source is None:
        return await client.article(article_id)
    return await client.article_named(source, article_id)


async def _record(client: "Client", article_id: str, source: str | None) -> dict[str, Any] | None:
    if source is None:
        return await client.record(article_id)
    return await client.record_named(source, article_id)


def _record_sections(record: Mapping[str, Any] | None) -> Iterator[Text]:
    if record is not None:
        yield from _section("record", record_lines(record))
        yield from _section("history", history_lines(record))


def lines(document: Mapping[str, Any]) -> Iterator[Text]:
    """The document for people, line by line; nothing for none."""
    if not document:
        return
    yield Text(document["headline"], style="bold")
    about = [document["source"], document.get("section"), document["language"], document["published_at"]]
    yield Text(" · ".join(each for each in about if each), style="dim")
    if document.get("authors"):
        yield Text(", ".join(map(_author, document["authors"])))
    if document.get("lead"):
        yield Text()
        yield Text(document["lead"], style="italic")
    yield Text()
    yield Text(document["body_text"])
    yield from _section("tags", (_tag(tag) for tag in document.get("tags", ())))
    yield from _section("related", (_link(link) for link in document.get("related", ())))
    yield from _section("enrichment", (_facet(*facet) for facet in document["enrichment"].items()))
    yield Text()
    yield Text(
        f"{document['url']}  revision {document['revision']}, version {document['document_version']}",
        style="dim",
    )


def _author(author: Mapping[str, Any]) -> str:
    """`Anna Ko (photographer)`."""
    return f"{author['name']} ({author['role']})" if "role" in author else str(author["name"])


def _section(title: str, content: Iterator[str]) -> Iterator[Text]:
    rows = list(content)
    if rows:
        yield Text()
        yield Text(title, style="bold")
        for row in rows:
            yield Text(f"  {row}")


def _tag(tag: Mapping[str, Any]) -> str:
    """`person  Ivan Petrov  0.85 measured  source  headline 0-11`."""
    places = ", ".join(f"{e['part']} {e['start']}-{e['end']}" for e in tag.get("evidence", ())[:3])
    role = "" if tag["role"] == "subject" else tag["role"]
    parts = [
        f"{tag['kind']:<12}",
        tag["label"],
        tag.get("id"),
        role,
        f"{tag['confidence']:.2f} {tag['basis']}",
    ]
    return "  ".join(part for part in [*parts, places] if part)


def _link(link: Mapping[str, Any]) -> str:
    reasons = "; ".join(link.get("reasons", ()))
    return (
        f"{link['relation']:<10}  {link['score']:.2f}  [{link['language']}] {link['headline']}  ({reasons})"
    )


def _facet(name: str, facet: Mapping[str, Any]) -> str:
    method = " ".join(facet[key] for key in ("method", "version") if facet.get(key))
    return "  ".join(part for part in [f"{name:<12}", facet["status"], method, facet.get("reason")] if part)
