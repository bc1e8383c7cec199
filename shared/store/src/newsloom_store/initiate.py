"""Makes a replica set of one out of a fresh mongod: `python -m newsloom_store.initiate URL`.

Harmless when repeated. A set of one whose port has changed since its last start is told its new address;
a set of several members is left as it is.
"""

import argparse
import sys
import time
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.uri_parser import parse_uri

NOT_YET_INITIALIZED = 94
UNAUTHORIZED = 13


class NoPrimaryError(Exception):
    """The server did not become primary within the time given."""


def initiate(url: str, *, seconds: float) -> str:
    """Initiate the set named by `replicaSet=` at the first host of `url`; the address of its primary.

    Raises NoPrimaryError with the last known reason when there is none after `seconds`.
    """
    parsed = parse_uri(url)
    host, port = parsed["nodelist"][0]
    address = f"{host}:{port}"
    name = parsed["options"].get("replicaSet") or parsed["options"].get("replicaset") or "rs0"
    deadline = time.monotonic() + seconds
    with MongoClient[dict[str, Any]](
        host, port, directConnection=True, serverSelectionTimeoutMS=1000, timeoutMS=10_000
    ) as client:
        _wait_for_primary(client, name, address, deadline)
    return address


def _wait_for_primary(client: MongoClient[dict[str, Any]], name: str, address: str, deadline: float) -> None:
    reason = "it does not answer"
    while time.monotonic() < deadline:
        try:
            hello = client.admin.command("hello")
            if hello.get("isWritablePrimary"):
                return
            reason = f"it answers as {hello.get('me', 'a server without a set')}, not as primary"
            _configure(client, name, address)
        except PyMongoError as error:
            reason = str(error)
        time.sleep(0.05)
    raise NoPrimaryError(f"{address} has not become primary of {name}: {reason}")


def _configure(client: MongoClient[dict[str, Any]], name: str, address: str) -> None:
    """Initiate, or correct the address of the only member."""
    config = _stored_config(client)
    if config is None:
        fresh = {"_id": name, "members": [{"_id": 0, "host": address}]}
        client.admin.command("replSetInitiate", fresh)
    elif len(config["members"]) == 1 and config["members"][0]["host"] != address:
        config["members"][0]["host"] = address
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)


def _stored_config(client: MongoClient[dict[str, Any]]) -> dict[str, Any] | None:
    try:
        answer = client.admin.command("replSetGetConfig")
    except OperationFailure as error:
        # Without users the server lets its own machine initiate, but not ask.
        if error.code in (NOT_YET_INITIALIZED, UNAUTHORIZED):
            return None
        raise
    config: dict[str, Any] = answer["config"]
    return config


def main() -> int:
    """0 when there is a primary, 1 with a message on stderr when there is none in time."""
    parser = argparse.ArgumentParser(prog="python -m newsloom_store.initiate", description=__doc__)
    parser.add_argument("url", help="for example mongodb://127.0.0.1:27017/?replicaSet=rs0")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to wait for a primary")
    options = parser.parse_args()
    try:
        primary = initiate(options.url, seconds=options.seconds)
    except NoPrimaryError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"primary: {primary}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
