"""Enrich as a tutorial writes it: one FastStream handler, one message at a time, one awaited publish each.

It does what enrich does with language work off: reads a submission, writes the enriched event under the
same key. FastStream's defaults are kept, with two exceptions in its favour or for equal promises:
acknowledgement by all replicas, as ours, and no log line for each message.
"""

import argparse
import asyncio
import logging

from faststream import FastStream
from faststream.kafka import KafkaBroker

from bench.peers.topics import NAIVE_ENRICHED
from newsloom_schemas import identity
from newsloom_schemas.enrichment import Enrichment, Facet
from newsloom_schemas.events import ArticleEnrichedV2, ArticleSubmittedV2

WHAT = "FastStream, one message at a time, one awaited publish each, acks=all, no log lines"


def build(bootstrap: str) -> FastStream:
    """The naive service."""
    broker = KafkaBroker(bootstrap, acks="all", log_level=logging.DEBUG)

    @broker.subscriber("articles-submitted", group_id="naive-enrich", auto_offset_reset="earliest")
    async def on_article_submitted(article: ArticleSubmittedV2) -> None:
        enriched = enrich(article)
        await broker.publish(enriched, topic=NAIVE_ENRICHED.name, key=enriched.article_id.encode())

    return FastStream(broker)


def enrich(article: ArticleSubmittedV2) -> ArticleEnrichedV2:
    """The event with nothing added."""
    off = Facet(status="skipped", reason="language work is off")
    return ArticleEnrichedV2(
        event_id=identity.event_id(
            article.article_id, article.revision, ArticleEnrichedV2.EVENT_TYPE, f"{article.event_id}\n0"
        ),
        article_id=article.article_id,
        source=article.source,
        external_id=article.external_id,
        submission_event_id=article.event_id,
        revision=article.revision,
        accepted_at=article.accepted_at,
        content=article.content,
        language=article.content.language or "und",
        enrichment=Enrichment(
            language=off, entities=off, subjects=off, keyphrases=off, related=off, translations=off
        ),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kafka", required=True)
    asyncio.run(build(parser.parse_args().kafka).run())
