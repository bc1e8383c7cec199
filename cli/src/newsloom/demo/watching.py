"""The whole demo against a running system: follow the log, run the stories, prove the outcome."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from newsloom.client import connected
from newsloom.demo.flow import Stage
from newsloom.demo.proof import Proof, prove
from newsloom.demo.run import Course, Passage, run_stories
from newsloom.demo.samples import Sample
from newsloom.errors import CommandError, Exit
from newsloom.stack.addresses import Addresses
from newsloom_runtime.cluster import Cluster
from newsloom_runtime.errors import TransientError
from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, Topic


async def run_demo(
    stories: Sequence[Sequence[Sample]],
    addresses: Addresses,
    key: str,
    *,
    patience_s: float,
    tell: Callable[[Passage], None],
) -> tuple[list[Passage], Proof]:
    """Every sample's passage, and the proof that readers see them all."""
    kafka = addresses.need("kafka")
    async with (
        connected(ingest=addresses.need("ingest"), feeds=addresses.need("feeds"), key=key) as client,
        followed(kafka, ARTICLES_ENRICHED) as enriched,
        followed(kafka, ARTICLES_PUBLISHED) as published,
    ):
        course = Course(client=client, enriched=enriched, published=published, patience_s=patience_s)
        passages = await run_stories(stories, course, tell)
        return passages, await prove(client, passages)


@asynccontextmanager
async def followed(bootstrap: Cluster, topic: Topic) -> AsyncIterator[Stage]:
    """A stage that is followed from now until the block ends."""
    stage = Stage()
    async with LogReader(bootstrap, topic) as log:
        following = asyncio.create_task(stage.follow(log, await log.end_offsets()))
        try:
            yield stage
        finally:
            following.cancel()
            (end,) = await asyncio.gather(following, return_exceptions=True)
        if isinstance(end, TransientError):
            raise CommandError(str(end), fix="see `newsloom status` and Kafka's log", code=Exit.NOT_RUNNING)
