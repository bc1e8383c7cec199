"""What the role that ends embargoes asks of the store."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo import UpdateOne

from newsloom_schemas.document import StoredArticleV3
from newsloom_store.codec import ID, readable
from newsloom_store.connection import Collection
from newsloom_store.errors import translated


async def server_time(collection: Collection) -> datetime:
    """The clock of the primary, which is the same for every process that asks."""
    with translated():
        answer = await collection.database.command("hello")
    moment: datetime = answer["localTime"]
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


async def due(collection: Collection, now: datetime, *, limit: int) -> list[StoredArticleV3]:
    """Withheld documents whose embargo has ended, the longest over first."""
    return await _oldest(collection, "withheld_until", now, limit)


async def untold(collection: Collection, before: datetime, *, limit: int) -> list[StoredArticleV3]:
    """Documents of which nobody knows since then whether their state was told, the oldest first."""
    return await _oldest(collection, "untold_since", before, limit)


async def _oldest(collection: Collection, field: str, upto: datetime, limit: int) -> list[StoredArticleV3]:
    cursor = collection.find(oldest_query(field, upto))
    with translated():
        found = await cursor.sort(field, 1).limit(limit).to_list(None)
    documents = (readable(raw, where=f"the documents by {field}") for raw in found)
    return [document for document in documents if document is not None]


def oldest_query(field: str, upto: datetime) -> dict[str, Any]:
    """The query, apart so that its plan can be tested."""
    return {field: {"$lte": upto}}


async def told(collection: Collection, versions: Mapping[str, int]) -> None:
    """Take the untold mark off documents that are still at the version which was told."""
    marks: list[UpdateOne] = [
        UpdateOne({ID: key, "document_version": version}, {"$unset": {"untold_since": ""}})
        for key, version in versions.items()
    ]
    if marks:
        with translated():
            await collection.bulk_write(marks, ordered=False)
