"""Two things that know what the store must hold: a rebuilt store, and the compacted topic."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.public_state import PublicState, absent, of_document
from publish.lift import lift
from publish.ports import ServerClock, Store
from publish.rebuild.last_words import LastWords
from publish.rebuild.replay import Replay
from publish.rebuild.seen import knows_more

IDS = 5_000  # a page of them
CATCHES_UP_WITHIN_S = 5.0
ASK_AGAIN_S = 0.1

# Records that a service has still to settle, by the first offset and the end of each partition.
HowFarBehind = Callable[[Mapping[int, int], Mapping[int, int]], Awaitable[int]]


class RebuildStore(Store, Protocol):
    """The store that is rebuilt."""

    async def ids(self, *, after: str = "", limit: int) -> Sequence[str]: ...


class RebuiltStore:
    """What replaying `articles-enriched` gives. An embargo that is over has ended here, too."""

    def __init__(
        self, replay: Replay, *, store: RebuildStore, clock: ServerClock, publisher_behind: HowFarBehind
    ) -> None:
        self._replay = replay
        self._store = store
        self._clock = clock
        self._publisher_behind = publisher_behind
        self._now: datetime | None = None

    async def catch_up(self) -> None:
        await self._replay.to_end()
        self._now = await self._clock.server_time()

    async def behind(self) -> int:
        return await _waited_for(lambda: self._publisher_behind(self._replay.first, self._replay.reached))

    async def digests(self, article_ids: Sequence[str]) -> Mapping[str, str]:
        documents = await self._store.load(article_ids)
        return {key: self._shown(document).digest() for key, document in documents.items()}

    async def state(self, article_id: str) -> PublicState | None:
        document = (await self._store.load([article_id])).get(article_id)
        return None if document is None else self._shown(document)

    def _shown(self, document: StoredArticleV3) -> PublicState:
        lifted = lift(document, now=self._now) if self._now is not None else None
        return of_document(lifted.document if lifted else document)

    async def ids(self) -> AsyncIterator[Sequence[str]]:
        after = ""
        while page := await self._store.ids(after=after, limit=IDS):
            yield page
            after = page[-1]

    def forms(self, live: StoredArticleV3) -> Sequence[PublicState]:
        return (of_document(live),)

    def covers(self, live: StoredArticleV3, expected: PublicState | None) -> bool:
        if not self._replay.lacks_older_events(live.article_id):
            return True
        return self._replay.seen.all_of(live) or knows_more(expected, live)

    def is_moving(self, live: StoredArticleV3) -> bool:
        until = live.withheld_until
        return until is not None and self._now is not None and until <= self._now


class FoldedTopic:
    """What a new consumer of `articles-published` has, who keeps the last record of each key."""

    def __init__(
        self,
        words: LastWords,
        *,
        publisher_behind: Callable[[], Awaitable[int]],
        proofreader_behind: HowFarBehind,
        older_form: bool = False,
    ) -> None:
        self._words = words
        self._older_form = older_form
        self._publisher_behind = publisher_behind
        self._proofreader_behind = proofreader_behind

    async def catch_up(self) -> None:
        await self._words.to_end()

    async def behind(self) -> int:
        """Of the publisher, that everything is told; of the proofreader, that everything told is healed."""
        return await _waited_for(self._both_behind)

    async def _both_behind(self) -> int:
        return await self._publisher_behind() + await self._proofreader_behind(
            self._words.first, self._words.reached
        )

    async def digests(self, article_ids: Sequence[str]) -> Mapping[str, str]:
        words = self._words.by_article
        return {key: words[key].digest if key in words else absent(key).digest() for key in article_ids}

    async def state(self, article_id: str) -> PublicState | None:
        word = self._words.by_article.get(article_id)
        return absent(article_id) if word is None else await self._words.state(word)

    async def ids(self) -> AsyncIterator[Sequence[str]]:
        known = sorted(self._words.by_article)
        for start in range(0, len(known), IDS):
            yield known[start : start + IDS]

    def forms(self, live: StoredArticleV3) -> Sequence[PublicState]:
        """While articles are told in the older form, readers know less of the authors: no difference."""
        shown = of_document(live)
        if not self._older_form or shown.content is None:
            return (shown,)
        return (shown.model_copy(update={"content": shown.content.downcast().upcast()}), shown)

    def covers(self, live: StoredArticleV3, expected: PublicState | None) -> bool:
        return True

    def is_moving(self, live: StoredArticleV3) -> bool:
        return live.untold_since is not None


async def _waited_for(behind: Callable[[], Awaitable[int]]) -> int:
    """How far behind the service is once it is there, or after some seconds."""
    deadline = time.monotonic() + CATCHES_UP_WITHIN_S
    while True:
        left = await behind()
        if not left or time.monotonic() > deadline:
            return left
        await asyncio.sleep(ASK_AGAIN_S)
