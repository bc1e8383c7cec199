"""What enrich's translator keeps: translated sentences, and translations that wait for an engine.

Two collections beside the articles. Nothing reads them for readers.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from pymongo import ASCENDING, ReturnDocument, UpdateOne

from newsloom_store.codec import ID
from newsloom_store.connection import Collection, Driver, Raw, beside, open_collection
from newsloom_store.errors import translated
from newsloom_store.observing import Observer

SENTENCES = "translated_sentences"
WAITING = "waiting_translations"
# A sentence that no article has had for so long is not worth keeping; an editor's word is.
FORGOTTEN_AFTER = timedelta(days=90)
# Of how many articles a sentence knows that they hold it: the latest. What more have is no one's secret.
MOST_ARTICLES = 20


class Kept(Protocol):
    """What is kept of a sentence."""

    @property
    def html(self) -> str: ...
    @property
    def unknown_words(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedSentence:
    """A sentence as it was translated before, with its inline tags numbered."""

    html: str
    unknown_words: int = 0


class Job(Protocol):
    """A translation to be kept for another attempt at the time `due`.

    `request` is the event's JSON; `held` says that it waits for that time and not for an engine.
    """

    @property
    def job_id(self) -> str: ...
    @property
    def article_id(self) -> str: ...
    @property
    def revision(self) -> int: ...
    @property
    def pair(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def request(self) -> bytes: ...
    @property
    def since(self) -> datetime: ...
    @property
    def due(self) -> datetime: ...
    @property
    def attempts(self) -> int: ...
    @property
    def bad_answers(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def held(self) -> bool: ...
    @property
    def traceparent(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTranslation:
    """A translation that is to be tried again."""

    job_id: str
    request: bytes
    target: str
    since: datetime
    attempts: int
    bad_answers: int
    traceparent: str | None = None


_KEPT = (
    "article_id", "revision", "pair", "target", "request", "since", "due", "attempts", "bad_answers",
    "reason", "held", "traceparent",
)  # fmt: skip


class MongoTranslations:
    """Raises StoreUnavailable when MongoDB does not answer in time: repeat later."""

    def __init__(self, articles: Collection) -> None:
        self._articles = articles
        self.sentences = MongoSentences(beside(articles, SENTENCES))
        self.waiting = MongoWaiting(beside(articles, WAITING))

    @classmethod
    @asynccontextmanager
    async def connected(
        cls,
        url: str,
        *,
        database: str = "newsloom",
        driver: Driver = "pymongo",
        observer: Observer | None = None,
    ) -> AsyncIterator["MongoTranslations"]:
        """Closed on leaving. It does not wait for MongoDB."""
        async with open_collection(url, database=database, driver=driver, observer=observer) as articles:
            yield cls(articles)

    async def killed(self, article_ids: Sequence[str]) -> frozenset[str]:
        """Which of these articles are killed: of them nothing may be kept."""
        tombs: Raw = {ID: {"$in": list(article_ids)}, "tombstone.event_id": {"$exists": True}}
        with translated():
            found = await self._articles.find(tombs, {ID: 1}).to_list(None)
        return frozenset(raw[ID] for raw in found)

    async def forget(self, article_ids: Sequence[str]) -> None:
        """Keep nothing of killed articles: what waits, and sentences that no other article has."""
        await self.waiting.forget(article_ids)
        await self.sentences.forget(article_ids)

    async def ensure_indexes(self) -> None:
        """Make the indexes that are missing."""
        await self.sentences.ensure_indexes()
        await self.waiting.ensure_indexes()


class MongoSentences:
    """Translated sentences by key."""

    def __init__(self, collection: Collection) -> None:
        self._sentences = collection

    async def ensure_indexes(self) -> None:
        with translated():
            await self._sentences.create_index("forget_at", expireAfterSeconds=0, sparse=True)
            await self._sentences.create_index("articles", sparse=True)

    async def recall(self, keys: Sequence[str]) -> dict[str, RememberedSentence]:
        """What is remembered under these keys, in one query."""
        with translated():
            found = await self._sentences.find({ID: {"$in": list(keys)}}).to_list(None)
        return {
            raw[ID]: RememberedSentence(html=raw["html"], unknown_words=raw.get("unknown_words", 0))
            for raw in found
        }

    async def keep(self, sentences: Mapping[str, Kept], *, engine: str, article_id: str) -> None:
        """Remember what an engine said. The first answer stays: the same sentence is always told alike."""
        about: Raw = {
            "by": engine,
            "articles": [article_id],
            "forget_at": datetime.now(UTC) + FORGOTTEN_AFTER,
        }
        writes = [
            UpdateOne(
                {ID: key},
                {"$setOnInsert": {"html": kept.html, "unknown_words": kept.unknown_words, **about}},
                upsert=True,
            )
            for key, kept in sentences.items()
        ]
        if writes:
            with translated():
                await self._sentences.bulk_write(writes, ordered=False)
            await self.use(list(sentences), article_id=article_id)

    async def use(self, keys: Sequence[str], *, article_id: str) -> None:
        """Note that an article has these sentences: they are kept on, until a kill of all their articles."""
        chosen: Raw = {ID: {"$in": list(keys)}, "articles": {"$exists": True}}
        forget_at = datetime.now(UTC) + FORGOTTEN_AFTER
        with translated():
            await self._sentences.update_many(chosen, {"$set": {"forget_at": forget_at}})
            await self._sentences.update_many(
                {**chosen, "articles": {"$exists": True, "$ne": article_id}},
                {"$push": {"articles": {"$each": [article_id], "$slice": -MOST_ARTICLES}}},
            )

    async def forget(self, article_ids: Sequence[str]) -> None:
        """Forget what only these articles had. An editor's words belong to no article and stay."""
        killed = list(article_ids)
        with translated():
            await self._sentences.delete_many(
                {"articles": {"$in": killed, "$not": {"$elemMatch": {"$nin": killed}}}}
            )
            await self._sentences.update_many(
                {"articles": {"$in": killed}}, {"$pull": {"articles": {"$in": killed}}}
            )

    async def teach(self, sentences: Mapping[str, str], *, by: str) -> None:
        """An editor's words: the last ones given stand, and they are never forgotten."""
        writes: list[UpdateOne] = [
            UpdateOne({ID: key}, {"$set": {"html": html, "unknown_words": 0, "by": by}}, upsert=True)
            for key, html in sentences.items()
        ]
        if writes:
            with translated():
                await self._sentences.bulk_write(writes, ordered=False)

    async def unteach(self, keys: Sequence[str]) -> int:
        """Forget sentences; how many there were."""
        with translated():
            result = await self._sentences.delete_many({ID: {"$in": list(keys)}})
        return result.deleted_count


class MongoWaiting:
    """Translations that wait. A claim pushes the due time on, so that each is tried by one at a time."""

    def __init__(self, collection: Collection) -> None:
        self._waiting = collection

    async def ensure_indexes(self) -> None:
        with translated():
            await self._waiting.create_index([("due", ASCENDING)])
            await self._waiting.create_index([("article_id", ASCENDING), ("revision", ASCENDING)])
            await self._waiting.create_index([("pair", ASCENDING), ("due", ASCENDING)])

    async def park(self, job: Job) -> None:
        """Keep a job that was tried once; put off one tried before, unless it was dropped meanwhile."""
        raw = {name: getattr(job, name) for name in _KEPT} | {"claimed": False}
        with translated():
            await self._waiting.replace_one({ID: job.job_id}, raw, upsert=job.attempts <= 1)

    async def claim(self, now: datetime, *, until: datetime, limit: int) -> list[WaitingTranslation]:
        """Jobs that are due, the longest due first; nobody else gets them before `until`."""
        claimed: list[WaitingTranslation] = []
        while len(claimed) < limit:
            with translated():
                raw = await self._waiting.find_one_and_update(
                    {"due": {"$lte": now}},
                    {"$set": {"due": until, "claimed": True}},
                    sort=[("due", ASCENDING)],
                    return_document=ReturnDocument.AFTER,
                )
            if raw is None:
                break
            claimed.append(_waiting(raw))
        return claimed

    async def done(self, job_id: str) -> None:
        with translated():
            await self._waiting.delete_one({ID: job_id})

    async def supersede(self, article_id: str, *, below: int) -> None:
        """Drop the jobs of an article's older revisions."""
        with translated():
            await self._waiting.delete_many({"article_id": article_id, "revision": {"$lt": below}})

    async def forget(self, article_ids: Sequence[str]) -> None:
        """Drop all jobs of these articles."""
        with translated():
            await self._waiting.delete_many({"article_id": {"$in": list(article_ids)}})

    async def hasten(self, pair: str, now: datetime) -> None:
        """What waits for this pair is due now; what somebody has claimed or an embargo holds stays."""
        with translated():
            await self._waiting.update_many(
                {"pair": pair, "due": {"$gt": now}, "held": False, "claimed": False}, {"$set": {"due": now}}
            )

    async def count(self) -> int:
        with translated():
            return await self._waiting.count_documents({})


def _waiting(raw: Raw) -> WaitingTranslation:
    return WaitingTranslation(
        job_id=raw[ID],
        request=bytes(raw["request"]),
        target=raw["target"],
        since=raw["since"],
        attempts=raw["attempts"],
        bad_answers=raw["bad_answers"],
        traceparent=raw.get("traceparent"),
    )
