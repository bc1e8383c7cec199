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
from newsloom_store.observing import Observer
from newsloom_store.submission_facts import (
    LetterFact,
    LetterResolved,
    Positions,
    Standing,
    StoredChange,
    SubmissionFact,
)
from newsloom_store.submissions import MongoSubmissions
from newsloom_store.submissions_memory import MemorySubmissions
from newsloom_store.translations import MongoTranslations

__all__ = [
    "Change",
    "DocumentRefused",
    "Head",
    "IndexesMissing",
    "LetterFact",
    "LetterResolved",
    "MemoryStore",
    "MemorySubmissions",
    "Migrated",
    "MongoStore",
    "MongoSubmissions",
    "MongoTranslations",
    "NewerDocument",
    "Observer",
    "Positions",
    "Standing",
    "StoreError",
    "StoreMisconfigured",
    "StoreUnavailable",
    "StoredChange",
    "SubmissionFact",
    "Summary",
    "Swap",
    "UnreadableDocument",
]
