"""How far consumer groups have come in their topics, looked at from outside again and again.

Nothing is read but offsets: rights to describe topics and groups are enough, and no group notices.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from newsloom_runtime.cluster import Cluster, client_options
from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_runtime.raw_reader import RawReader

Place = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Offsets:
    """One look. `spans` are the oldest offset kept and the next to be written, by topic and partition; empty
    partitions are left out. `committed` is the next offset that each group will ask for, where it said so."""

    spans: Mapping[Place, tuple[int, int]]
    committed: Mapping[str, Mapping[Place, int]]


class GroupWatch:
    """Connections that stay open from look to look. Every method raises LogUnavailable."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._reader = RawReader(cluster)
        self._admin = AIOKafkaAdminClient(**client_options(cluster), request_timeout_ms=10_000)

    async def __aenter__(self) -> Self:
        try:
            await self._admin.start()
        except KafkaError as error:
            await self._admin.close()
            raise LogUnavailable(f"no Kafka at {self._cluster}") from error
        try:
            await self._reader.__aenter__()
        except BaseException:
            await self._admin.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._admin.close()
        await self._reader.__aexit__(kind, error, trace)

    async def topics_like(self, prefix: str) -> frozenset[str]:
        """The names of all topics that begin so."""
        return frozenset(name for name in await self._reader.topics() if name.startswith(prefix))

    async def look(self, groups: Iterable[str], topics: Collection[str]) -> Offsets:
        """The ends of the topics first, then the groups: what they settle meanwhile never counts as lag."""
        spans = await self._reader.spans(list(topics))
        return Offsets(spans=spans, committed={group: await self._committed(group) for group in groups})

    async def _committed(self, group: str) -> Mapping[Place, int]:
        try:
            found = await self._admin.list_consumer_group_offsets(group)
        except (KafkaError, AttributeError) as error:  # the latter is how the client meets an error in it
            raise LogUnavailable(
                f"Kafka at {self._cluster} did not tell how far {group} is: {type(error).__name__}"
            ) from error
        return {(tp.topic, tp.partition): at.offset for tp, at in found.items() if at.offset >= 0}
