"""The lane put together: its role, its pace, and worker processes of its own behind all others."""

import sys
import time
from collections.abc import Sequence
from typing import Final

from enrich.archive.metrics import LaneMetrics
from enrich.archive.never_worse import NeverWorse
from enrich.archive.on_demand import OnDemand
from enrich.archive.pace import Gate, Pace, Reason
from enrich.budget import PATIENCE
from enrich.consumer import ROLE as LIVE_ROLE
from enrich.enrich import Enrich, FullEnricher, PlainEnricher
from enrich.ports import Publisher
from enrich.settings import Settings
from enrich.translations import Translations
from enrich.translator.consumer import ROLE as TRANSLATOR_ROLE
from enrich.workers import WorkerPool
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.records import Received, Rejection, Subscription
from newsloom_schemas.catalog import ARTICLES_REINDEX

ROLE: Final = "archivist"
GROUP: Final = "enrich-archive"
# So few at a time that the lane soon notices live articles, so many that its worker is never idle.
RECORDS: Final = 4
# Of ten shares of a processor that both want, a live worker gets nine.
NICE: Final = 10
# A run may ask for translations too; those of live articles must not wait behind many of them.
TRANSLATIONS_WAITING: Final = 50


def add_archive_lane(
    chassis: Chassis,
    settings: Settings,
    enricher: FullEnricher | PlainEnricher,
    publisher: Publisher,
    translations: Translations,
) -> None:
    """Subscribe the lane. `enricher` is the live one; with language work the lane has its own workers."""
    if isinstance(enricher, FullEnricher):
        workers = OnDemand(lambda: archive_pool(settings))
        chassis.background("archive-workers", workers.run)
        enricher = enricher.with_analysts(workers)
    pace = Pace(
        rate=settings.reindex_rate,
        gates=_gates(chassis),
        clock=time.monotonic,
        meter=LaneMetrics(chassis.registry),
    )
    chassis.subscribe(archive_role(Enrich(NeverWorse(enricher), publisher, translations), pace))


def archive_role(enrich: Enrich, pace: Pace) -> Subscription:
    """The role that reads `articles-reindex`."""

    async def on_reindex_requested(batch: Sequence[Received]) -> Sequence[Rejection]:
        with pace.work(len(batch)):
            await enrich([received.event for received in batch])
        return ()

    return Subscription(
        role=ROLE,
        group=GROUP,
        topics=(ARTICLES_REINDEX,),
        handle=on_reindex_requested,
        max_records=RECORDS,
        hold=pace.hold,
    )


def archive_pool(settings: Settings) -> WorkerPool:
    """Workers that run behind everyone else; so by the clock they may take longer."""
    return WorkerPool(
        workers=settings.reindex_workers,
        budget=settings.budget * PATIENCE,
        languages=settings.languages,
        alias_packs=settings.alias_packs,
        sections=settings.sections,
        command=(sys.executable, "-m", "enrich.worker", f"--nice={NICE}"),
    )


def _gates(chassis: Chassis) -> dict[Reason, Gate]:
    return {
        "loading": lambda: bool(chassis.health.not_ready()),
        "live": lambda: chassis.behind(LIVE_ROLE) > 0,
        "translations": lambda: chassis.behind(TRANSLATOR_ROLE) > TRANSLATIONS_WAITING,
    }
