"""The jars of Kafka: from KAFKA_HOME when the user has one, else fetched once into the user's cache."""

import os
import secrets
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from newsloom.stack.errors import ExitCode, StackError
from newsloom.stack.lock import only_one
from newsloom.stack.processes import MARK

KAFKA_VERSION = "4.3.0"
COORDINATES = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.slf4j:slf4j-simple:1.7.36"
MEBIBYTE = 1024 * 1024
EXPECTED_BYTES = 44 * MEBIBYTE  # of 4.3.0 with everything it needs; only the progress bar relies on it
FETCH_SECONDS = 900.0

OnBytes = Callable[[int, int], None]
"""Told how many bytes have arrived and how many are expected."""

Resolver = Callable[[Path, OnBytes], None]
"""Fetches the jars somewhere below the given folder, or raises StackError."""


def _silent(_done: int, _expected: int) -> None:
    return


@dataclass(frozen=True, kw_only=True)
class KafkaJars:
    """The class path of Kafka. `cache` is shared by all checkouts of this user."""

    cache: Path
    environment: Mapping[str, str]
    resolve: Resolver

    @property
    def folder(self) -> Path:
        if kafka_home := self.environment.get("KAFKA_HOME"):
            return Path(kafka_home) / "libs"
        return self.cache / f"kafka-{KAFKA_VERSION}"

    def present(self) -> bool:
        """True when nothing needs to be fetched."""
        return any(self.folder.glob("kafka_*.jar"))

    def ensure(self, on_bytes: OnBytes = _silent) -> str:
        """The class path, fetching the jars first when needed. Safe when two processes call it at once."""
        if not self.present():
            self._fetch_alone(on_bytes)
        # A wildcard would do as well, but Java expands it in no fixed order.
        return os.pathsep.join(str(jar) for jar in sorted(self.folder.glob("*.jar")))

    def _fetch_alone(self, on_bytes: OnBytes) -> None:
        if self.environment.get("KAFKA_HOME"):
            raise StackError(
                f"KAFKA_HOME is set, but {self.folder} holds no Kafka",
                fix="point KAFKA_HOME to an unpacked Kafka, or unset it",
            )
        on_bytes(0, EXPECTED_BYTES)  # waiting for another newsloom's fetch should not look like silence
        busy = "another newsloom is still fetching Kafka's jars"
        with only_one(self.cache / "fetch.lock", seconds=FETCH_SECONDS, busy=busy):
            if not self.present():
                self._fetch(on_bytes)

    def _fetch(self, on_bytes: OnBytes) -> None:
        """Everything lands beside the target first: a fetch that was cut off leaves nothing that counts."""
        for cut_off in self.cache.glob("fetching-*"):
            shutil.rmtree(cut_off, ignore_errors=True)
        staging = self.cache / f"fetching-{secrets.token_hex(4)}"
        try:
            self.resolve(staging / "resolver", on_bytes)
            self._collect(staging / "resolver", staging / "jars").replace(self.folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _collect(self, source: Path, target: Path) -> Path:
        target.mkdir(parents=True)
        for jar in source.rglob("*.jar"):
            if not zipfile.is_zipfile(jar):
                raise StackError(f"{jar.name} arrived damaged", fix="run it again", code=ExitCode.NO_NETWORK)
            if not (target / jar.name).exists():
                shutil.copyfile(jar, target / jar.name)
        return target


def resolve_with_jgo(folder: Path, on_bytes: OnBytes) -> None:
    """Fetch with jgo's own resolver, which needs neither Maven nor Java."""
    folder.mkdir(parents=True)
    output = folder / "resolver.log"
    command = [sys.executable, "-m", "jgo", "--resolver", "python", "--cache-dir", str(folder / "jars")]
    command += ["--repo-cache", str(folder / "repository"), "info", "classpath", COORDINATES]
    unmarked = {name: value for name, value in os.environ.items() if name != MARK}
    with output.open("wb") as log:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=unmarked
        )
        try:
            _watch(child, folder / "repository", on_bytes)
        finally:
            child.kill()
            child.wait()
    _judge(child.returncode, output.read_text(encoding="utf-8", errors="replace"))


def _watch(child: subprocess.Popen[bytes], folder: Path, on_bytes: OnBytes) -> None:
    deadline = time.monotonic() + FETCH_SECONDS
    while child.poll() is None:
        if time.monotonic() > deadline:
            raise StackError(
                f"fetching Kafka's jars took longer than {FETCH_SECONDS:.0f} s",
                fix="check the network and run it again",
                code=ExitCode.NO_NETWORK,
            )
        arrived = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        on_bytes(arrived, max(arrived, EXPECTED_BYTES))
        time.sleep(0.1)
    on_bytes(EXPECTED_BYTES, EXPECTED_BYTES)


def _judge(exit_code: int, output: str) -> None:
    if exit_code == 0 and "Checksum mismatch" not in output:
        return
    last = "\n".join(output.strip().splitlines()[-3:])[-600:]
    if "No space left on device" in output:
        raise StackError("the disk is full", fix="free some disk space", code=ExitCode.DISK_FULL)
    if any(sign in output for sign in ("ConnectionError", "ProxyError", "Timeout", "NameResolutionError")):
        raise StackError(
            f"Kafka's jars could not be fetched: no network\n{last}",
            fix="connect once (they are cached afterwards), or set KAFKA_HOME to an unpacked Kafka",
            code=ExitCode.NO_NETWORK,
        )
    raise StackError(
        f"Kafka's jars could not be fetched:\n{last}",
        fix="run it again, or set KAFKA_HOME to an unpacked Kafka",
    )
