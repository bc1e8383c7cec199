"""The indexes that readers rest on: made by publish, checked by feeds."""

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import OperationFailure

from newsloom_store.connection import Collection
from newsloom_store.errors import INDEX_CONFLICTS, IndexesMissing, StoreMisconfigured, translated

Keys = list[tuple[str, int]]

# A page of a feed in its order, and an article by its source's own id. Uniqueness needs no index of its own:
# `_id` is derived from source and external id.
INDEXES: dict[str, Keys] = {
    "feed_page": [("feeds", ASCENDING), ("publication.published_at", DESCENDING), ("_id", ASCENDING)],
    "external_id": [("source", ASCENDING), ("external_id", ASCENDING)],
}


async def ensure_indexes(collection: Collection) -> None:
    """Make the indexes that are missing. Raises StoreMisconfigured when another one stands in the way."""
    models = [IndexModel(keys, name=name) for name, keys in INDEXES.items()]
    with translated():
        try:
            await collection.create_indexes(models)
        except OperationFailure as error:
            if error.code not in INDEX_CONFLICTS:
                raise
            raise StoreMisconfigured(
                f"an index of {collection.full_name} has one of the names {', '.join(INDEXES)} but other "
                "keys or options; drop it and start again"
            ) from error


async def check_indexes(collection: Collection) -> None:
    """Raise IndexesMissing unless all indexes are there."""
    with translated():
        present = await collection.index_information()
    keys = [list(index["key"]) for index in present.values()]
    missing = [name for name, wanted in INDEXES.items() if wanted not in keys]
    if missing:
        raise IndexesMissing(
            f"{collection.full_name} lacks the index {' and '.join(missing)}; start publish, which makes it"
        )
