"""Makes the roles and users of the services: `python -m newsloom_store.users URL --passwords FOLDER`.

FOLDER holds admin.password and a file like publish.password for each user. Harmless when repeated: what
differs is put right, a changed password included. On a fresh mongod it comes first, from the same machine.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from newsloom_store.access import ROLES, Privilege, role_name

ADMIN = "admin"
ENDING = ".password"
SHORTEST = 12
_NOT_KNOWN = 18
Client = MongoClient[dict[str, Any]]


class UsersNotMade(Exception):
    """MongoDB did not take them; the message names the fix."""


def read_passwords(folder: Path) -> dict[str, str]:
    """The passwords in `folder` by user. Raises UsersNotMade, which names a file that is missing or short."""
    found = {}
    for user in (ADMIN, *ROLES):
        path = folder / f"{user}{ENDING}"
        try:
            found[user] = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsersNotMade(
                f"{path} cannot be read ({type(error).__name__}); deploy/new-passwords.sh makes it"
            ) from None
        if len(found[user]) < SHORTEST:
            raise UsersNotMade(f"the password in {path} is shorter than {SHORTEST} characters")
    return found


def make_users(url: str, passwords: Mapping[str, str], *, database: str, seconds: float) -> list[str]:
    """Every role and user as it must be; returns the users. Raises UsersNotMade."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with _as_admin(url, passwords[ADMIN]) as client:
                return [_user(client, database, user, passwords[user]) for user in ROLES]
        except OperationFailure as error:
            raise UsersNotMade(f"MongoDB refused: {error}") from None
        except PyMongoError as error:
            if time.monotonic() > deadline:
                raise UsersNotMade(f"MongoDB cannot be reached: {error}") from None
        time.sleep(0.2)


def _as_admin(url: str, password: str) -> Client:
    """Connected as the administrator, who is made first where nobody is."""
    client = _client(url, username=ADMIN, password=password, authSource="admin")
    try:
        client.admin.command("connectionStatus")
    except OperationFailure as error:
        client.close()
        if error.code != _NOT_KNOWN:
            raise
        with _client(url) as nobody:  # only a server without users, asked from its own machine, lets us
            nobody.admin.command("createUser", ADMIN, pwd=password, roles=["root"])
        return _client(url, username=ADMIN, password=password, authSource="admin")
    return client


def _client(url: str, **options: Any) -> Client:
    return MongoClient(url, serverSelectionTimeoutMS=2_000, timeoutMS=10_000, **options)


def _user(client: Client, database: str, user: str, password: str) -> str:
    role = role_name(user)
    privileges = [_privilege(database, each) for each in ROLES[user]]
    _put(client[ADMIN], "Role", role, privileges=privileges, roles=[])
    _put(client[ADMIN], "User", user, pwd=password, roles=[{"role": role, "db": ADMIN}])
    return user


def _privilege(database: str, privilege: Privilege) -> dict[str, Any]:
    resource: dict[str, Any] = {"db": database, "collection": privilege.collection}
    if privilege.collection is None:
        resource = {"cluster": True}
    return {"resource": resource, "actions": list(privilege.actions)}


def _put(database: Any, kind: str, name: str, **wanted: Any) -> None:
    """Create it, or change the one that is there."""
    there = database.command(f"{kind.lower()}sInfo", name)[f"{kind.lower()}s"]
    database.command(f"{'update' if there else 'create'}{kind}", name, **wanted)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every user is as it must be, 1 with a message on stderr."""
    parser = argparse.ArgumentParser(prog="python -m newsloom_store.users", description=__doc__)
    parser.add_argument("url", help="for example mongodb://127.0.0.1:27017/?replicaSet=rs0")
    parser.add_argument("--passwords", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--database", default="newsloom")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to wait for MongoDB")
    options = parser.parse_args(arguments)
    try:
        passwords = read_passwords(options.passwords)
        made = make_users(options.url, passwords, database=options.database, seconds=options.seconds)
    except UsersNotMade as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{user} is as it must be\n" for user in made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
