"""The use case: submissions become enriched articles; kills and edits pass through in their order."""

import asyncio
from collections.abc import Sequence
from typing import Final

from enrich.analysis import Analysis
from enrich.enrichers.byline import byline_tags
from enrich.ports import AnalysisFailed, Analysts, ArticleEnricher, Meter, Publisher, RelatedArticles
from enrich.translations import Translations, names_in
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_ENRICHED, TRANSLATIONS_REQUESTED
from newsloom_schemas.enrichment import Enrichment, Facet, RelatedLink, Tag
from newsloom_schemas.events import (
    ArticleEnrichedV2,
    ArticleKilledV1,
    ArticleSubmittedV2,
    ReindexRequestedV2,
    TranslationRequestedV2,
)
from newsloom_schemas.identity import CANARY_SOURCE, event_id
from newsloom_schemas.languages import UNDETERMINED

FIRST_RUN: Final = 0
OFF: Final = Facet(status="skipped", reason="language work is switched off")
_ALL_OFF: Final = Enrichment(
    language=OFF, entities=OFF, subjects=OFF, keyphrases=OFF, related=OFF, translations=OFF
)
# It goes the way of every article, but leads no reader to another and costs no engine its time.
_CANARY: Final = Facet(status="skipped", reason="a canary is related to nothing and not translated")
_NOT_SERVED: Final = Facet(status="skipped", reason="no enricher serves this language")


class PlainEnricher:
    """Language work switched off: says so in every facet and adds nothing."""

    async def enriched(self, event: ArticleSubmittedV2, run: int = FIRST_RUN) -> ArticleEnrichedV2:
        language = event.content.language or UNDETERMINED
        return enriched_event(event, run=run, language=language, enrichment=_ALL_OFF)


class FullEnricher:
    """Language, tags and related links for one submission. Whatever fails becomes the reason of a facet."""

    def __init__(
        self, *, analysts: Analysts, related: RelatedArticles, translations: Translations, meter: Meter
    ) -> None:
        self._analysts = analysts
        self._related = related
        self._translations = translations
        self._meter = meter

    def with_analysts(self, analysts: Analysts) -> "FullEnricher":
        """The same enricher over other workers."""
        return FullEnricher(
            analysts=analysts, related=self._related, translations=self._translations, meter=self._meter
        )

    async def enriched(self, event: ArticleSubmittedV2, run: int = FIRST_RUN) -> ArticleEnrichedV2:
        try:
            analysis = await self._analysts.analyse(event.source, event.content)
        except AnalysisFailed as failure:
            return self._failed(event, run, str(failure))
        self._meter.analysed(analysis)
        links, related = await self._links(event, analysis, run)
        self._meter.found(analysis.tags, links)
        enrichment = Enrichment(
            language=analysis.language_facet,
            entities=analysis.facets.get("entities", _NOT_SERVED),
            subjects=analysis.facets.get("subjects", _NOT_SERVED),
            keyphrases=analysis.facets.get("keyphrases", _NOT_SERVED),
            related=related,
            translations=self._translations_of(event, analysis.language),
        )
        self._meter.enriched(enrichment)
        return enriched_event(
            event,
            run=run,
            language=analysis.language,
            enrichment=enrichment,
            tags=analysis.tags,
            related=links,
            translations_wanted=self._targets(event, analysis.language),
        )

    async def _links(
        self, event: ArticleSubmittedV2, analysis: Analysis, run: int
    ) -> tuple[tuple[RelatedLink, ...], Facet]:
        if event.source == CANARY_SOURCE:
            return (), _CANARY
        return await self._related.links(event, analysis, run=run)

    def _translations_of(self, event: ArticleSubmittedV2, language: str) -> Facet:
        return _CANARY if event.source == CANARY_SOURCE else self._translations.facet(language)

    def _targets(self, event: ArticleSubmittedV2, language: str) -> tuple[str, ...]:
        return () if event.source == CANARY_SOURCE else self._translations.targets(language)

    def _failed(self, event: ArticleSubmittedV2, run: int, reason: str) -> ArticleEnrichedV2:
        failed = Facet(status="failed", reason=reason)
        language = event.content.language or UNDETERMINED
        enrichment = Enrichment(
            language=failed,
            entities=failed,
            subjects=failed,
            keyphrases=failed,
            related=failed,
            translations=self._translations_of(event, language),
        )
        self._meter.enriched(enrichment)
        return enriched_event(
            event,
            run=run,
            language=language,
            enrichment=enrichment,
            tags=byline_tags(event.content.author_names),
            translations_wanted=self._targets(event, language),
        )


class Enrich:
    """Turns a batch of either lane into `articles-enriched`, each key in its order."""

    def __init__(self, enricher: ArticleEnricher, publisher: Publisher, translations: Translations) -> None:
        self._enricher = enricher
        self._publisher = publisher
        self._translations = translations

    async def __call__(self, events: Sequence[Event]) -> None:
        """Enrich all submissions at the same time, then emit everything in the order it came in."""
        results = await asyncio.gather(*(self._result(event) for event in events))
        await self._publisher.publish([(ARTICLES_ENRICHED, result) for result in results])
        # Only now: in the log a translation follows the article that it belongs to.
        asked = (self._request(*pair) for pair in zip(events, results, strict=True))
        requests = [request for request in asked if request is not None]
        if requests:
            await self._publisher.publish([(TRANSLATIONS_REQUESTED, request) for request in requests])

    async def _result(self, event: Event) -> Event:
        if isinstance(event, ArticleSubmittedV2):
            return await self._enricher.enriched(event)
        if isinstance(event, ReindexRequestedV2):
            return await self._enricher.enriched(submitted_again(event), event.run)
        return event

    def _request(self, event: Event, result: Event) -> TranslationRequestedV2 | ArticleKilledV1 | None:
        if isinstance(result, ArticleKilledV1) and self._translations.in_use:
            # so that no translation of it is tried any more; of a canary none is ever asked
            return None if result.source == CANARY_SOURCE else result
        if not isinstance(result, ArticleEnrichedV2):
            return None
        # No translation replaces one of the same revision that is as good, so those need not be made again.
        there = event.translated if isinstance(event, ReindexRequestedV2) else ()
        targets = tuple(each for each in result.translations_wanted if each not in there)
        if not targets:
            return None
        of = f"{result.submission_event_id}\n{result.run}\n{','.join(targets)}"
        return TranslationRequestedV2(
            event_id=event_id(result.article_id, result.revision, TranslationRequestedV2.EVENT_TYPE, of),
            article_id=result.article_id,
            source=result.source,
            external_id=result.external_id,
            submission_event_id=result.submission_event_id,
            revision=result.revision,
            language=result.language,
            targets=targets,
            content=result.content,
            names=names_in(result.tags),
        )


def submitted_again(event: ReindexRequestedV2) -> ArticleSubmittedV2:
    """The submission that is to be enriched once more."""
    return ArticleSubmittedV2(
        event_id=event.submission_event_id,
        article_id=event.article_id,
        source=event.source,
        external_id=event.external_id,
        revision=event.revision,
        accepted_at=event.accepted_at,
        dialect="archive",
        content=event.content,
    )


def enriched_event(
    event: ArticleSubmittedV2,
    *,
    run: int = FIRST_RUN,
    language: str,
    enrichment: Enrichment,
    tags: tuple[Tag, ...] = (),
    related: tuple[RelatedLink, ...] = (),
    translations_wanted: tuple[str, ...] = (),
) -> ArticleEnrichedV2:
    """The event of one submission, with the id that a repeat of the same work has too."""
    return ArticleEnrichedV2(
        event_id=event_id(
            event.article_id,
            event.revision,
            ArticleEnrichedV2.EVENT_TYPE,
            f"{event.event_id}\n{run}",
        ),
        article_id=event.article_id,
        source=event.source,
        external_id=event.external_id,
        submission_event_id=event.event_id,
        revision=event.revision,
        run=run,
        accepted_at=event.accepted_at,
        content=event.content,
        language=language,
        tags=tags,
        related=related,
        enrichment=enrichment,
        translations_wanted=translations_wanted,
        source_class=event.source_class,
    )
