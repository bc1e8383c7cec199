"""How a handler is tried: transient failures wait, bugs are isolated, verdicts stand."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import structlog

from newsloom_runtime.errors import PermanentError, TransientError
from newsloom_runtime.log_fields import fields_of
from newsloom_runtime.metrics import ConsumerMetrics
from newsloom_runtime.records import RawRecord, RawSubscription, Received, Rejection, Subscription

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0
TRIES_FOR_A_BUG = 3

T = TypeVar("T")
Items = Sequence[Received] | Sequence[RawRecord]


class Attempts:
    """Runs a handler until every item has a verdict. `waiting_for` names the failure it waits out, if any."""

    def __init__(self, subscription: Subscription | RawSubscription, metrics: ConsumerMetrics) -> None:
        self._role = subscription.role
        self._handle: Callable[[Any], Awaitable[Sequence[Rejection]]] = subscription.handle
        self._transient: tuple[type[Exception], ...] = (TransientError, *subscription.transient)
        self._metrics = metrics
        self.waiting_for: str | None = None

    async def settle(self, items: Items) -> list[Rejection]:
        """The rejections among the items; all others are processed when this returns."""
        if not items:
            return []
        try:
            return list(await self.persist(lambda: self._handle(items)))
        except Exception as error:  # noqa: BLE001 - whatever a handler does, each record gets its outcome
            if len(items) > 1:
                self._log("batch_failed_trying_one_by_one", error, len(items))
            return [rejection for item in items for rejection in await self._settle_one(item)]

    async def persist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Repeat the work with a growing pause while it fails transiently."""
        pause = FIRST_PAUSE_S
        while True:
            try:
                result = await work()
            except self._transient as error:
                self.waiting_for = f"{type(error).__name__}: {error}"
                self._metrics.retries.labels(self._role).inc()
                self._log("waiting_for_a_dependency", error, 0)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            else:
                self.waiting_for = None
                return result

    async def _settle_one(self, item: Received | RawRecord) -> list[Rejection]:
        with structlog.contextvars.bound_contextvars(**fields_of(item)):  # for what the handler logs, too
            return await self._tried(item)

    async def _tried(self, item: Received | RawRecord) -> list[Rejection]:
        for attempt in range(1, TRIES_FOR_A_BUG + 1):
            try:
                return list(await self.persist(lambda: self._handle([item])))
            except PermanentError as error:
                return [Rejection(record=item, reason=error.reason, message=str(error), attempts=attempt)]
            except Exception as error:  # noqa: BLE001
                self._metrics.bugs.labels(self._role).inc()
                self._log("handler_bug", error, 1)
                name = type(error).__name__
        message = f"the handler failed with {name}; the service's log holds the traceback"
        return [Rejection(record=item, reason="bug", message=message, attempts=TRIES_FOR_A_BUG)]

    def _log(self, event: str, error: Exception, records: int) -> None:
        known = isinstance(error, (*self._transient, PermanentError))
        structlog.get_logger().warning(
            event,
            role=self._role,
            error=type(error).__name__,
            records=records,
            exc_info=None if known else error,
        )
