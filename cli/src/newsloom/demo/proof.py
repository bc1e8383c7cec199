"""The proof after the run: every sample by its id and in each of its feeds, as any reader would look."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsloom.client import Client
from newsloom.demo.run import Passage
from newsloom.errors import CommandError


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The public documents by article id, and a sentence for everything that is not as it should be."""

    documents: Mapping[str, Mapping[str, Any]]
    problems: tuple[str, ...]


async def prove(client: Client, passages: Sequence[Passage]) -> Proof:
    """Look every sample up. What did not settle during the run is a problem, too."""
    problems = [f"{p.sample.path}: {p.state}: {p.detail.splitlines()[0]}" for p in passages if not p.settled]
    documents: dict[str, Mapping[str, Any]] = {}
    for passage in passages:
        if passage.receipt and (document := await _document(client, passage.receipt.article_id)):
            documents[passage.receipt.article_id] = document
    problems += _behind(passages, documents)
    problems += await _missing_in_feeds(client, documents)
    return Proof(documents=documents, problems=tuple(problems))


async def _document(client: Client, article_id: str) -> Mapping[str, Any] | None:
    try:
        return await client.article(article_id)
    except CommandError:  # killed or not reachable: either way readers do not see it
        return None


def _behind(passages: Sequence[Passage], documents: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [
        f"{p.sample.path}: revision {p.receipt.revision} was accepted, but readers do not see it by its id"
        for p in passages
        if p.settled
        and p.receipt
        and documents.get(p.receipt.article_id, {}).get("revision", 0) < p.receipt.revision
    ]


async def _missing_in_feeds(client: Client, documents: Mapping[str, Mapping[str, Any]]) -> list[str]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for article_id, document in documents.items():
        for feed_id in document["feeds"]:
            wanted[feed_id].add(article_id)
        if not document["feeds"]:
            wanted["all"].add(article_id)
    missing = await asyncio.gather(*(_absent(client, feed, ids) for feed, ids in wanted.items()))
    return [f"feed {feed}: {article_id} is not in it" for feed, ids in missing for article_id in sorted(ids)]


async def _absent(client: Client, feed_id: str, wanted: set[str]) -> tuple[str, set[str]]:
    left = set(wanted)
    async for item in client.feed_items(feed_id):
        left.discard(item["_newsloom"]["article_id"])
        if not left:
            break
    return feed_id, left
