"""Fills articles-submitted with a backlog, as ingest would have written it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import islice
from typing import Any

from bench.texts import SOURCE, read_corpus, submissions
from newsloom_runtime.cluster import Cluster
from newsloom_runtime.publisher import new_producer
from newsloom_schemas import identity
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from newsloom_schemas.codec import encode
from newsloom_schemas.events import ArticleSubmittedV2

CHARS = 2_000  # about 4.4 KB of Cyrillic UTF-8 with everything around it
CHUNK = 500


async def fill(bootstrap: Cluster, articles: int) -> int:
    """Write the backlog and wait until Kafka has it; the mean size of a record in bytes."""
    producer = new_producer(bootstrap, "newsloom-bench")
    await producer.start()
    written = 0
    try:
        events = backlog(articles)
        while chunk := list(islice(events, CHUNK)):
            written += await _send(producer, chunk)
    finally:
        await producer.stop()
    return written // articles


async def _send(producer: Any, events: Sequence[ArticleSubmittedV2]) -> int:
    now = datetime.now(UTC)
    records = [encode(event, source="/newsloom/ingest", time=now) for event in events]
    acks = [
        await producer.send(ARTICLES_SUBMITTED.name, r.value, key=r.key, headers=list(r.headers))
        for r in records
    ]
    for ack in acks:
        await ack
    return sum(len(record.value) for record in records)


def backlog(articles: int) -> Iterator[ArticleSubmittedV2]:
    """Clean submissions, each of another article."""
    now = datetime.now(UTC)
    for submission in submissions(read_corpus(), articles, prefix="drain", chars=CHARS):
        yield _event(submission, now)


def _event(submission: dict[str, Any], now: datetime) -> ArticleSubmittedV2:
    paragraphs = submission["body_text"].split("\n\n")
    content = ArticleContent(
        headline=submission["headline"],
        lead=submission["lead"],
        body_html="".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs),
        language=submission["language"],
        section=submission["section"],
        published_at=submission["published_at"],
    )
    article_id = identity.article_id(SOURCE, submission["external_id"])
    return ArticleSubmittedV2(
        event_id=identity.event_id(
            article_id, 1, ArticleSubmittedV2.EVENT_TYPE, content.model_dump_json(exclude_none=True)
        ),
        article_id=article_id,
        source=SOURCE,
        external_id=submission["external_id"],
        revision=1,
        accepted_at=now,
        dialect="json",
        content=content,
    )
