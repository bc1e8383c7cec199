"""When a submission took each step, read from the logs when asked: their records carry the times.

Nothing of it is kept: a search begins at the moment of the step before, and ends after so many records.
"""

from collections.abc import Callable
from contextlib import aclosing
from datetime import datetime

from ingest.register.facts import moment, raw_text
from ingest.register.ports import Hop
from newsloom_runtime.placement import partition_of
from newsloom_runtime.raw_reader import RawReader
from newsloom_runtime.records import RawRecord
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES
from newsloom_schemas.identity import FEED_ALL
from newsloom_store.submission_facts import Standing, SubmissionFact

SEARCHED_RECORDS = 2_000
SKEW_MS = 1_000  # how far the clocks of two machines may lie apart
SAME_CLOCK_MS = 50

Matches = Callable[[RawRecord], bool]


async def times_in(reader: RawReader, fact: SubmissionFact, standing: Standing | None) -> dict[Hop, datetime]:
    """The times that the logs still tell, without those behind a step that is not found.

    `stored` is the time of the record that tells the new state, which publish makes once a majority of the
    store has confirmed it; `announced` that of the update of the feed of everything.
    """
    times: dict[Hop, datetime] = {"accepted": fact.accepted_at, "logged": fact.logged_at}
    enriched = await _find(
        reader, ARTICLES_ENRICHED.name, fact.article_id, fact.logged_at, lambda raw: _is_work_on(raw, fact)
    )
    if enriched is None:
        return times
    times["enriched"] = moment(enriched.timestamp_ms)
    version = _version(standing, raw_text(enriched, "ce_id"))
    if version is None:
        return times

    def tells(raw: RawRecord) -> bool:
        return raw_text(raw, "ce_subject") == fact.article_id and raw_text(raw, "ce_documentversion") == str(
            version
        )

    stored = await _find(reader, ARTICLES_PUBLISHED.name, fact.article_id, times["enriched"], tells)
    if stored is None:
        return times
    times["stored"] = moment(stored.timestamp_ms)
    # The same process tells both, by one clock; this partition is the fullest of all.
    announced = await _find(
        reader, FEED_UPDATES.name, FEED_ALL, times["stored"], tells, skew_ms=SAME_CLOCK_MS
    )
    if announced is not None:
        times["announced"] = moment(announced.timestamp_ms)
    return times


def _is_work_on(raw: RawRecord, fact: SubmissionFact) -> bool:
    """Whether a record of `articles-enriched` is what became of the submission there."""
    if raw_text(raw, "ce_subject") != fact.article_id:
        return False
    if fact.kind != "article":
        return raw_text(raw, "ce_id") == fact.event_id
    enriched = raw_text(raw, "ce_type").startswith("newsloom.article.enriched.")
    return enriched and f'"submission_event_id":"{fact.event_id}"'.encode() in (raw.value or b"")


def _version(standing: Standing | None, event_id: str) -> int | None:
    """As which version of the document an event was stored, as far as its history goes back."""
    changes = standing.changes if standing is not None else ()
    return next((change.document_version for change in changes if change.event_id == event_id), None)


async def _find(
    reader: RawReader, topic: str, key: str, since: datetime, matches: Matches, *, skew_ms: int = SKEW_MS
) -> RawRecord | None:
    partition = partition_of(key.encode(), await reader.partitions(topic))
    start, end = await reader.since(topic, partition, int(since.timestamp() * 1000) - skew_ms)
    async with aclosing(reader.read(topic, partition, start, min(end, start + SEARCHED_RECORDS))) as batches:
        async for batch in batches:
            for raw in batch:
                if matches(raw):
                    return raw
    return None
