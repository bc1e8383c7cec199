"""Publish as a tutorial writes it: for each message find, compare, replace, then one publish after another.

The document and the events have the same content as ours; the write concern is ours too (majority,
journalled), and so are the acknowledgements of Kafka. No log line for each message.
"""

import argparse
import asyncio
import logging
from typing import Any

from faststream import FastStream
from faststream.kafka import KafkaBroker
from pymongo import AsyncMongoClient, WriteConcern

from bench.peers.topics import NAIVE_FEED_UPDATES, NAIVE_PUBLISHED
from newsloom_schemas import identity
from newsloom_schemas.events import ArticleEnrichedV2, ArticlePublishedV2, FeedEntry, FeedUpdatedV1

WHAT = (
    "FastStream, one message at a time: find_one, compare, replace_one (majority, journalled), "
    "then one awaited publish for the article and each feed, acks=all, no log lines"
)


def build(bootstrap: str, mongo: str) -> FastStream:
    """The naive service."""
    broker = KafkaBroker(bootstrap, acks="all", log_level=logging.DEBUG)
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongo)
    articles = client["naive"].get_collection("articles", write_concern=WriteConcern(w="majority", j=True))

    @broker.subscriber("articles-enriched", group_id="naive-publish", auto_offset_reset="earliest")
    async def on_article_enriched(event: ArticleEnrichedV2) -> None:
        stored = await articles.find_one({"_id": event.article_id})
        if stored is not None and (stored["revision"], stored["run"]) >= (event.revision, event.run):
            return
        version = stored["document_version"] + 1 if stored is not None else 1
        document = {**event.model_dump(exclude_none=True), "document_version": version}
        await articles.replace_one({"_id": event.article_id}, document, upsert=True)
        published = to_published(event, version)
        await broker.publish(published, topic=NAIVE_PUBLISHED.name, key=event.article_id.encode())
        for feed_id in published.feeds:
            update = to_update(published, feed_id)
            await broker.publish(update, topic=NAIVE_FEED_UPDATES.name, key=feed_id.encode())

    return FastStream(broker)


def to_published(event: ArticleEnrichedV2, version: int) -> ArticlePublishedV2:
    """The public state."""
    content = event.content
    section = (identity.section_feed(content.section),) if content.section else ()
    feeds = (
        identity.FEED_ALL,
        identity.source_feed(event.source),
        *section,
        identity.language_feed(event.language),
    )
    return ArticlePublishedV2(
        event_id=identity.event_id(event.article_id, version, ArticlePublishedV2.EVENT_TYPE),
        article_id=event.article_id,
        source=event.source,
        external_id=event.external_id,
        document_version=version,
        submission_event_id=event.submission_event_id,
        revision=event.revision,
        published_at=content.published_at or event.accepted_at,
        accepted_at=event.accepted_at,
        url=f"http://127.0.0.1:8000/v1/articles/{event.article_id}",
        content=content,
        language=event.language,
        enrichment=event.enrichment,
        feeds=feeds,
    )


def to_update(article: ArticlePublishedV2, feed_id: str) -> FeedUpdatedV1:
    """The line of one feed."""
    return FeedUpdatedV1(
        event_id=identity.event_id(
            article.article_id, article.document_version, FeedUpdatedV1.EVENT_TYPE, feed_id
        ),
        feed_id=feed_id,
        article_id=article.article_id,
        document_version=article.document_version,
        action="upsert",
        entry=FeedEntry(
            headline=article.content.headline,
            summary=article.content.lead,
            url=article.url,
            source=article.source,
            language=article.language,
            section=article.content.section,
            published_at=article.published_at,
        ),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kafka", required=True)
    parser.add_argument("--mongo", required=True)
    asked = parser.parse_args()
    asyncio.run(build(asked.kafka, asked.mongo).run())
