"""Compare-and-swap in bulk: each document is written only onto the version its writer has seen."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from bson import ObjectId
from pymongo import InsertOne, ReplaceOne
from pymongo.errors import BulkWriteError

from newsloom_schemas.document import StoredArticleV3
from newsloom_store.changes import Swap
from newsloom_store.codec import ID, from_raw, to_raw
from newsloom_store.connection import Collection, Raw
from newsloom_store.errors import DUPLICATE_KEY, StoreError, codes_of, of_codes, translated

CHUNK = 500
BULKS_IN_FLIGHT = 2
# Which bulk replaced the document last. Two writers may store the very same content; only this tells them
# apart. Not part of the document: reading passes it over.
WRITTEN_BY = "_bulk"


async def load(collection: Collection, article_ids: Sequence[str]) -> dict[str, StoredArticleV3]:
    """The documents of articles, by id; absent ones are left out."""
    with translated():
        found = await collection.find({ID: {"$in": list(article_ids)}}).to_list(None)
    documents = (from_raw(raw) for raw in found)
    return {document.article_id: document for document in documents}


async def write(collection: Collection, swaps: Sequence[Swap]) -> frozenset[str]:
    """Write the swaps in unordered bulks, two at a time; the ids of those that may not have happened.

    An id in the answer means: someone else wrote, read the article again. Rarely a swap that did happen is
    among them; deciding it again finds it stored. One that did not happen is never left out.
    """
    lanes = asyncio.Semaphore(BULKS_IN_FLIGHT)

    async def lane(chunk: Sequence[Swap]) -> frozenset[str]:
        async with lanes:
            return await _write_chunk(collection, chunk)

    try:
        async with asyncio.TaskGroup() as group:
            bulks = [group.create_task(lane(chunk)) for chunk in _chunks(swaps)]
    except ExceptionGroup as failures:
        raise _first_of(failures) from None
    return frozenset[str]().union(*(bulk.result() for bulk in bulks))


def _first_of(failures: ExceptionGroup[Exception]) -> Exception:
    named = (error for error in failures.exceptions if isinstance(error, StoreError))
    return next(named, failures.exceptions[0])


def _chunks(swaps: Sequence[Swap]) -> Iterator[Sequence[Swap]]:
    return (swaps[start : start + CHUNK] for start in range(0, len(swaps), CHUNK))


async def _write_chunk(collection: Collection, swaps: Sequence[Swap]) -> frozenset[str]:
    mark = ObjectId()
    with translated():
        try:
            result = await collection.bulk_write([_operation(swap, mark) for swap in swaps], ordered=False)
        except BulkWriteError as error:
            details = _only_duplicates(error)
            doubled = frozenset(swaps[item["index"]].document.article_id for item in details["writeErrors"])
            matched = details["nMatched"]
        else:
            doubled, matched = frozenset(), result.matched_count
    return doubled | await _lost(collection, swaps, matched, mark)


def _operation(swap: Swap, mark: ObjectId) -> InsertOne[Raw] | ReplaceOne[Raw]:
    raw = to_raw(swap.document)
    if swap.expected_version is None:
        return InsertOne(raw)
    raw[WRITTEN_BY] = mark
    return ReplaceOne({ID: raw[ID], "document_version": swap.expected_version}, raw)


def _only_duplicates(error: BulkWriteError) -> dict[str, Any]:
    """The details of a bulk in which nothing went wrong but inserts that came second."""
    codes = codes_of(error)
    others = [code for code in codes if code != DUPLICATE_KEY]
    if others:
        raise of_codes(others) from error
    return dict(error.details or {})


async def _lost(
    collection: Collection, swaps: Sequence[Swap], matched: int, mark: ObjectId
) -> frozenset[str]:
    """Which replacements found another version. MongoDB tells how many; the mark they left tells which."""
    replaced = frozenset(swap.document.article_id for swap in swaps if swap.expected_version is not None)
    if matched == len(replaced):
        return frozenset()
    with translated():
        ours = await collection.find({ID: {"$in": list(replaced)}, WRITTEN_BY: mark}, {ID: 1}).to_list(None)
    return replaced - {raw[ID] for raw in ours}
