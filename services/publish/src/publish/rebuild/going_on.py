"""A rebuilt store takes the place of the lost one: it goes on where what was told to readers ended.

Readers ignore a version lower than the one they have. A rebuilt document may be at a lower one: the end of
an embargo is no event of the log, and retention may have taken the first changes. Told as it is, its next
change, even its kill, would pass readers by. So it is raised above what was told, and marked as untold:
the role that ends embargoes then tells it, as after a crash.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.public_state import of_document
from publish.ports import Swap
from publish.rebuild.completion import completed
from publish.rebuild.last_words import LastWord, LastWords
from publish.rebuild.ports import Surveyed

PAGE = 500


class RebuiltDocuments(Protocol):
    """The rebuilt store."""

    async def in_order(self, *, after: str = "", limit: int) -> Surveyed: ...
    async def load(self, article_ids: Sequence[str]) -> Mapping[str, StoredArticleV3]: ...
    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Onto:
    """A document onto the version it replaces; None where there was none."""

    expected_version: int | None
    document: StoredArticleV3


@dataclass(slots=True, kw_only=True)
class Continued:
    """How many documents got a higher version, how many were completed by what readers were told, and how
    many articles are lost: under embargo, and older than the log."""

    raised: int = 0
    completed: int = 0
    lost: int = 0


async def go_on(store: RebuiltDocuments, words: LastWords, *, now: datetime) -> Continued:
    """Complete and raise what must be. Raises what the store and the log raise; harmless to repeat."""
    done = Continued()
    incomplete = set(words.by_article)
    after = ""
    while page := await store.in_order(after=after, limit=PAGE):
        swaps: list[Onto] = []
        for article_id, document in page:
            told = words.by_article.get(article_id)
            if document is None or told is None or told.version < document.document_version:
                incomplete.discard(article_id)
            elif told.digest == of_document(document).digest():
                incomplete.discard(article_id)
                if told.version > document.document_version:
                    swaps.append(_onto(document, _above(document, told, now)))
        await _write(store, swaps)
        done.raised += len(swaps)
        after = page[-1][0]
    async for events in words.events(incomplete):
        await _complete(store, events, words.by_article, now, done)
    return done


async def _complete(
    store: RebuiltDocuments,
    events: Mapping[str, Event],
    words: Mapping[str, LastWord],
    now: datetime,
    done: Continued,
) -> None:
    held = await store.load(list(events))
    swaps = []
    for article_id, event in events.items():
        before = held.get(article_id)
        document = completed(before, event)
        if document is None:
            done.lost += 1
            continue
        swaps.append(_onto(before, _above(document, words[article_id], now)))
    await _write(store, swaps)
    done.completed += len(swaps)


def _above(document: StoredArticleV3, told: LastWord, now: datetime) -> StoredArticleV3:
    """The document at a version that readers do not have yet, to be told."""
    return document.model_copy(update={"document_version": told.version + 1, "untold_since": now})


def _onto(before: StoredArticleV3 | None, document: StoredArticleV3) -> Onto:
    return Onto(expected_version=before.document_version if before else None, document=document)


async def _write(store: RebuiltDocuments, swaps: Sequence[Onto]) -> None:
    if swaps:
        await store.write(swaps)
