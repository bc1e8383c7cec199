"""Users and passwords of a Kafka that asks for them by SCRAM, set from one file each."""

import hashlib
import secrets
from collections.abc import Mapping
from pathlib import Path

from aiokafka.errors import for_code

from newsloom_runtime.asking_kafka import asking_kafka
from newsloom_runtime.cluster import Cluster
from newsloom_runtime.kafka_requests import AlterScram, sent
from newsloom_runtime.log_consumer import LogUnavailable

_SHA_512 = 2
ITERATIONS = 8192
SALT_BYTES = 24
SHORTEST = 12
ENDING = ".password"


class PasswordsUnusable(ValueError):
    """The folder of passwords cannot be used; the message names the file and the fix."""


def read_passwords(folder: Path) -> dict[str, str]:
    """The passwords in `folder`, by the user that `USER.password` names. Raises PasswordsUnusable."""
    try:
        files = sorted(folder.glob(f"*{ENDING}"))
        found = {path.name.removesuffix(ENDING): path.read_text(encoding="utf-8").strip() for path in files}
    except (OSError, UnicodeDecodeError) as error:
        raise PasswordsUnusable(f"{folder} cannot be read: {type(error).__name__}") from None
    if not found:
        raise PasswordsUnusable(f"{folder} has no files like ingest{ENDING}; see docs/security.md")
    for user, password in found.items():
        if len(password) < SHORTEST:
            raise PasswordsUnusable(f"the password in {user}{ENDING} is shorter than {SHORTEST} characters")
    return found


async def set_passwords(cluster: Cluster, passwords: Mapping[str, str]) -> None:
    """Make each user, or change its password. Only an administrator may. Raises LogUnavailable."""
    rows = [_salted(user, password) for user, password in passwords.items()]
    async with asking_kafka(cluster, "set passwords") as client:
        for user, code, _, _ in (await sent(client, AlterScram(rows))).results:
            if code:
                raise LogUnavailable(f"Kafka refused the password of {user}: {for_code(code).__name__}")


def _salted(user: str, password: str) -> tuple[str, int, int, bytes, bytes]:
    salt = secrets.token_bytes(SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return (user, _SHA_512, ITERATIONS, salt, salted)
