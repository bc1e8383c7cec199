"""The articles collection as it lies in MongoDB: bytes for the scan, models for the checks."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC

from bson import decode
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import AsyncMongoClient, ReadPreference
from pymongo.read_concern import ReadConcern

from newsloom_schemas.document import StoredArticleV3
from newsloom_store.codec import from_raw
from newsloom_store.connection import COLLECTION
from tests.oracle.ports import System


@dataclass(frozen=True, kw_only=True)
class Documents:
    """Every document of some sources, by article id; `raw` is the same as BSON.

    `elsewhere` is what other collections hold, by their names.
    """

    models: Mapping[str, StoredArticleV3]
    raw: Mapping[str, bytes]
    elsewhere: Mapping[str, bytes] = field(default_factory=dict)


@asynccontextmanager
async def _collection(system: System) -> AsyncIterator[AsyncMongoClient[RawBSONDocument]]:
    client: AsyncMongoClient[RawBSONDocument] = AsyncMongoClient(
        system.mongo,
        document_class=RawBSONDocument,
        serverSelectionTimeoutMS=30_000,
        socketTimeoutMS=60_000,
    )
    try:
        yield client
    finally:
        await client.close()


async def dump_documents(system: System, sources: Sequence[str]) -> Documents:
    """All documents of these sources, and whatever lies in other collections."""
    models, raw, elsewhere = {}, {}, {}
    async with _collection(system) as client:
        articles = client[system.database].get_collection(
            COLLECTION, read_preference=ReadPreference.PRIMARY, read_concern=ReadConcern("majority")
        )
        async for found in articles.find({"source": {"$in": list(sources)}}):
            document = from_raw(decode(found.raw, CodecOptions(tz_aware=True, tzinfo=UTC)))
            models[document.article_id] = document
            raw[document.article_id] = bytes(found.raw)
        for name in await client[system.database].list_collection_names():
            if name != COLLECTION:
                rows = client[system.database][name].find()
                elsewhere[name] = b"\n".join([bytes(row.raw) async for row in rows])
    return Documents(models=models, raw=raw, elsewhere=elsewhere)


async def unsettled(system: System, sources: Sequence[str]) -> int:
    """How many documents of these sources are still under embargo, or lifted and not yet told."""
    waiting = {"$or": [{"withheld_until": {"$ne": None}}, {"untold_since": {"$ne": None}}]}
    async with _collection(system) as client:
        articles = client[system.database][COLLECTION]
        return await articles.count_documents({"source": {"$in": list(sources)}, **waiting})
