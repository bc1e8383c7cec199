"""Where publish can be made to fail on purpose: around its writes and its emissions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from newsloom_runtime.fault_points import FaultPoints
from newsloom_runtime.records import RawSubscription, Subscription
from newsloom_schemas.document import StoredArticleV3
from publish.consumer import Roles
from publish.embargoes import Embargoes
from publish.ports import EmbargoStore, Emission, Head, Publisher, Store, Swap
from publish.settings import ConsumingRole

PREFIXES: Mapping[ConsumingRole, str] = {"publisher": "publish", "proofreader": "proofread"}
EMBARGO = "embargo"


class FaultyStore:
    """A store with points before and after a write."""

    def __init__(self, store: Store, faults: FaultPoints, prefix: str) -> None:
        self._store = store
        self._faults = faults
        self._prefix = prefix

    async def load(self, article_ids: Sequence[str]) -> Mapping[str, StoredArticleV3]:
        return await self._store.load(article_ids)

    async def heads(self, article_ids: Sequence[str]) -> Mapping[str, Head]:
        return await self._store.heads(article_ids)

    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]:
        self._faults.reach(f"{self._prefix}.before-write")
        lost = await self._store.write(swaps)
        self._faults.reach(f"{self._prefix}.after-write")
        return lost


class FaultyEmbargoStore:
    """The same for the role that ends embargoes."""

    def __init__(self, store: EmbargoStore, faults: FaultPoints, prefix: str) -> None:
        self._store = store
        self._faults = faults
        self._prefix = prefix

    async def due(self, now: datetime, *, limit: int) -> list[StoredArticleV3]:
        return await self._store.due(now, limit=limit)

    async def untold(self, before: datetime, *, limit: int) -> list[StoredArticleV3]:
        return await self._store.untold(before, limit=limit)

    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]:
        self._faults.reach(f"{self._prefix}.before-write")
        lost = await self._store.write(swaps)
        self._faults.reach(f"{self._prefix}.after-write")
        return lost

    async def told(self, versions: Mapping[str, int]) -> None:
        await self._store.told(versions)


class FaultyPublisher:
    """A publisher with points before, within and after the emissions of a batch."""

    def __init__(self, publisher: Publisher, faults: FaultPoints, prefix: str) -> None:
        self._publisher = publisher
        self._faults = faults
        self._prefix = prefix

    async def publish(self, emissions: Sequence[Emission]) -> None:
        if not emissions:
            return
        self._faults.reach(f"{self._prefix}.before-emit")
        await self._publisher.publish(emissions[:1])
        self._faults.reach(f"{self._prefix}.after-first-emit")
        await self._publisher.publish(emissions[1:])
        self._faults.reach(f"{self._prefix}.after-emit")


def subscription_of(role: ConsumingRole, roles: Roles, faults: FaultPoints) -> Subscription | RawSubscription:
    """The subscription of a role, with its fault points when one of them is asked for."""
    prefix = PREFIXES[role]
    mine = faults.within(prefix)
    if mine is None:
        return roles.subscription(role)
    faulty = replace(
        roles,
        store=FaultyStore(roles.store, mine, prefix),
        publisher=FaultyPublisher(roles.publisher, mine, prefix),
    )
    subscription = faulty.subscription(role)
    return mine.around(prefix, subscription) if isinstance(subscription, Subscription) else subscription


def with_faults(embargoes: Embargoes, faults: FaultPoints) -> Embargoes:
    """The role that ends embargoes, with its fault points when one of them is asked for."""
    mine = faults.within(EMBARGO)
    if mine is None:
        return embargoes
    return replace(
        embargoes,
        store=FaultyEmbargoStore(embargoes.store, mine, EMBARGO),
        publisher=FaultyPublisher(embargoes.publisher, mine, EMBARGO),
    )
