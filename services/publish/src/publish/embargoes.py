"""The role that ends embargoes: it looks for what is due, twice a second, for as long as the service runs."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from newsloom_runtime.errors import TransientError
from newsloom_schemas.document import StoredArticleV3
from newsloom_store import StoreUnavailable
from publish.lift import PAGE, Lift, due, end_embargoes, tell, untold
from publish.metrics import PublishMetrics
from publish.ports import EmbargoStore, Publisher, ServerClock

EVERY_S = 0.5
ASIDE_FOR = timedelta(minutes=1)

_Work = TypeVar("_Work")


@dataclass(kw_only=True)
class Embargoes:
    """An endless task. What it has to do stands in the store, so it may be killed at any moment."""

    store: EmbargoStore
    publisher: Publisher
    clock: ServerClock
    public_url: str
    metrics: PublishMetrics
    _aside: dict[str, datetime] = field(default_factory=dict, init=False)
    _waiting_for: str | None = field(default=None, init=False)

    def not_ready(self) -> str | None:
        """Why no embargo can end now, or None."""
        return self._waiting_for and f"embargoes wait for a dependency: {self._waiting_for}"

    async def run(self) -> None:
        """Look for ever. A dependency that is away is asked again at the next look, without a growing pause:
        its return must not cost the seconds within which an embargo ends."""
        while True:
            more = False
            try:
                more = await self.look()
                self._waiting_for = None
            except (StoreUnavailable, TransientError) as error:
                self._note(error)
            if not more:
                await asyncio.sleep(EVERY_S)

    async def look(self) -> bool:
        """Lift what is due and tell what may be untold. True when there is more to do at once."""
        now = await self.clock.server_time()
        self._aside = {key: until for key, until in self._aside.items() if until > now}
        lifts = [each for each in await due(self.store, now=now) if self._is_open(each.document)]
        await self._together_or_alone(lifts, self._end, lambda each: each.document, now)
        late = [each for each in await untold(self.store, now=now) if self._is_open(each)]
        await self._together_or_alone(late, self._tell, lambda each: each, now)
        return len(lifts) == PAGE or len(late) == PAGE

    async def _end(self, lifts: Sequence[Lift]) -> None:
        began = time.monotonic()
        won = await end_embargoes(
            lifts, store=self.store, publisher=self.publisher, public_url=self.public_url
        )
        self.metrics.count_lifts(won, telling_took=time.monotonic() - began)

    async def _tell(self, documents: Sequence[StoredArticleV3]) -> None:
        await tell(documents, store=self.store, publisher=self.publisher, public_url=self.public_url)
        self.metrics.retold.inc(len(documents))

    async def _together_or_alone(
        self,
        work: Sequence[_Work],
        act: Callable[[Sequence[_Work]], Awaitable[None]],
        document_of: Callable[[_Work], StoredArticleV3],
        now: datetime,
    ) -> None:
        """Do it in one go; when that fails for good, one by one, so that one article holds no other."""
        if not work:
            return
        try:
            await act(work)
        except (StoreUnavailable, TransientError):
            raise
        except Exception as error:  # noqa: BLE001 - one article must not hold the embargoes of all others
            if len(work) == 1:
                self._set_aside(document_of(work[0]).article_id, error, now)
                return
            for each in work:
                await self._together_or_alone([each], act, document_of, now)

    def _set_aside(self, article_id: str, error: Exception, now: datetime) -> None:
        self._aside[article_id] = now + ASIDE_FOR
        self.metrics.lift_failures.inc()
        structlog.get_logger().error(
            "embargo_set_aside", article_id=article_id, error=type(error).__name__, again_in="1 minute"
        )

    def _is_open(self, document: StoredArticleV3) -> bool:
        return document.article_id not in self._aside

    def _note(self, error: Exception) -> None:
        if self._waiting_for is None:
            structlog.get_logger().warning("embargoes_wait", error=f"{type(error).__name__}: {error}")
        self._waiting_for = f"{type(error).__name__}: {error}"
