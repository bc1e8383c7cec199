"""The translator, put together: its engines and what is known of them, its role, and its look-out."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from enrich.translator.article import ArticleTranslator
from enrich.translator.asking import Asker
from enrich.translator.board import Board
from enrich.translator.consumer import translator_role
from enrich.translator.engines.registry import engines_of
from enrich.translator.lookout import Lookout, Trials
from enrich.translator.metrics import BoardCollector, TranslatorMetrics
from enrich.translator.ports import Pair, Publisher
from enrich.translator.requests import TranslateRequests
from enrich.translator.settings import TranslatorSettings
from enrich.translator.traced import TracedWaiting
from newsloom_runtime.chassis import Chassis
from newsloom_runtime.metrics.mongo import MongoMetrics
from newsloom_store import MongoTranslations


class TranslationDesk:
    """`board` tells which pairs can be asked for; the role itself runs where the settings name it."""

    def __init__(
        self, settings: TranslatorSettings, *, languages: tuple[str, ...], wanted: tuple[str, ...]
    ) -> None:
        self._settings = settings
        self._engines = engines_of(settings)
        candidates = [Pair(source, target) for source in languages for target in wanted if source != target]
        self.board = Board(self._engines, candidates, clock=time.monotonic, order=settings.order)
        self._trials = Trials(self.board, self._engines, seconds=time.monotonic)

    @asynccontextmanager
    async def attending(
        self, chassis: Chassis, publisher: Publisher, roles: Sequence[str]
    ) -> AsyncIterator[None]:
        """Whatever of the translator these roles need, added to the chassis, which is entered after this."""
        async with AsyncExitStack() as running:
            for engine in self._engines:
                running.push_async_callback(engine.close)
            chassis.health.add_note("translation", self._trials.note)
            if self.board and "translator" in roles:
                await running.enter_async_context(self._working(chassis, publisher))
            elif self.board:
                # Another process translates; this one has to know which pairs can be asked for.
                chassis.background("translation-engines", self._trials.run)
            yield

    @asynccontextmanager
    async def _working(self, chassis: Chassis, publisher: Publisher) -> AsyncIterator[None]:
        """The role itself."""
        settings = self._settings
        async with MongoTranslations.connected(
            settings.mongo,
            database=settings.mongo_database,
            driver=settings.mongo_driver,
            observer=MongoMetrics(chassis.registry),
        ) as store:
            metrics = TranslatorMetrics(chassis.registry)
            asker = Asker(self.board, store.sentences, metrics, at_once=settings.translate_at_once)
            requests = TranslateRequests(
                ArticleTranslator(
                    self.board,
                    asker,
                    chassis.clock,
                    max_chars=settings.translate_max_chars,
                    drafts=settings.drafts,
                ),
                TracedWaiting(store.waiting),
                store,
                publisher,
                chassis.clock,
                metrics,
                give_up_after=timedelta(seconds=settings.translate_give_up_after),
            )
            lookout = Lookout(self._trials, store, requests, chassis.clock)
            chassis.registry.register(BoardCollector(self.board, lookout))
            subscription = translator_role(requests)
            faults = chassis.faults.within("enrich")
            chassis.subscribe(subscription if faults is None else faults.around("enrich", subscription))
            chassis.background("translator", lookout.run)
            yield
