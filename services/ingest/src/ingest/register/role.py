"""The register in a running service: its connections, and its reader where the process has that role."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from ingest.register.fate import Fate
from ingest.register.log import KafkaLog
from ingest.register.ports import Times
from ingest.register.reading import RegisterReader
from ingest.register.register import LogRegister
from ingest.settings import Settings
from newsloom_runtime.chassis import Chassis
from newsloom_store import MongoSubmissions, Observer, SubmissionFact


class RegisterRole:
    """To be entered before the chassis. Neither entering nor anything but asking it waits for MongoDB.

    `tell` hears how many records the register has still to read, `tell_oldest` the Unix time of the oldest
    dead letter that waits for an operator (0: none).
    """

    def __init__(
        self,
        settings: Settings,
        chassis: Chassis,
        *,
        tell: Callable[[int], None],
        tell_oldest: Callable[[float], None],
        observer: Observer | None = None,
    ) -> None:
        self._settings = settings
        self._closing = AsyncExitStack()
        self._reader: RegisterReader | None = None
        self._register: LogRegister | None = None
        self._tell = tell
        self._tell_oldest = tell_oldest
        self._observer = observer
        if "register" in settings.roles:
            chassis.background("register", self._read)
            # Accepting does not depend on it, so it is no reason to send no traffic.
            chassis.health.add_note("register", self._note)

    async def __aenter__(self) -> Self:
        settings = self._settings
        store = await self._closing.enter_async_context(
            MongoSubmissions.connected(
                settings.mongo,
                database=settings.mongo_database,
                driver=settings.mongo_driver,
                observer=self._observer,
            )
        )
        log = KafkaLog(settings.kafka)
        self._closing.push_async_callback(log.close)
        self._reader = RegisterReader(settings.kafka, store, tell=self._tell, tell_oldest=self._tell_oldest)
        self._register = LogRegister(store, log, hurry=self._reader.hurry)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    async def caught_up(self) -> None:
        """See Register."""
        await self._entered.caught_up()

    async def latest_revision(self, article_id: str) -> int | None:
        """See Register."""
        return await self._entered.latest_revision(article_id)

    async def find(self, event_id: str) -> SubmissionFact | None:
        """See Register."""
        return await self._entered.find(event_id)

    async def fate(self, fact: SubmissionFact, *, hops: bool = True) -> tuple[Fate, Times]:
        """See Register."""
        return await self._entered.fate(fact, hops=hops)

    @property
    def _entered(self) -> LogRegister:
        if self._register is None:
            raise RuntimeError("enter the RegisterRole with `async with` before asking it")
        return self._register

    async def _read(self) -> None:
        if self._reader is not None:
            await self._reader.run()

    def _note(self) -> str | None:
        return self._reader.note() if self._reader is not None else None
