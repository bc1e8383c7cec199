"""Nothing goes out that the store has gone beyond: a text that was withdrawn may stand in older records."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from feeds.ports import Versions
from feeds.updates import Update

TRUST_S = 0.5
KNOWN_ARTICLES = 50_000


@dataclass(frozen=True, slots=True)
class _Answer:
    document_version: int
    came_at: float


class Freshness:
    """Compares updates with the versions in the store, and trusts an answer for half a second.

    A record with a lower version than the document's was appended before a later change, or by a publisher
    already replaced. Readers who catch up at the same time want the same records, so they share the answers.
    """

    def __init__(
        self,
        store: Versions,
        *,
        known_articles: int = KNOWN_ARTICLES,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._known_articles = known_articles
        self._now = now
        self._answers: dict[str, _Answer] = {}
        self._asking = asyncio.Lock()

    async def current(self, updates: Sequence[Update]) -> Sequence[Update]:
        """Those that the store has not gone beyond, by answers that may still be trusted."""
        wanted = {update.article_id for update in updates}
        while self._unknown(wanted):
            async with self._asking:  # whoever waited here finds the answers that came meanwhile
                await self._ask(self._unknown(wanted))
        return self._not_behind(updates)

    async def current_now(self, updates: Sequence[Update]) -> Sequence[Update]:
        """Those that the store has not gone beyond, asked whatever is known, and before everyone else."""
        await self._ask({update.article_id for update in updates})
        return self._not_behind(updates)

    async def _ask(self, article_ids: Iterable[str]) -> None:
        asked = list(article_ids)
        if asked:
            found = await self._store.versions(asked)
            came_at = self._now()
            self._make_room()
            for one in asked:
                known = self._answers.get(one)
                version = max(found.get(one, 0), known.document_version if known else 0)
                self._answers[one] = _Answer(version, came_at)  # answers may come in another order

    def _unknown(self, article_ids: Iterable[str]) -> list[str]:
        oldest = self._now() - TRUST_S
        answers = self._answers
        return [one for one in article_ids if (known := answers.get(one)) is None or known.came_at < oldest]

    def _not_behind(self, updates: Sequence[Update]) -> Sequence[Update]:
        return [u for u in updates if u.document_version >= self._answers[u.article_id].document_version]

    def _make_room(self) -> None:
        if len(self._answers) > self._known_articles:
            oldest = self._now() - TRUST_S
            self._answers = {one: known for one, known in self._answers.items() if known.came_at >= oldest}
