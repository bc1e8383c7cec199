"""Who may do what in MongoDB: a role of its own for each service, and no collection that it does not need.

`python -m newsloom_store.users` makes roles and users of this; tests/secured tries what is not granted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from newsloom_store.connection import COLLECTION
from newsloom_store.request_guards import ANSWERS, CLAIMS
from newsloom_store.submissions import LETTERS, POSITIONS, SUBMISSIONS
from newsloom_store.translations import SENTENCES, WAITING

READS = ("find",)
KEEPS = ("find", "insert", "update", "remove", "createIndex", "listIndexes")
OPERATOR = "operator"
KEEPER = "keeper"  # clears old canaries away (newsloom_store.canaries); no service may remove a document
# What `newsloom doctor` asks of the server itself: its members, its clock, and how it was started.
ASKS_THE_SERVER = ("replSetGetStatus", "replSetGetConfig", "getCmdLineOpts", "getParameter", "serverStatus")


@dataclass(frozen=True, kw_only=True, order=True)
class Privilege:
    """What may be done to one collection of newsloom's database; to the server when it names none."""

    collection: str | None
    actions: tuple[str, ...]


def _each(names: tuple[str, ...], actions: tuple[str, ...]) -> tuple[Privilege, ...]:
    return tuple(Privilege(collection=name, actions=actions) for name in names)


_REGISTER = (SUBMISSIONS, LETTERS, POSITIONS, ANSWERS, CLAIMS)
_TRANSLATIONS = (SENTENCES, WAITING)
ROLES: Mapping[str, tuple[Privilege, ...]] = MappingProxyType(
    {
        # What became of a submission, and which revision is the latest, stands in the document itself.
        "ingest": (*_each((COLLECTION,), READS), *_each(_REGISTER, KEEPS)),
        # Of killed articles no sentence may be kept, so that it looks for tombstones.
        "enrich": (*_each((COLLECTION,), READS), *_each(_TRANSLATIONS, KEEPS)),
        # It never removes a document: a tombstone is for ever.
        "publish": (
            *_each((COLLECTION,), ("find", "insert", "update", "createIndex", "listIndexes")),
            *_each(_TRANSLATIONS, ("find", "update", "remove")),
        ),
        "feeds": _each((COLLECTION,), ("find", "listIndexes")),
        KEEPER: _each((COLLECTION,), ("find", "remove")),
        OPERATOR: (
            *_each((COLLECTION, *_REGISTER, *_TRANSLATIONS), ("listIndexes",)),
            Privilege(collection=None, actions=ASKS_THE_SERVER),
        ),
    }
)


def role_name(user: str) -> str:
    """The role of a user of ours; like the users it is kept in the database `admin`."""
    return f"newsloom-{user}"
