"""The store in memory, for tests and trials: it keeps the same promises, until the process ends."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from newsloom_schemas.document import Publication, StoredArticleV3
from newsloom_store.changes import Head, Migrated, Summary, Swap
from newsloom_store.survey import Surveyed


class MemoryStore:
    """Passes the same contract tests as MongoStore."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.documents: dict[str, StoredArticleV3] = {}
        self._now = now

    async def ensure_indexes(self) -> None:
        """Nothing to make."""

    async def check_indexes(self) -> None:
        """Nothing to miss."""

    async def ping(self) -> None:
        """It is always there."""

    async def load(self, article_ids: Sequence[str]) -> dict[str, StoredArticleV3]:
        """See MongoStore."""
        return {key: self.documents[key] for key in article_ids if key in self.documents}

    async def write(self, swaps: Sequence[Swap]) -> frozenset[str]:
        """See MongoStore."""
        return frozenset(swap.document.article_id for swap in swaps if not self._swapped(swap))

    def _swapped(self, swap: Swap) -> bool:
        stored = self.documents.get(swap.document.article_id)
        if (stored.document_version if stored else None) != swap.expected_version:
            return False
        self.documents[swap.document.article_id] = swap.document
        return True

    async def heads(self, article_ids: Sequence[str]) -> dict[str, Head]:
        """See MongoStore."""
        return {key: _head(document) for key, document in (await self.load(article_ids)).items()}

    async def versions(self, article_ids: Sequence[str]) -> dict[str, int]:
        """See MongoStore."""
        return {key: document.document_version for key, document in (await self.load(article_ids)).items()}

    async def get(self, article_id: str) -> StoredArticleV3 | None:
        """See MongoStore."""
        return self.documents.get(article_id)

    async def summaries(self, article_ids: Sequence[str]) -> dict[str, Summary]:
        """See MongoStore."""
        found = (await self.load(article_ids)).values()
        return {
            document.article_id: _summary(document, document.publication)
            for document in found
            if document.feeds and document.publication
        }

    async def feed_page(
        self,
        feed_id: str,
        *,
        limit: int,
        before: tuple[datetime, str] | None = None,
        within: Sequence[str] = (),
    ) -> list[StoredArticleV3]:
        """See MongoStore."""
        after = None if before is None else _place(*before)
        held = self._newest_first({feed_id, *within})
        page = [document for place, document in held if after is None or place > after][:limit]
        return [_line(document) for document in page]

    async def newest(self, feed_id: str, *, since: datetime, until: datetime, limit: int) -> list[Summary]:
        """See MongoStore."""
        held = (document for _, document in self._newest_first({feed_id}))
        summaries = (_summary(document, document.publication) for document in held if document.publication)
        return [summary for summary in summaries if since <= summary.published_at <= until][:limit]

    def _newest_first(self, feeds: set[str]) -> list[tuple[tuple[float, str], StoredArticleV3]]:
        return sorted(
            (_place(document.publication.published_at, key), document)
            for key, document in self.documents.items()
            if feeds <= set(document.feeds) and document.publication
        )

    async def feed_ids(self) -> list[tuple[str, int]]:
        """See MongoStore."""
        held = Counter(feed for document in self.documents.values() for feed in document.feeds)
        return sorted(held.items())

    async def in_order(self, *, after: str = "", limit: int) -> Surveyed:
        """See MongoStore."""
        return [(key, self.documents[key]) for key in sorted(self.documents) if key > after][:limit]

    async def ids(self, *, after: str = "", limit: int) -> list[str]:
        """See MongoStore."""
        return [key for key in sorted(self.documents) if key > after][:limit]

    async def among(self, article_ids: Sequence[str]) -> Surveyed:
        """See MongoStore."""
        return list((await self.load(article_ids)).items())

    async def drop_database(self) -> None:
        """See MongoStore."""
        self.documents.clear()

    async def server_time(self) -> datetime:
        """See MongoStore."""
        return self._now()

    async def due(self, now: datetime, *, limit: int) -> list[StoredArticleV3]:
        """See MongoStore."""
        withheld = ((document.withheld_until, document) for document in self.documents.values())
        return _oldest(withheld, now, limit)

    async def untold(self, before: datetime, *, limit: int) -> list[StoredArticleV3]:
        """See MongoStore."""
        marked = ((document.untold_since, document) for document in self.documents.values())
        return _oldest(marked, before, limit)

    async def told(self, versions: Mapping[str, int]) -> None:
        """See MongoStore."""
        for key, version in versions.items():
            held = self.documents.get(key)
            if held is not None and held.document_version == version:
                self.documents[key] = held.model_copy(update={"untold_since": None})

    async def migrate(self, *, after: str = "", limit: int = 200) -> Migrated:
        """It never holds an older document."""
        return Migrated(rewritten=0, passed_over=0, last=None)


Dated = Iterable[tuple[datetime | None, StoredArticleV3]]


def _oldest(dated: Dated, upto: datetime, limit: int) -> list[StoredArticleV3]:
    found = [(moment, document) for moment, document in dated if moment is not None and moment <= upto]
    return [document for _, document in sorted(found, key=lambda pair: pair[0])][:limit]


def _place(published_at: datetime, article_id: str) -> tuple[float, str]:
    """Sorts the newest first, then by id."""
    return (-published_at.timestamp(), article_id)


def _head(document: StoredArticleV3) -> Head:
    publication = document.publication
    return Head(
        document_version=document.document_version,
        accepted_at=publication.accepted_at if publication else None,
    )


def _summary(document: StoredArticleV3, publication: Publication) -> Summary:
    return Summary(
        article_id=document.article_id,
        headline=publication.content.headline,
        language=publication.language,
        source=document.source,
        published_at=publication.published_at,
        document_version=document.document_version,
    )


def _line(document: StoredArticleV3) -> StoredArticleV3:
    """What a feed page holds of a document."""
    publication = document.publication
    if publication is None:
        return document
    tags = tuple(tag.model_copy(update={"evidence": ()}) for tag in publication.tags)
    shown = publication.model_copy(update={"tags": tags, "related": ()})
    return document.model_copy(update={"publication": shown, "translations": {}, "history": ()})
