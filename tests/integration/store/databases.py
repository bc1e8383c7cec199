"""A database of its own for each test, gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from pymongo import MongoClient


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """The name of a database that is dropped on leaving."""
    name = f"test_{uuid4().hex}"
    try:
        yield name
    finally:
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=2000) as client:
            client.drop_database(name)
