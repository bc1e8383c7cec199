"""What publish needs from the world: a store with compare-and-swap, a publisher, two clocks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import Topic
from newsloom_schemas.document import StoredArticleV3

Emission = tuple[Topic, Event]


class Swap(Protocol):
    """A document and the `document_version` it replaces, None when there must be none."""

    @property
    def expected_version(self) -> int | None: ...
    @property
    def document(self) -> StoredArticleV3: ...


class Head(Protocol):
    """What a stored document is at."""

    @property
    def document_version(self) -> int: ...
    @property
    def accepted_at(self) -> datetime | None: ...


class Store(Protocol):
    """The documents. What is read is durable; `write` answers with the ids of swaps that were lost."""

    async def load(self, article_ids: Sequence[str]) -> Mapping[str, StoredArticleV3]: ...
    async def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]: ...
    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]: ...


class EmbargoStore(Protocol):
    """The documents, by what the end of an embargo is about."""

    async def due(self, now: datetime, *, limit: int) -> list[StoredArticleV3]: ...
    async def untold(self, before: datetime, *, limit: int) -> list[StoredArticleV3]: ...
    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]: ...
    async def told(self, versions: Mapping[str, int]) -> None: ...


class Publisher(Protocol):
    """Returns when every emission is acknowledged; those of one key keep their order."""

    async def publish(self, emissions: Sequence[Emission]) -> None: ...


class Clock(Protocol):
    """Tells the time in UTC."""

    def now(self) -> datetime: ...


class ServerClock(Protocol):
    """The clock by which embargoes end: one for all processes, and not to be fooled by a step of it."""

    async def server_time(self) -> datetime: ...
