"""The end of an embargo: decided purely, stored by compare-and-swap, then told.

Any number of processes may look for what is due at once. The swap lets exactly one of them lift an article.
Between its write and the acknowledgement of what it tells, the document carries `untold_since`; whoever
finds that mark grown old tells the article again, so that a crash in between costs seconds and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsloom_schemas.document import StoredArticleV3
from publish import history
from publish.feeds import emissions_for, feeds_of
from publish.ports import EmbargoStore, Publisher

PAGE = 500
# Telling a page takes a fraction of it; who is slower than that is told twice, which is harmless.
UNTOLD_FOR = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """A document whose embargo is over, onto the version it was decided from."""

    expected_version: int
    document: StoredArticleV3
    late_by: timedelta


def lift(stored: StoredArticleV3, *, now: datetime) -> Lift | None:
    """The document as it is public from now on; None while its embargo holds, or when it has none."""
    until, publication = stored.withheld_until, stored.publication
    if until is None or until > now or publication is None or stored.killed:
        return None
    version = stored.document_version + 1
    feeds = feeds_of(publication, stored.source, stored.editor_tags)
    lifted = stored.model_copy(
        update={
            "document_version": version,
            "withheld_until": None,
            "untold_since": now,
            "feeds": feeds,
            "feeds_ever": tuple(sorted({*stored.feeds_ever, *feeds})),
            "history": history.with_entry(stored, history.of_lift(version, publication, until)),
        }
    )
    return Lift(expected_version=stored.document_version, document=lifted, late_by=now - until)


async def due(store: EmbargoStore, *, now: datetime) -> list[Lift]:
    """The articles whose embargo is over, the longest over first, at most a page."""
    found = (lift(document, now=now) for document in await store.due(now, limit=PAGE))
    return [each for each in found if each is not None]


async def end_embargoes(
    lifts: Sequence[Lift], *, store: EmbargoStore, publisher: Publisher, public_url: str
) -> list[Lift]:
    """Store and tell; returns those that were this process's to lift. Raises whatever the ports raise."""
    lost = await store.write(lifts) if lifts else frozenset[str]()
    won = [each for each in lifts if each.document.article_id not in lost]
    await tell([each.document for each in won], store=store, publisher=publisher, public_url=public_url)
    return won


async def untold(store: EmbargoStore, *, now: datetime) -> list[StoredArticleV3]:
    """Articles of which nobody knows whether their lift was told, although there was time enough."""
    return await store.untold(now - UNTOLD_FOR, limit=PAGE)


async def tell(
    documents: Sequence[StoredArticleV3], *, store: EmbargoStore, publisher: Publisher, public_url: str
) -> None:
    """Tell the state of documents, and note in the store that it is told."""
    await publisher.publish([line for each in documents for line in emissions_for(each, public_url)])
    await store.told({each.article_id: each.document_version for each in documents})
