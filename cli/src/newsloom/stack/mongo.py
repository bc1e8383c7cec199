"""One mongod as a replica set of one: its command line, its health, its initiation."""

import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from newsloom.stack.addresses import HOST
from newsloom.stack.errors import ExitCode, StackError
from newsloom.stack.home import Home

INITIATE_SECONDS = 60
NEVER_SLOW_MS = 2**31 - 1


def mongod_command(home: Home, mongod: Path, *, port: int, environment: Mapping[str, str]) -> list[str]:
    """The command line of mongod. NEWSLOOM_TEST_COMMANDS=1 turns on its fail points, for fault tests."""
    data = home.data / "mongo"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [str(mongod), "--replSet", "rs0", "--bind_ip", HOST, "--port", str(port)]
    command += ["--dbpath", str(data), "--nounixsocket", "--quiet"]
    # Left alone, mongod takes half of the memory and 5 % of the disk.
    command += ["--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "512"]
    # It logs what it calls slow with the document in it: articles under embargo, and long after their kill.
    command += ["--slowms", str(NEVER_SLOW_MS)]
    # Nobody waits for another primary here: the default would hold every stop for 15 seconds.
    command += ["--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"]
    if environment.get("NEWSLOOM_TEST_COMMANDS") == "1":
        command += ["--setParameter", "enableTestCommands=1"]
    return command


def mongo_answers(url: str, seconds: float = 1.0) -> bool:
    """True when something accepts connections at this address."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or HOST, parts.port or 27017), timeout=seconds).close()
    except OSError:
        return False
    return True


def initiate_replica_set(url: str) -> None:
    """Make the replica set and wait until it has a primary; harmless when it is made already.

    Runs as a process of its own, because only newsloom_store may hold the driver.
    """
    command = [sys.executable, "-m", "newsloom_store.initiate", url, "--seconds", str(INITIATE_SECONDS)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=INITIATE_SECONDS + 30, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _not_initiated("it did not answer in time") from error
    if done.returncode != 0:
        raise _not_initiated((done.stderr or done.stdout).strip()[-1000:])


def _not_initiated(detail: str) -> StackError:
    return StackError(
        f"the replica set of mongod has no primary: {detail}",
        fix="read mongo's log, named by `newsloom status`, then run `newsloom down` and `newsloom up`",
        code=ExitCode.UNHEALTHY,
    )
