"""Forgets canaries that were killed long ago: `python -m newsloom_store.canaries URL --days 7`.

A tombstone keeps a killed article from coming back, and no service may remove one. That of a canary protects
nobody: it was in no feed for readers. There are thousands a day, so whoever lets canaries fly runs this now
and then, as the user `keeper`: MONGO_USERNAME and MONGO_PASSWORD_FILE say so.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from newsloom_schemas.identity import CANARY_SOURCE
from newsloom_store.codec import ID
from newsloom_store.connection import COLLECTION
from newsloom_store.credentials import credentials

PAGE = 1_000
Articles = Collection[dict[str, Any]]


def forget_canaries(articles: Articles, *, before: datetime) -> int:
    """Remove every canary that was killed before a moment; how many. Raises PyMongoError."""
    # The source alone is indexed, which is enough: nearly all documents of it are of this kind.
    wanted = {"source": CANARY_SOURCE, "tombstone.killed_at": {"$lt": before}}
    forgotten = 0
    while page := [each[ID] for each in articles.find(wanted, {ID: 1}).limit(PAGE)]:
        forgotten += articles.delete_many({ID: {"$in": page}, **wanted}).deleted_count
    return forgotten


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when they are forgotten, 1 with a message on stderr."""
    parser = argparse.ArgumentParser(prog="python -m newsloom_store.canaries", description=__doc__)
    parser.add_argument("url", help="for example mongodb://127.0.0.1:27017/?replicaSet=rs0")
    parser.add_argument("--database", default="newsloom")
    parser.add_argument("--days", type=float, default=7.0, help="how long a killed canary is kept")
    options = parser.parse_args(arguments)
    before = datetime.now(UTC) - timedelta(days=options.days)
    try:
        with MongoClient[dict[str, Any]](
            options.url, serverSelectionTimeoutMS=5_000, **credentials()
        ) as client:
            forgotten = forget_canaries(client[options.database][COLLECTION], before=before)
    except OSError as error:
        sys.stderr.write(f"{error.filename} cannot be read: correct MONGO_PASSWORD_FILE\n")
        return 1
    except PyMongoError as error:
        sys.stderr.write(f"MongoDB did not do it ({type(error).__name__}): check the address and the user\n")
        return 1
    sys.stdout.write(f"{forgotten} canaries forgotten\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
