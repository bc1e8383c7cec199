"""The archive's lane of the enrich process, on the real broker: its quota, its switch, live ones first."""

import asyncio
from collections.abc import Sequence

from enrich.archive.lane import NICE
from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_REINDEX, ARTICLES_SUBMITTED
from newsloom_schemas.events import ArticleEnrichedV2
from tests.conftest import Stack
from tests.factories import reindex_requested, submitted
from tests.integration.enrich.newsroom import Log, enrich_process


async def written_at(log: Log, article_ids: Sequence[str]) -> list[float]:
    """When the first event of each article was written to `articles-enriched`, seconds, in order."""
    found: dict[str, float] = {}
    async with LogReader(log.kafka, ARTICLES_ENRICHED) as reader:
        first, ends = await reader.beginning_offsets(), await reader.end_offsets()
        for partition, end in ends.items():
            async for entries in reader.read(partition, first[partition], end):
                for entry in entries:
                    if entry.event.record_key in article_ids:
                        found.setdefault(entry.event.record_key, entry.timestamp_ms / 1000)
    return sorted(found.values())


async def test_the_archive_goes_at_its_quota_and_each_wish_becomes_an_article_of_its_run(
    stack: Stack,
) -> None:
    log = await Log.ready(stack.kafka)
    wishes = [reindex_requested(run=4) for _ in range(30)]
    ids = [wish.article_id for wish in wishes]
    async with enrich_process(stack.kafka, ENRICH_LANGUAGE_WORK="off", ENRICH_REINDEX_RATE="10") as service:
        await service.until_ready()
        await log.write(ARTICLES_REINDEX, wishes)
        found = await log.enriched(ids, len(ids))
        metrics = (await service.http.get("/metrics")).text
    assert {(type(event), event.run) for event in found} == {(ArticleEnrichedV2, 4)}
    times = await written_at(log, ids)
    assert times[-1] - times[0] >= 2.0, "thirty articles at ten a second"
    assert 'newsloom_archive_held_seconds_total{why="quota"}' in metrics


async def test_a_lane_that_is_switched_off_takes_nothing_and_live_articles_go_on(stack: Stack) -> None:
    log = await Log.ready(stack.kafka)
    wishes = [reindex_requested(run=5) for _ in range(3)]
    live = [submitted() for _ in range(50)]
    async with enrich_process(stack.kafka, ENRICH_LANGUAGE_WORK="off", ENRICH_REINDEX_RATE="0") as service:
        await service.until_ready()
        await log.write(ARTICLES_REINDEX, wishes)
        await log.write(ARTICLES_SUBMITTED, live)
        await log.enriched([article.article_id for article in live], len(live))
        assert await written_at(log, [wish.article_id for wish in wishes]) == []
    async with enrich_process(stack.kafka, ENRICH_LANGUAGE_WORK="off"):
        found = await log.enriched([wish.article_id for wish in wishes], len(wishes))
    assert {event.run for event in found} == {5}


async def test_live_articles_go_before_an_archive_that_waits(stack: Stack) -> None:
    log = await Log.ready(stack.kafka)
    wishes = [reindex_requested(run=6) for _ in range(200)]
    live = [submitted() for _ in range(20)]
    async with enrich_process(stack.kafka, ENRICH_LANGUAGE_WORK="off", ENRICH_REINDEX_RATE="20") as service:
        await log.write(ARTICLES_REINDEX, wishes)
        await service.until_ready()
        await log.enriched([wish.article_id for wish in wishes], 1)
        for article in live:
            await log.write(ARTICLES_SUBMITTED, [article])
            await asyncio.sleep(0)
        await log.enriched([article.article_id for article in live], len(live))
        done = len(await written_at(log, [wish.article_id for wish in wishes]))
        assert done < len(wishes), "the archive is not through when all live articles are"
        await log.enriched([wish.article_id for wish in wishes], len(wishes))


async def test_with_language_work_the_archive_has_a_worker_of_its_own_behind_the_live(stack: Stack) -> None:
    log = await Log.ready(stack.kafka)
    wish = reindex_requested(run=7)
    async with enrich_process(stack.kafka) as service:
        await service.until_ready()
        assert [worker.nice() for worker in service.workers()] == [0], "none before there is a wish"
        await log.write(ARTICLES_REINDEX, [wish])
        (event,) = await log.enriched([wish.article_id], 1)
        assert event.run == 7
        assert event.enrichment.entities.status in ("ok", "partial")
        assert sorted(worker.nice() for worker in service.workers()) == [0, NICE]
