"""The use case of the proofreader: read back what was told, and correct what was told too late.

A publisher that was paused after its write may append an old state long after its successor appended the
new one. In the compacted topic that old state would stay the last word for ever, a killed body even.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from publish.feeds import emissions_for
from publish.ports import Clock, Head, Publisher, Store

FIRST_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a record of the log says about an article; `shows` for one that carries the article itself."""

    article_id: str
    document_version: int
    shows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`healed` are the articles told anew. `ages` are seconds from acceptance until seen here, of articles
    shown for the first time: for later versions the log does not say which of their parts is new."""

    healed: tuple[str, ...]
    ages: tuple[float, ...]


async def proofread(
    marks: Sequence[Mark], *, store: Store, publisher: Publisher, clock: Clock, public_url: str
) -> Proof:
    """Compare records with the store; tell the present state of each article that has a lower one in the log.

    The caller commits only after it has returned. Raises whatever the ports raise: run again then.
    """
    heads = await store.heads(list(dict.fromkeys(mark.article_id for mark in marks)))
    ages = _ages(marks, heads, clock.now())
    late = list(dict.fromkeys(mark.article_id for mark in marks if _is_late(mark, heads)))
    if late:
        documents = (await store.load(late)).values()
        await publisher.publish([line for each in documents for line in emissions_for(each, public_url)])
    return Proof(healed=tuple(late), ages=ages)


def _is_late(mark: Mark, heads: Mapping[str, Head]) -> bool:
    head = heads.get(mark.article_id)
    return head is not None and mark.document_version < head.document_version


def _ages(marks: Sequence[Mark], heads: Mapping[str, Head], now: datetime) -> tuple[float, ...]:
    first = (
        heads.get(mark.article_id) for mark in marks if mark.shows and mark.document_version == FIRST_VERSION
    )
    accepted = (
        head.accepted_at for head in first if head is not None and head.document_version == FIRST_VERSION
    )
    return tuple((now - moment).total_seconds() for moment in accepted if moment is not None)
