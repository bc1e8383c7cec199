"""The background pass of the migrations: old documents are rewritten in the newest schema version.

Each by compare-and-swap on its `document_version` and schema version, so that any number of processes may
do it at once, while others write, and begin again after a crash: what is done is not found any more.
"""

import logging
from collections.abc import Sequence

from pymongo import ReplaceOne
from pymongo.errors import BulkWriteError

from newsloom_store.changes import Migrated
from newsloom_store.codec import ID, from_raw, to_raw
from newsloom_store.connection import Collection, Raw
from newsloom_store.errors import DocumentRefused, UnreadableDocument, codes_of, of_codes, translated
from newsloom_store.migrations import SCHEMA_VERSION, STEPS


async def migrate(collection: Collection, *, after: str, limit: int) -> Migrated:
    """Rewrite at most `limit` old documents whose ids come after `after`."""
    with translated():
        found = await collection.find(outdated_query(after)).sort(ID, 1).limit(limit).to_list(None)
    swaps = [swap for raw in found if (swap := _swap(raw)) is not None]
    rewritten, refused = await _write(collection, swaps) if swaps else (0, 0)
    return Migrated(
        rewritten=rewritten,
        passed_over=len(found) - len(swaps) + refused,
        last=found[-1][ID] if len(found) == limit else None,
    )


def outdated_query(after: str) -> Raw:
    """The query, apart so that its plan can be tested: one range of its own small index a version."""
    return {"$or": [{SCHEMA_VERSION: version, ID: {"$gt": after}} for version in STEPS]}


async def _write(collection: Collection, swaps: Sequence[ReplaceOne[Raw]]) -> tuple[int, int]:
    """How many were rewritten, and how many MongoDB refused for good. The others were written meanwhile."""
    with translated():
        try:
            return (await collection.bulk_write(swaps, ordered=False)).modified_count, 0
        except BulkWriteError as error:
            refusal, details = of_codes(codes_of(error)), error.details or {}
            if not isinstance(refusal, DocumentRefused):
                raise
    logging.getLogger(__name__).error("passed over by the migration: %s", refusal)
    return int(details["nModified"]), len(details["writeErrors"])


def _swap(raw: Raw) -> ReplaceOne[Raw] | None:
    seen = {name: raw.get(name) for name in (ID, "document_version", SCHEMA_VERSION)}
    try:
        return ReplaceOne(seen, to_raw(from_raw(raw)))
    except UnreadableDocument as error:
        logging.getLogger(__name__).error("passed over by the migration: %s", error)
        return None
