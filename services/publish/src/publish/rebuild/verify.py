"""Compares every document with what the log says of it, while both go on changing.

A first look compares everything. What differs then may only have been read between two writes; so after
the service has come to the same point of the log it is compared again, until it agrees, or has stayed as it
was from one look to the next: that is a difference.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.identity import CANARY_SOURCE
from newsloom_schemas.public_state import absent, differing
from publish.rebuild.cancellation import heed_cancellation
from publish.rebuild.ports import Expectation, LiveStore, Surveyed

PAGE = 500
BETWEEN_LOOKS_S = 0.5

Kind = Literal["differs", "missing", "unexpected", "unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One article of which the store and the log say different things.

    `missing`: the store has nothing; `unexpected`: the log knows nothing of it. `fields` are names only;
    `live` and `expected` are digests.
    """

    article_id: str
    kind: Kind
    fields: tuple[str, ...] = ()
    live: str | None = None
    expected: str | None = None
    moving: bool = False


Open = Mapping[str, Difference]


@dataclass(slots=True, kw_only=True)
class Comparison:
    """What came of it. `unsettled` are articles that were still changing, or awaited, when time was up."""

    documents: int = 0
    not_covered: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    unsettled: list[Difference] = field(default_factory=list)
    behind: int = 0

    @property
    def equal(self) -> int:
        """How many documents are what the log says."""
        others = (*self.differences, *self.unsettled)
        return self.documents - len(self.not_covered) - sum(each.kind != "missing" for each in others)


@dataclass(kw_only=True)
class Verification:
    """One comparison of a live store with an expectation."""

    live: LiveStore
    expectation: Expectation
    may_look: Callable[[], bool]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    result: Comparison = field(default_factory=Comparison)

    async def run(self) -> Comparison:
        """Compare everything, then what differs again and again, as long as `may_look` says."""
        await self.expectation.catch_up()
        open_ = await self._look_at_all()
        while open_ and self.may_look():
            await self.pause(BETWEEN_LOOKS_S)
            await self.expectation.catch_up()
            self.result.behind = await self.expectation.behind()
            open_ = self._unconfirmed(open_, await self._look_again(list(open_)))
            heed_cancellation()
        self.result.unsettled = _sorted(open_)
        return self.result

    def _unconfirmed(self, before: Open, now: Open) -> Open:
        """What is still to be looked at; what stayed as it was, with nothing to wait for, is a difference."""
        if self.result.behind:
            return now
        stayed = {key: each for key, each in now.items() if before.get(key) == each and not each.moving}
        self.result.differences = sorted([*self.result.differences, *stayed.values()], key=_id)
        return {key: each for key, each in now.items() if key not in stayed}

    async def _look_at_all(self) -> Open:
        open_: dict[str, Difference] = {}
        async for page in _pages(self.live):
            # Canaries are in no log for as long as in the store, nor the other way round; nobody misses them.
            page = [each for each in page if each[1] is None or each[1].source != CANARY_SOURCE]
            self.result.documents += len(page)
            open_ |= await self._judged(page)
        async for ids in self.expectation.ids():
            held = await self.live.versions(ids)
            open_ |= await self._missing([article_id for article_id in ids if article_id not in held])
        return open_

    async def _look_again(self, article_ids: Sequence[str]) -> Open:
        open_: dict[str, Difference] = {}
        for start in range(0, len(article_ids), PAGE):
            ids = article_ids[start : start + PAGE]
            page = await self.live.among(ids)
            open_ |= await self._judged(page)
            held = {article_id for article_id, _ in page}
            open_ |= await self._missing([article_id for article_id in ids if article_id not in held])
        return open_

    async def _judged(self, page: Surveyed) -> Open:
        expected = await self.expectation.digests([article_id for article_id, _ in page])
        judged = [await self._judge(key, document, expected.get(key)) for key, document in page]
        return {each.article_id: each for each in judged if each is not None}

    async def _judge(
        self, article_id: str, document: StoredArticleV3 | None, expected: str | None
    ) -> Difference | None:
        if document is None:
            return Difference(article_id=article_id, kind="unreadable", expected=expected)
        forms = self.expectation.forms(document)
        if expected in [form.digest() for form in forms]:
            return None
        shown = forms[0]
        state = await self.expectation.state(article_id)
        if not self.expectation.covers(document, state):
            self.result.not_covered.append(article_id)
            return None
        return Difference(
            article_id=article_id,
            kind="unexpected" if expected is None else "differs",
            fields=differing(shown, state or absent(article_id)),
            live=shown.digest(),
            expected=expected,
            moving=self.expectation.is_moving(document),
        )

    async def _missing(self, article_ids: Sequence[str]) -> Open:
        if not article_ids:
            return {}
        expected = await self.expectation.digests(article_ids)
        return {
            key: Difference(article_id=key, kind="missing", expected=expected[key])
            for key in article_ids
            if key in expected
        }


async def _pages(live: LiveStore) -> AsyncIterator[Surveyed]:
    after = ""
    while page := await live.in_order(after=after, limit=PAGE):
        yield page
        after = page[-1][0]


def _id(difference: Difference) -> str:
    return difference.article_id


def _sorted(open_: Open) -> list[Difference]:
    return sorted(open_.values(), key=_id)
