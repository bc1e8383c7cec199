"""The MongoDB store of newsloom: connection, indexes, document codec."""

from newsloom_store.changes import Change, Head, Migrated, Summary, Swap
from newsloom_store.errors import (
    DocumentRefused,
    IndexesMissing,
    NewerDocument,
    StoreError,
    StoreMisconfigured,
    StoreUnavailable,
    UnreadableDocument,
)
from newsloom_store.memory import MemoryStore
from newsloom_store.mongo import MongoStore
from newsloom_store.translations import MongoTranslations

__all__ = [
    "Change",
    "DocumentRefused",
    "Head",
    "IndexesMissing",
    "MemoryStore",
    "Migrated",
    "MongoStore",
    "MongoTranslations",
    "NewerDocument",
    "StoreError",
    "StoreMisconfigured",
    "StoreUnavailable",
    "Summary",
    "Swap",
    "UnreadableDocument",
]
