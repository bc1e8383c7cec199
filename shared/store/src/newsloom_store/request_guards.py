"""What protects requests to ingest: answers under an Idempotency-Key, and claims to be the next revision.

Two collections beside the articles (ADR 0019). All of it expires by itself; nothing else reads it.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from newsloom_store.codec import ID
from newsloom_store.connection import Collection, Driver, Raw, beside, open_collection
from newsloom_store.errors import translated
from newsloom_store.observing import Observer

ANSWERS = "idempotency_answers"
CLAIMS = "revision_claims"
ANSWER_KEPT_FOR = timedelta(hours=24)
# Longer than any request takes, so that only the answer of one that died is ever made a second time.
ATTEMPT_LASTS = timedelta(seconds=60)
CLAIM_LASTS = timedelta(seconds=60)
_EXPIRES = [IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The right to make the answer of a key, until somebody else may try. `token` tells it from theirs."""

    key: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The answer that was made under a key. What is in it is the caller's."""

    answer: Mapping[str, Any]


Begun = Attempt | Kept | Literal["running", "other-request"]


class _Expiring:
    """A collection whose documents MongoDB removes after their `expires_at`."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._has_index = False

    async def _ensure_index(self) -> None:
        if not self._has_index:
            with translated():
                await self._collection.create_indexes(_EXPIRES)
            self._has_index = True


class MongoRequestGuards:
    """Raises StoreUnavailable when MongoDB does not answer in time: repeat later."""

    def __init__(self, articles: Collection) -> None:
        self.answers = MongoAnswers(beside(articles, ANSWERS))
        self.claims = MongoClaims(beside(articles, CLAIMS))

    @classmethod
    @asynccontextmanager
    async def connected(
        cls,
        url: str,
        *,
        database: str = "newsloom",
        driver: Driver = "pymongo",
        observer: Observer | None = None,
    ) -> AsyncIterator["MongoRequestGuards"]:
        """Closed on leaving. It does not wait for MongoDB."""
        async with open_collection(url, database=database, driver=driver, observer=observer) as articles:
            yield cls(articles)


class MongoAnswers(_Expiring):
    """Answers by key, each with the fingerprint of the request that it answers."""

    async def begin(self, key: str, fingerprint: str, *, now: datetime) -> Begun:
        """The right to answer, or what there is already under this key."""
        await self._ensure_index()
        attempt = Attempt(key=key, token=uuid4().hex)
        if await self._inserted(attempt, fingerprint, now):
            return attempt
        with translated():
            held = await self._collection.find_one({ID: key})
        if held is None or held["expires_at"] <= now:
            return await self._taken_over(attempt, held, fingerprint, now)
        if held["fingerprint"] != fingerprint:
            return "other-request"
        if "answer" in held:
            return Kept(answer=held["answer"])
        return await self._taken_over(attempt, held, fingerprint, now) if held["until"] <= now else "running"

    async def finish(self, attempt: Attempt, answer: Mapping[str, Any]) -> None:
        """Keep the answer, unless somebody else has the right by now."""
        with translated():
            await self._collection.update_one(_mine(attempt), {"$set": {"answer": dict(answer)}})

    async def abandon(self, attempt: Attempt) -> None:
        """Give the right back: the next request under the key is the first."""
        with translated():
            await self._collection.delete_one(_mine(attempt))

    async def _inserted(self, attempt: Attempt, fingerprint: str, now: datetime) -> bool:
        with translated():
            try:
                await self._collection.insert_one({ID: attempt.key, **_begun(attempt, fingerprint, now)})
            except DuplicateKeyError:
                return False
        return True

    async def _taken_over(
        self, attempt: Attempt, held: Raw | None, fingerprint: str, now: datetime
    ) -> Attempt | Literal["running"]:
        """Of all who found the same remains one goes on."""
        if held is None:  # MongoDB has just removed it
            return attempt if await self._inserted(attempt, fingerprint, now) else "running"
        with translated():
            swapped = await self._collection.replace_one(
                {ID: attempt.key, "token": held["token"]}, _begun(attempt, fingerprint, now)
            )
        return attempt if swapped.matched_count else "running"


class MongoClaims(_Expiring):
    """Which event may be the next revision of an article: one at a time, by MongoDB's own clock."""

    async def claim(self, article_id: str, event_id: str, revision: int, *, latest: int) -> bool:
        """Whether this event may be the next. `latest` is the latest accepted revision: a claim of that one,
        or of one below it, has had its effect. The same event may claim again."""
        await self._ensure_index()
        if await self._renewed(article_id, event_id, revision):
            return True
        over: Raw = {"$or": [{"revision": {"$lte": latest}}, {"$expr": {"$lt": ["$expires_at", "$$NOW"]}}]}
        with translated():
            swapped = await self._collection.update_one(
                {ID: article_id, **over}, _claimed(event_id, revision)
            )
        return bool(swapped.matched_count)

    async def _renewed(self, article_id: str, event_id: str, revision: int) -> bool:
        """Whether nobody has claimed, or this very event has."""
        with translated():
            try:
                await self._collection.update_one(
                    {ID: article_id, "event_id": event_id}, _claimed(event_id, revision), upsert=True
                )
            except DuplicateKeyError:
                return False
        return True


def _begun(attempt: Attempt, fingerprint: str, now: datetime) -> Raw:
    return {
        "fingerprint": fingerprint,
        "token": attempt.token,
        "until": now + ATTEMPT_LASTS,
        "expires_at": now + ANSWER_KEPT_FOR,
    }


def _mine(attempt: Attempt) -> Raw:
    return {ID: attempt.key, "token": attempt.token}


def _claimed(event_id: str, revision: int) -> list[Raw]:
    lasts_ms = int(CLAIM_LASTS.total_seconds() * 1000)
    fields: Raw = {
        "event_id": event_id,
        "revision": revision,
        "expires_at": {"$add": ["$$NOW", lasts_ms]},
    }
    return [{"$set": fields}]
