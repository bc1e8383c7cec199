"""The guards of requests in a running service: one connection for answers under a key and for claims."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from ingest.guards.revision import ClaimingGuard, KnowsTheLog
from ingest.settings import Settings
from newsloom_schemas.events import ArticleSubmittedV2
from newsloom_store import Observer
from newsloom_store.request_guards import Attempt, Begun, MongoRequestGuards


class RequestGuards:
    """RevisionGuard and Answers of a service. Entering does not wait for MongoDB; being asked does."""

    def __init__(
        self, settings: Settings, register: KnowsTheLog, *, observer: Observer | None = None
    ) -> None:
        self._settings = settings
        self._register = register
        self._observer = observer
        self._closing = AsyncExitStack()
        self._guards: MongoRequestGuards | None = None

    async def __aenter__(self) -> Self:
        settings = self._settings
        self._guards = await self._closing.enter_async_context(
            MongoRequestGuards.connected(
                settings.mongo,
                database=settings.mongo_database,
                driver=settings.mongo_driver,
                observer=self._observer,
            )
        )
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    async def claim(self, event: ArticleSubmittedV2, previous_revision: int) -> None:
        """See RevisionGuard."""
        await ClaimingGuard(self._register, self._entered.claims).claim(event, previous_revision)

    async def begin(self, key: str, fingerprint: str, *, now: datetime) -> Begun:
        """See Answers."""
        return await self._entered.answers.begin(key, fingerprint, now=now)

    async def finish(self, attempt: Attempt, answer: Mapping[str, Any]) -> None:
        """See Answers."""
        await self._entered.answers.finish(attempt, answer)

    async def abandon(self, attempt: Attempt) -> None:
        """See Answers."""
        await self._entered.answers.abandon(attempt)

    @property
    def _entered(self) -> MongoRequestGuards:
        if self._guards is None:
            raise RuntimeError("enter the RequestGuards with `async with` before asking them")
        return self._guards
