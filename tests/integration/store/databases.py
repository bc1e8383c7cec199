"""A database of its own for each test, gone afterwards."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import uuid4

from pymongo import MongoClient


def fresh_database(url: str) -> AbstractContextManager[str]:
    """The name of a new database that is dropped on leaving."""
    return dropped_database(url, f"test_{uuid4().hex}")


@contextmanager
def dropped_database(url: str, name: str) -> Iterator[str]:
    """The database is dropped on leaving."""
    try:
        yield name
    finally:
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=2000) as client:
            client.drop_database(name)
