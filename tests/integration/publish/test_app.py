"""The publish process as it is started: alive without its dependencies, honest about it, gone when told."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.eventually import eventually

NOWHERE = "127.0.0.1:1"
GRACE_S = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Process:
    """A publish service without Kafka and MongoDB."""

    def __init__(self) -> None:
        self.port = free_port()
        self.popen = subprocess.Popen(
            [sys.executable, "-c", "from publish.app import main; main()"],
            env={
                **os.environ,
                "PUBLISH_PORT": str(self.port),
                "KAFKA_BOOTSTRAP_SERVERS": NOWHERE,
                "MONGO_URL": f"mongodb://{NOWHERE}",
            },
            stdout=subprocess.DEVNULL,
        )

    def answer(self, path: str) -> tuple[int, Any]:
        """Status and JSON body; (0, None) while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, None


@pytest.fixture
def process() -> Iterator[Process]:
    started = Process()
    try:
        yield started
    finally:
        started.popen.kill()
        started.popen.wait()


async def test_it_lives_without_kafka_and_mongodb_says_what_is_missing_and_ends_in_time(
    process: Process,
) -> None:
    await eventually(lambda: process.answer("/livez")[0] == 200, what="the process answering")
    status, body = process.answer("/readyz")
    assert status == 503
    assert {"kafka", "store", "consumer-publisher", "consumer-proofreader"} <= set(body["reasons"])
    assert "MongoDB" in body["reasons"]["store"]
    assert process.answer("/asyncapi")[1]["asyncapi"].startswith("3.")
    process.popen.send_signal(signal.SIGTERM)
    assert process.popen.wait(timeout=GRACE_S) in (0, -signal.SIGTERM)
