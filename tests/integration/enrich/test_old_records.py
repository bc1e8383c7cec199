"""What lies in enrich's topics from before authors were structured, and what old producers still write."""

from uuid import uuid4

from newsloom_schemas.catalog import ARTICLES_PUBLISHED, ARTICLES_REINDEX, ARTICLES_SUBMITTED
from newsloom_schemas.events import ArticleEnrichedV2
from tests.conftest import Stack
from tests.factories import authors, of_version_1, reindex_requested, submitted
from tests.integration.enrich.newsroom import Log, enrich_process
from tests.integration.enrich.test_service import english
from tests.unit.enrich.test_indexing import published

SIGNED = authors("Анна Ко", "Bo Li")


async def test_version_1_is_enriched_gone_over_again_and_linked_to(stack: Stack) -> None:
    log, word = await Log.ready(stack.kafka), uuid4().hex
    story = english(f"told-{word}")
    live = submitted(f"live-{word}", authors=SIGNED)
    wish = reindex_requested(submitted(f"again-{word}", authors=SIGNED), run=9)
    await log.write(ARTICLES_PUBLISHED, [of_version_1(published(story))])
    copy = english(f"copy-{word}")
    async with enrich_process(stack.kafka) as service:
        await service.until_ready()
        await log.write(ARTICLES_SUBMITTED, [of_version_1(live), of_version_1(copy)])
        await log.write(ARTICLES_REINDEX, [of_version_1(wish)])
        found = await log.enriched([live.article_id, copy.article_id, wish.article_id], 3)
    by_article = {event.article_id: event for event in found}
    assert {type(event) for event in found} == {ArticleEnrichedV2}
    for event in (live, wish):
        enriched = by_article[event.article_id]
        assert enriched.content.authors == SIGNED
        assert {"Анна Ко", "Bo Li"} <= {tag.label for tag in enriched.tags if tag.role == "author"}
    assert by_article[wish.article_id].run == 9
    assert story.article_id in {link.article_id for link in by_article[copy.article_id].related}
