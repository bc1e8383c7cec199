"""`newsloom article`: one published article, as readers get it."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from newsloom.commands.console import print_json
from newsloom.endpoints import FeedsUrl, endpoint, here
from newsloom.errors import CommandError, Exit

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def article(
    article_id: Annotated[str, typer.Argument(help="The article's id; with --source your own external id.")],
    source: Annotated[str | None, typer.Option(help="Whose external id it is.")] = None,
    feeds_url: FeedsUrl = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the document as JSON.")] = False,
) -> None:
    """Show an article with its tags, related links and how each enrichment went.

    Exit codes: 0 shown, 1 there is none or it was killed, 2 wrong usage, 3 not running.
    """
    if source is None and not _UUID.fullmatch(article_id):
        raise CommandError(
            "an article's id is a UUID, in lower case",
            fix="copy it from a feed, or add --source to name your own external id",
            code=Exit.USAGE,
        )
    document = asyncio.run(_fetch(endpoint("feeds", feeds_url, here()), article_id, source))
    if document is None:
        raise CommandError(
            "there is no such article, or it is not public", fix="see the list of feeds at /v1/feeds"
        )
    if json_:
        print_json(document)
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(width=400, highlight=False)
    for line in lines(document):
        console.print(line, soft_wrap=True)


async def _fetch(feeds: str, article_id: str, source: str | None) -> dict[str, Any] | None:
    from newsloom.client import connected  # with the HTTP client it costs every command a tenth of a second

    async with connected(feeds=feeds) as client:
        if source is None:
            return await client.article(article_id)
        return await client.article_named(source, article_id)


def lines(document: Mapping[str, Any]) -> Iterator[Text]:
    """The document for people, line by line."""
    yield Text(document["headline"], style="bold")
    about = [document["source"], document.get("section"), document["language"], document["published_at"]]
    yield Text(" · ".join(each for each in about if each), style="dim")
    if document.get("authors"):
        yield Text(", ".join(document["authors"]))
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
