"""The store and the producer as one process of a schedule reaches them: every call waits at a gate."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from newsloom_schemas.document import StoredArticleV3
from newsloom_store import Head
from publish.ports import Emission, Swap
from tests.unit.publish.processes import Action, Process
from tests.unit.publish.vocabulary import document_in_words, emission_in_words, names


class SteppedStore:
    """The store as one process reaches it. Bulks are not atomic, answers are old when they arrive."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._world = process.world

    async def load(self, article_ids: Sequence[str]) -> Mapping[str, StoredArticleV3]:
        found = await self._world.memory.load(article_ids)
        await self._process.gate("read", names(article_ids))
        return found

    async def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        found = await self._world.memory.heads(article_ids)
        await self._process.gate("read", names(article_ids))
        return found

    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]:
        lost: set[str] = set()
        await self._process.send("write", [self._swap(swap, lost) for swap in swaps])
        return frozenset(lost)

    def _swap(self, swap: Swap, lost: set[str]) -> Action:
        def arrive() -> None:
            if not self._world.store(swap):
                lost.add(swap.document.article_id)

        return Action(document_in_words(swap.document), arrive)

    async def server_time(self) -> datetime:
        moment = self._world.now()
        await self._process.gate("read", "the clock")
        return moment

    async def due(self, now: datetime, *, limit: int) -> list[StoredArticleV3]:
        found = await self._world.memory.due(now, limit=limit)
        await self._process.gate("read", f"{len(found)} due")
        return found

    async def untold(self, before: datetime, *, limit: int) -> list[StoredArticleV3]:
        found = await self._world.memory.untold(before, limit=limit)
        await self._process.gate("read", f"{len(found)} untold")
        return found

    async def told(self, versions: Mapping[str, int]) -> None:
        if versions:
            action = Action(f"told {names(list(versions))}", lambda: self._world.note_told(versions))
            await self._process.send("write", [action])


class SteppedPublisher:
    """The producer of one process. Each record arrives by itself."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._world = process.world

    async def publish(self, emissions: Sequence[Emission]) -> None:
        if emissions:
            await self._process.send("tell", [self._emission(each) for each in emissions])

    def _emission(self, emission: Emission) -> Action:
        return Action(emission_in_words(emission), lambda: self._world.tell(emission))

    async def publish_raw(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]
    ) -> None:
        await self._process.send(
            "tell", [Action(f"a dead letter to {topic}", lambda: self._world.bury(key, value, headers))]
        )
