"""Looks a MongoDB over: `python -m newsloom_store.doctor`, by the variables MONGO_*; prints a JSON list.

A process of its own, because only newsloom_store may hold the driver; `newsloom doctor --deployment` runs it.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.uri_parser import parse_uri

from newsloom_store.credentials import credentials
from newsloom_store.errors import StoreError, translate
from newsloom_store.mongo import MongoStore

ENOUGH_MEMBERS = 3
CLOCKS_APART_S = 1.0  # embargoes are lifted by the server's clock
ANSWER_S = 5.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
Finding = dict[str, str]
Client = MongoClient[dict[str, Any]]


def finding(name: str, level: str, detail: str, fix: str = "") -> Finding:
    """One thing that was looked at: level ok, note or problem; a problem has its fix."""
    return {"name": name, "level": level, "detail": detail, "fix": fix}


def examine(url: str, known: dict[str, Any], *, database: str) -> list[Finding]:
    """Everything about MongoDB. What cannot be seen is a finding, too; nothing is raised."""
    try:
        with _client(url, **known) as client:
            hello = client.admin.command("hello")
            found = [_reached(client, hello, url), *_members(hello), _clock(client)]
            found += _tried(_test_commands, client, "mongo test commands")
    except PyMongoError as error:
        return [
            finding("mongo", "problem", str(translate(error)), "start it, or correct the MONGO_ variables")
        ]
    return [*found, *_strangers(url), *asyncio.run(_indexes(url, known, database))]


def _client(url: str, **known: Any) -> Client:
    return MongoClient(url, serverSelectionTimeoutMS=int(ANSWER_S * 1000), timeoutMS=10_000, **known)


def _reached(client: Client, hello: dict[str, Any], url: str) -> Finding:
    version = client.server_info()["version"]
    hosts = ", ".join(f"{host}:{port}" for host, port in parse_uri(url)["nodelist"])
    if not hello.get("setName"):
        fix = "start it with --replSet, and run `python -m newsloom_store.initiate`"
        return finding("mongo", "problem", f"{hosts} is no replica set (version {version})", fix)
    return finding("mongo", "ok", f"replica set {hello['setName']} at {hosts} (version {version})")


def _members(hello: dict[str, Any]) -> list[Finding]:
    members = len(hello.get("hosts", ()))
    if not hello.get("setName"):
        return []
    if members < ENOUGH_MEMBERS:
        said = f"{members} member{'' if members == 1 else 's'}: what it stores dies with its disk"
        return [finding("mongo members", "note", said)]
    return [finding("mongo members", "ok", f"{members} members")]


def _clock(client: Client) -> Finding:
    before = time.time()
    theirs = client.admin.command("hello")["localTime"].timestamp()
    after = time.time()
    apart = theirs - (before + after) / 2
    if abs(apart) > CLOCKS_APART_S + (after - before) / 2:  # it may have answered at any time in between
        fix = "synchronise the clocks of all machines (chrony, systemd-timesyncd)"
        return finding("mongo clock", "problem", f"{apart:+.1f} s from ours", fix)
    return finding("mongo clock", "ok", f"{apart * 1000:+.0f} ms from ours")


def _test_commands(client: Client) -> Finding:
    options = client.admin.command("getCmdLineOpts").get("parsed", {})
    if str(options.get("setParameter", {}).get("enableTestCommands", "0")).lower() in ("1", "true"):
        fix = "start mongod without --setParameter enableTestCommands"
        return finding("mongo test commands", "problem", "on: any client can make it fail on purpose", fix)
    return finding("mongo test commands", "ok", "off")


def _tried(look: Callable[[Client], Finding], client: Client, name: str) -> list[Finding]:
    try:
        return [look(client)]
    except OperationFailure:
        return [finding(name, "note", "not seen: only the MongoDB user `operator` may ask for them")]


def _strangers(url: str) -> list[Finding]:
    """Whether somebody without a name gets at documents."""
    here = all(host in _LOOPBACK for host, _ in parse_uri(url)["nodelist"])
    try:
        with _client(_nameless(url)) as nobody:
            nobody.admin.command("listDatabases", nameOnly=True)
    except OperationFailure:
        return [finding("mongo users", "ok", "nobody gets in without a name")]
    except PyMongoError as error:
        said = f"not seen whether somebody without a name gets in: {type(error).__name__}"
        return [finding("mongo users", "note", said)]
    if here:
        return [finding("mongo users", "note", "everybody on this machine gets in: fine for a local stack")]
    fix = "start mongod with --auth and --keyFile, and run `python -m newsloom_store.users`"
    return [finding("mongo users", "problem", "everybody gets in without a name", fix)]


def _nameless(url: str) -> str:
    """The address without a name and a password, with everything that TLS needs."""
    scheme, _, rest = url.partition("://")
    hosts, slash, options = rest.rpartition("@")[2].partition("/")
    _, question, query = options.partition("?")
    kept = [each for each in query.split("&") if not each.lower().startswith("auth")]
    return f"{scheme}://{hosts}{slash}{question}{'&'.join(kept)}"


async def _indexes(url: str, known: dict[str, Any], database: str) -> list[Finding]:
    scheme, _, rest = url.partition("://")
    if known:
        rest = f"{quote(known['username'], '')}:{quote(known['password'], '')}@{rest}"
    try:
        async with MongoStore.connected(f"{scheme}://{rest}", database=database) as store:
            await store.check_indexes()
    except StoreError as error:
        said, _, fix = str(error).partition("; ")
        return [finding("mongo indexes", "problem", said, fix or "start publish, which makes them")]
    return [finding("mongo indexes", "ok", "all that publish and feeds rest on")]


def main() -> int:
    """0 without problems, 1 with at least one."""
    try:
        known = credentials()
    except OSError as error:
        found = [
            finding("mongo", "problem", f"{error.filename} cannot be read", "correct MONGO_PASSWORD_FILE")
        ]
    else:
        found = examine(
            os.environ.get("MONGO_URL", "mongodb://127.0.0.1:27017"),
            known,
            database=os.environ.get("MONGO_DATABASE", "newsloom"),
        )
    sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return 1 if any(each["level"] == "problem" for each in found) else 0


if __name__ == "__main__":
    sys.exit(main())
