"""The store as the services see it, on MongoDB."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from newsloom_schemas.document import StoredArticleV3
from newsloom_store import embargo, indexes, migrate, read, survey
from newsloom_store.changes import Head, Migrated, Summary, Swap
from newsloom_store.connection import Collection, Driver, open_collection
from newsloom_store.errors import translated
from newsloom_store.observing import Observer
from newsloom_store.translations import MongoTranslations
from newsloom_store.write import load, write


class MongoStore:
    """The collection `articles`, one document an article.

    Every method raises StoreUnavailable when MongoDB does not answer in time: repeat later.
    """

    def __init__(self, collection: Collection) -> None:
        self._articles = collection

    @classmethod
    @asynccontextmanager
    async def connected(
        cls,
        url: str,
        *,
        database: str = "newsloom",
        driver: Driver = "pymongo",
        observer: Observer | None = None,
    ) -> AsyncIterator["MongoStore"]:
        """A store that is closed on leaving. It does not wait for MongoDB; `ping` does.

        Raises StoreMisconfigured for a URL or driver that cannot work.
        """
        async with open_collection(url, database=database, driver=driver, observer=observer) as collection:
            yield cls(collection)

    async def ensure_indexes(self) -> None:
        """Make missing indexes. Raises StoreMisconfigured when another one stands in the way or does harm."""
        await indexes.ensure_indexes(self._articles)

    async def check_indexes(self) -> None:
        """Raise StoreMisconfigured, which names the fix, unless all indexes are there as they must be."""
        await indexes.check_indexes(self._articles)

    async def ping(self) -> None:
        """Return when the primary answers."""
        with translated():
            await self._articles.database.command("ping")

    async def load(self, article_ids: Sequence[str]) -> dict[str, StoredArticleV3]:
        """Documents by id, in one query; absent ones are left out. May raise UnreadableDocument."""
        return await load(self._articles, article_ids)

    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]:
        """Store each document onto the version it expects; at most one swap an article.

        Returns the ids of lost swaps: someone else wrote, load and decide again. Raises DocumentRefused when
        one of the documents can never be stored; the others may be stored then.
        """
        killed = [swap.document.article_id for swap in swaps if swap.document.killed]
        if not killed:
            return await write(self._articles, swaps)
        beside = MongoTranslations(self._articles)
        await beside.forget(killed)
        lost = await write(self._articles, swaps)
        # Again, for what was kept meanwhile. From now on the translator sees the tombstones itself.
        await beside.forget(killed)
        return lost

    async def heads(self, article_ids: Sequence[str]) -> dict[str, Head]:
        """Version and acceptance time of documents, in one query; absent ones are left out."""
        return await read.heads(self._articles, article_ids)

    async def versions(self, article_ids: Sequence[str]) -> dict[str, int]:
        """`document_version` of documents, in one query; absent ones are left out."""
        found = await self.heads(article_ids)
        return {article_id: head.document_version for article_id, head in found.items()}

    async def get(self, article_id: str) -> StoredArticleV3 | None:
        """One document, or None. May raise UnreadableDocument."""
        return await read.get(self._articles, article_id)

    async def summaries(self, article_ids: Sequence[str]) -> dict[str, Summary]:
        """What links show, of articles that are public now; killed and embargoed ones are left out."""
        return await read.summaries(self._articles, article_ids)

    async def feed_page(
        self,
        feed_id: str,
        *,
        limit: int,
        before: tuple[datetime, str] | None = None,
        within: Sequence[str] = (),
    ) -> list[StoredArticleV3]:
        """At most `limit` articles of a feed, newest `published_at` first, then by id; never killed ones.

        `before` is the (published_at, article_id) of the last one of the page before. With `within` only
        those that are in each of these feeds too.
        """
        return await read.feed_page(self._articles, feed_id, limit=limit, before=before, within=within)

    async def newest(self, feed_id: str, *, since: datetime, until: datetime, limit: int) -> list[Summary]:
        """At most `limit` articles of a feed published from `since` to `until`, in the feed's order."""
        return await read.newest(self._articles, feed_id, since=since, until=until, limit=limit)

    async def feed_ids(self) -> list[tuple[str, int]]:
        """Every feed that holds an article, with how many, by name. Reads the whole collection."""
        return await read.feed_ids(self._articles)

    # --- whole stores compared ---

    async def in_order(self, *, after: str = "", limit: int) -> survey.Surveyed:
        """At most `limit` documents by id, in its order, after an id; None for one that is unreadable."""
        return await survey.in_order(self._articles, after=after, limit=limit)

    async def ids(self, *, after: str = "", limit: int) -> list[str]:
        """At most `limit` ids of documents in their order, after one; cheap."""
        return await survey.ids(self._articles, after=after, limit=limit)

    async def among(self, article_ids: Sequence[str]) -> survey.Surveyed:
        """Documents with these ids; absent ones are left out, None stands for one that is unreadable."""
        return await survey.among(self._articles, article_ids)

    async def drop_database(self) -> None:
        """Remove the whole database. For one that the caller has made himself."""
        await survey.drop_database(self._articles)

    # --- embargoes ---

    async def server_time(self) -> datetime:
        """The clock of the primary, in UTC."""
        return await embargo.server_time(self._articles)

    async def due(self, now: datetime, *, limit: int) -> list[StoredArticleV3]:
        """At most `limit` withheld documents whose embargo is over at `now`, the longest over first."""
        return await embargo.due(self._articles, now, limit=limit)

    async def untold(self, before: datetime, *, limit: int) -> list[StoredArticleV3]:
        """At most `limit` documents whose state may not have been told since `before`, the oldest first."""
        return await embargo.untold(self._articles, before, limit=limit)

    async def told(self, versions: Mapping[str, int]) -> None:
        """Note that these versions have been told; a document that has moved on is left as it is."""
        await embargo.told(self._articles, versions)

    # --- migrations ---

    async def migrate(self, *, after: str = "", limit: int = 200) -> Migrated:
        """Rewrite at most `limit` documents of older schema versions, in the order of their ids."""
        return await migrate.migrate(self._articles, after=after, limit=limit)
