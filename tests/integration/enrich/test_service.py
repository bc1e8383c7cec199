"""Enrich as it is served, on the real broker, with its real models."""

import asyncio
import signal
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from enrich.index.snapshot import read_snapshot
from enrich.related import RelatedIndex
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, ARTICLES_SUBMITTED
from newsloom_schemas.events import ArticleEnrichedV2, ArticleSubmittedV2
from tests.conftest import Stack
from tests.eventually import eventually
from tests.factories import authors, killed, submitted
from tests.integration.enrich.newsroom import Log, enrich_process
from tests.unit.enrich.desk import check_evidence
from tests.unit.enrich.test_indexing import published


def russian(name: str | None = None, revision: int = 1) -> ArticleSubmittedV2:
    return submitted(
        name,
        revision,
        headline="Порт Вереск принял первое судно после ремонта",
        lead="Балкер «Стелла» доставил кукурузу из Одессы.",
        body_html="<p>Мэр Тарас Гаврилов назвал день праздником, сообщает Укринформ. "
        "Ремонт причалов обошелся в 64 млн евро.</p>",
        language=None,
        authors=authors("Анна Рейнгольд"),
    )


def english(name: str | None = None) -> ArticleSubmittedV2:
    return submitted(
        name,
        headline="First ship docks at Veresk after the quay repairs",
        lead="The bulk carrier Stella brought maize from Odesa.",
        body_html="<p>Mayor Taras Havrylov said the repairs cost €64 million.</p>",
        language="en",
    )


async def test_articles_kills_and_corrections_come_out_in_key_order(stack: Stack) -> None:
    log = await Log.ready(stack.kafka)
    first, kill = russian("port-" + uuid4().hex), killed("gone-" + uuid4().hex)
    second = russian(first.external_id, 2)
    async with enrich_process(stack.kafka) as service:
        await log.write(ARTICLES_SUBMITTED, [first, kill, second])
        found = await log.enriched([first.article_id, kill.article_id], 3)
        await service.until_ready()
        metrics = (await service.http.get("/metrics")).text
        assert await service.stop() == 0 or service.process.returncode == -signal.SIGTERM
    assert kill in found
    of_article = [event for event in found if isinstance(event, ArticleEnrichedV2)]
    assert [(event.revision, event.submission_event_id) for event in of_article] == [
        (1, first.event_id),
        (2, second.event_id),
    ]
    event = of_article[0]
    assert event.language == "ru"
    assert {"Тарас Гаврилов", "Укринформ", "Анна Рейнгольд"} <= {tag.label for tag in event.tags}
    check_evidence(event.tags, event.content)
    assert event.enrichment.entities.status == "ok"
    assert event.enrichment.translations.status == "unavailable"
    assert 'newsloom_enrich_facets_total{facet="entities",status="ok"}' in metrics
    assert 'newsloom_enrich_seconds_count{enricher="slovnet"}' in metrics


async def test_a_new_article_is_linked_to_a_published_one_in_another_language_until_that_is_killed(
    stack: Stack,
) -> None:
    log = await Log.ready(stack.kafka)
    story, before, after = english(), russian(), russian()
    async with enrich_process(stack.kafka):
        await log.write(ARTICLES_SUBMITTED, [story])
        (own,) = await log.enriched([story.article_id], 1)
    await log.write(ARTICLES_PUBLISHED, [published(story, tags=own.tags)])
    async with enrich_process(stack.kafka) as service:
        await service.until_ready()
        await log.write(ARTICLES_SUBMITTED, [before])
        (linked,) = await log.enriched([before.article_id], 1)
        link = next(link for link in linked.related if link.article_id == story.article_id)
        assert link.relation == "translation-of"
        assert link.reasons[0] == "та же статья на другом языке"
        assert link.reasons[1].startswith("в обеих статьях: ")
        assert linked.enrichment.related.status == "ok"

        await log.write(ARTICLES_PUBLISHED, [killed(story.external_id)])
        await eventually(
            lambda: _unlinked(log, story), within=60, what="the end of links to a killed article"
        )
        await log.write(ARTICLES_SUBMITTED, [after])
        (unlinked,) = await log.enriched([after.article_id], 1)
    assert story.article_id not in {link.article_id for link in unlinked.related}


async def _unlinked(log: Log, story: ArticleSubmittedV2) -> bool:
    probe = russian()
    await log.write(ARTICLES_SUBMITTED, [probe])
    (event,) = await log.enriched([probe.article_id], 1)
    return story.article_id not in {link.article_id for link in event.related}


async def test_the_index_is_kept_between_two_starts_and_goes_on_from_its_offsets(
    stack: Stack, tmp_path: Path
) -> None:
    log = await Log.ready(stack.kafka)
    path = tmp_path / "related.index"
    story, later = english(), english()
    async with enrich_process(stack.kafka, ENRICH_INDEX_FILE=str(path)) as service:
        await service.until_ready()
        await log.write(ARTICLES_PUBLISHED, [published(story)])
        await eventually(lambda: path.exists(), within=60, what="the file, once the log was read")
        await service.stop()
    first = read_snapshot(path)
    await log.write(ARTICLES_PUBLISHED, [published(later)])
    async with enrich_process(stack.kafka, ENRICH_INDEX_FILE=str(path)) as service:
        await service.until_ready()
        await service.stop()
    second = read_snapshot(path)
    assert first.log == second.log
    assert first.log.endswith("/articles-published")
    assert sum(second.offsets.values()) > sum(first.offsets.values())
    index = RelatedIndex(second.packed)
    assert None not in (index.slot_of(story.article_id), index.slot_of(later.article_id))


async def test_nothing_is_lost_when_a_worker_and_then_the_service_itself_are_killed(stack: Stack) -> None:
    log = await Log.ready(stack.kafka)
    articles = [russian() for _ in range(60)]
    wanted = [article.article_id for article in articles]
    async with enrich_process(stack.kafka) as service:
        await service.until_ready()
        service.workers()[0].kill()
        writing = asyncio.create_task(log.write(ARTICLES_SUBMITTED, articles))
        await log.enriched(wanted, 3)
        workers = service.workers()
        await service.stop(signal.SIGKILL)
        await writing
    await eventually(lambda: not any(map(_lives, workers)), within=15, what="the end of orphaned workers")
    async with enrich_process(stack.kafka):
        found = await log.enriched(wanted, len(wanted))
    # Repeats have the id of the first: there are exactly as many events as articles.
    assert sorted(event.article_id for event in found) == sorted(wanted)


def _lives(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize("language_work", ["off"])
async def test_without_language_work_articles_pass_and_no_worker_is_started(
    stack: Stack, language_work: str
) -> None:
    log = await Log.ready(stack.kafka)
    articles = [russian() for _ in range(200)]
    async with enrich_process(stack.kafka, ENRICH_LANGUAGE_WORK=language_work) as service:
        await service.until_ready()
        await log.write(ARTICLES_SUBMITTED, articles)
        found = await log.enriched([article.article_id for article in articles], 200)
        assert service.workers() == []
    assert {event.enrichment.entities.status for event in found} == {"skipped"}
    assert {event.language for event in found} == {"und"}
