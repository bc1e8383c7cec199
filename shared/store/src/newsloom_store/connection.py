"""The only file that connects to MongoDB, and so the only one that knows which driver does it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from inspect import isawaitable
from typing import Any, Literal, cast

from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, ReadPreference, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from newsloom_store.errors import StoreMisconfigured, translated
from newsloom_store.observing import Observer, listeners

Raw = dict[str, Any]
Collection = AsyncCollection[Raw]
Driver = Literal["pymongo", "motor"]

COLLECTION = "articles"
SELECT_SERVER_MS = 2_000
CONNECT_MS = 2_000
ANSWER_MS = 10_000
WAIT_FOR_CONNECTION_MS = 2_000
MAJORITY_MS = 8_000  # below ANSWER_MS, so that the server tells us instead of us hanging up


@asynccontextmanager
async def open_collection(
    url: str, *, database: str, driver: Driver, observer: Observer | None = None
) -> AsyncIterator[Collection]:
    """The collection of articles. It does not wait for MongoDB: the first call does, for two seconds.

    What is read is what a majority holds: a decision taken on a write that is later rolled back would
    lose an article. Raises StoreMisconfigured for a URL that cannot work.
    """
    with translated():
        try:
            client = _new_client(url, driver, observer)
        except ValueError as error:  # what the drivers say to a port or user name that cannot be
            raise StoreMisconfigured(f"correct MONGO_URL: {error}") from None
        collection = client[database].get_collection(
            COLLECTION,
            codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
            read_preference=ReadPreference.PRIMARY,
            write_concern=WriteConcern(w="majority", j=True, wtimeout=MAJORITY_MS),
            read_concern=ReadConcern("majority"),
        )
    try:
        yield collection
    finally:
        closing: Any = client.close()  # a coroutine of PyMongo, nothing of motor
        if isawaitable(closing):
            await closing


def beside(articles: Collection, name: str) -> Collection:
    """Another collection of the same database, with the same promises."""
    database: AsyncDatabase[Raw] = articles.database
    return database.get_collection(
        name,
        codec_options=articles.codec_options,
        read_preference=articles.read_preference,
        write_concern=articles.write_concern,
        read_concern=articles.read_concern,
    )


def _new_client(url: str, driver: Driver, observer: Observer | None) -> AsyncMongoClient[Raw]:
    options: dict[str, Any] = {
        "serverSelectionTimeoutMS": SELECT_SERVER_MS,
        "connectTimeoutMS": CONNECT_MS,
        "socketTimeoutMS": ANSWER_MS,
        "waitQueueTimeoutMS": WAIT_FOR_CONNECTION_MS,
    }
    if observer is not None:
        options["event_listeners"] = listeners(observer)
    if driver == "pymongo":
        return AsyncMongoClient(url, appname="newsloom", **options)
    return _motor_client(url, options)


def _motor_client(url: str, options: dict[str, Any]) -> AsyncMongoClient[Raw]:
    """Motor's client. Where we use it, it behaves like PyMongo's, so it passes for one."""
    try:
        from motor.motor_asyncio import AsyncIOMotorClient
    except ImportError:
        raise StoreMisconfigured("install newsloom-store[motor], or leave MONGO_DRIVER unset") from None
    client: Any = AsyncIOMotorClient(url, appname="newsloom", **options)
    return cast(AsyncMongoClient[Raw], client)


async def aggregate(collection: Collection, pipeline: list[Raw]) -> list[Raw]:
    """All results of a pipeline; PyMongo hands out the cursor by an await, motor without."""
    cursor: Any = collection.aggregate(pipeline)
    if isawaitable(cursor):
        cursor = await cursor
    results: list[Raw] = await cursor.to_list(None)
    return results
