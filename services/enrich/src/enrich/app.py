"""The enrich service: its parts, put together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette

from enrich.archive.lane import add_archive_lane
from enrich.consumer import ANALYSED_RECORDS, PLAIN_RECORDS, enricher_role
from enrich.enrich import Enrich, FullEnricher, PlainEnricher
from enrich.faults import with_faults
from enrich.index_file import IndexFile
from enrich.indexing import PublishedIndex
from enrich.linguistics.aliases import readable
from enrich.metrics import EnrichMetrics, SwitchedOff
from enrich.settings import Settings
from enrich.topics.sections import usable
from enrich.translations import Translations
from enrich.translator.desk import TranslationDesk
from enrich.workers import WorkerPool
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.log_reader import LogReader
from newsloom_runtime.production import read_settings
from newsloom_runtime.server import serve
from newsloom_schemas.catalog import ARTICLES_PUBLISHED


def build(settings: Settings) -> Starlette:
    """The application. It starts without Kafka; readiness tells what is missing."""
    chassis = Chassis("enrich", settings)
    language_work = settings.language_work == "on"
    desk = TranslationDesk(settings, languages=settings.languages, wanted=settings.translate_to)
    wanted = settings.translate_to if language_work else ()
    translations = Translations(wanted=wanted, pairs=desk.board)
    pool = WorkerPool(
        workers=settings.workers,
        budget=settings.budget,
        languages=settings.languages,
        alias_packs=readable(settings.alias_packs),
        sections=usable(settings.sections),
    )
    metrics = EnrichMetrics(chassis.registry)
    SwitchedOff(chassis.registry, pool.switched_off)
    enriching = language_work and "enricher" in settings.roles

    def full_enricher() -> FullEnricher:
        file = None if settings.index_file is None else IndexFile(settings.index_file)
        bootstrap = settings.kafka
        index = PublishedIndex(pool, lambda: LogReader(bootstrap, ARTICLES_PUBLISHED), file=file)
        chassis.background("related-index", index.run)
        chassis.health.add_check("related-index", index.not_ready)
        chassis.health.add_check("workers", pool.not_ready)
        chassis.health.add_note("enrichers", pool.left_out)
        metrics.index_articles.set_function(lambda: len(index))
        metrics.workers.labels("idle").set_function(lambda: pool.idle)
        metrics.workers.labels("busy").set_function(lambda: pool.busy)
        return FullEnricher(analysts=pool, related=index, translations=translations, meter=metrics)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            if enriching:
                await running.enter_async_context(pool)
            await running.enter_async_context(desk.attending(chassis, publisher, settings.roles))
            await running.enter_async_context(chassis)
            yield

    faults = chassis.faults.within("enrich")
    publisher = with_faults(chassis.publisher, faults)
    if "enricher" in settings.roles:
        enricher = full_enricher() if language_work else PlainEnricher()
        max_records = ANALYSED_RECORDS * settings.workers if language_work else PLAIN_RECORDS
        subscription = enricher_role(Enrich(enricher, publisher, translations), max_records=max_records)
        chassis.subscribe(subscription if faults is None else faults.around("enrich", subscription))
        add_archive_lane(chassis, settings, enricher, publisher, translations)
    return chassis.equip(Starlette(lifespan=lifespan))


def main() -> None:
    """Serve until stopped."""
    settings = read_settings(Settings, "enrich")
    serve(build(settings), settings, service="enrich")
