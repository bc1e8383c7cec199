"""The indexes that readers rest on: made by publish, checked by publish and feeds before they work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import OperationFailure

from newsloom_store.connection import Collection
from newsloom_store.errors import INDEX_CONFLICTS, IndexesMissing, StoreMisconfigured, translated
from newsloom_store.migrations import STEPS

Present = Mapping[str, Mapping[str, Any]]

_NOT_OPTIONS = frozenset({"key", "v", "ns", "background"})
# An index of somebody else's with one of these would lose articles: by expiring them, or by refusing writes
# with the same code as a lost swap.
_HARMFUL = ("expireAfterSeconds", "unique")


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index as it must be: other keys or other options make another index."""

    name: str
    keys: tuple[tuple[str, int], ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    def is_(self, other: Mapping[str, Any]) -> bool:
        """Whether what MongoDB tells of an index is this one, whatever its name."""
        options = {name: value for name, value in other.items() if name not in _NOT_OPTIONS}
        return tuple(other["key"]) == self.keys and options == self.options

    def model(self) -> IndexModel:
        """The index for the driver."""
        return IndexModel(list(self.keys), name=self.name, **self.options)


# A page of a feed in its order; an article by its source's own id; what the embargo's role looks for, which
# is next to nothing at any time; the documents that a migration has still to rewrite. Uniqueness needs no
# index of its own: `_id` is derived from source and external id.
INDEXES: tuple[Index, ...] = (
    Index(
        name="feed_page",
        keys=(("feeds", ASCENDING), ("publication.published_at", DESCENDING), ("_id", ASCENDING)),
    ),
    Index(name="external_id", keys=(("source", ASCENDING), ("external_id", ASCENDING))),
    Index(name="withheld_until", keys=(("withheld_until", ASCENDING),), options={"sparse": True}),
    Index(name="untold_since", keys=(("untold_since", ASCENDING),), options={"sparse": True}),
    *(
        Index(
            name=f"schema_{version}",
            keys=(("schema_version", ASCENDING), ("_id", ASCENDING)),
            options={"partialFilterExpression": {"schema_version": version}},
        )
        for version in STEPS
    ),
)


async def ensure_indexes(collection: Collection) -> None:
    """Make the indexes that are missing. Raises StoreMisconfigured when another one stands in the way."""
    present = await _present(collection)
    _refuse_others(collection, present)
    missing = _missing(present)
    if not missing:
        return
    with translated():
        try:
            await collection.create_indexes([index.model() for index in missing])
        except OperationFailure as error:
            if error.code not in INDEX_CONFLICTS:
                raise
            names = ", ".join(index.name for index in missing)
            raise StoreMisconfigured(
                f"an index of {collection.full_name} stands in the way of {names}; drop it and start again"
            ) from error


async def check_indexes(collection: Collection) -> None:
    """Raise StoreMisconfigured, with the fix, unless all indexes are there as they must be."""
    present = await _present(collection)
    _refuse_others(collection, present)
    missing = [index.name for index in _missing(present)]
    if missing:
        raise IndexesMissing(
            f"{collection.full_name} lacks the index {' and '.join(missing)}; start publish, which makes it"
        )


async def _present(collection: Collection) -> Present:
    with translated():
        found: Present = await collection.index_information()
    return found


def _missing(present: Present) -> list[Index]:
    return [index for index in INDEXES if not any(index.is_(other) for other in present.values())]


def _refuse_others(collection: Collection, present: Present) -> None:
    wanted = {index.name: index for index in INDEXES}
    for name, other in present.items():
        harmful = [option for option in _HARMFUL if other.get(option)]
        if harmful:
            why = f"has {harmful[0]}, which can cost articles"
        elif name in wanted and not wanted[name].is_(other):
            why = "has other keys or options than it must have"
        else:
            continue
        raise StoreMisconfigured(
            f"the index {name} of {collection.full_name} {why}; drop it: publish makes what is needed"
        )
