"""Kafka's jars: fetched once, by one process, whole or not at all."""

import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from newsloom.stack.errors import ExitCode, StackError
from newsloom.stack.jars import KafkaJars, OnBytes, Resolver


class CountingResolver:
    """Delivers two tiny jars, as often as it is asked, after `gate` opens."""

    def __init__(self) -> None:
        self.calls = 0
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, folder: Path, on_bytes: OnBytes) -> None:
        self.calls += 1
        self.gate.wait(10)
        write_jar(folder / "jars" / "kafka_2.13-4.3.0.jar")
        write_jar(folder / "modules" / "scala-library.jar")
        on_bytes(2, 2)


class CutOffResolver:
    """Delivers one jar and fails, like a broken connection."""

    def __call__(self, folder: Path, on_bytes: OnBytes) -> None:
        write_jar(folder / "jars" / "kafka_2.13-4.3.0.jar")
        raise StackError("cut off", fix="again", code=ExitCode.NO_NETWORK)


class DamagedResolver:
    """Delivers a jar whose end is missing."""

    def __call__(self, folder: Path, on_bytes: OnBytes) -> None:
        whole = folder / "jars" / "kafka_2.13-4.3.0.jar"
        write_jar(whole)
        whole.write_bytes(whole.read_bytes()[:-30])


def write_jar(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "x" * 100)


def jars_in(cache: Path, resolve: Resolver, environment: Mapping[str, str] | None = None) -> KafkaJars:
    return KafkaJars(cache=cache, environment=environment or {}, resolve=resolve)


def test_all_jars_of_jars_and_modules_are_on_the_class_path(tmp_path: Path) -> None:
    entries = jars_in(tmp_path, CountingResolver()).ensure().split(":")
    assert [Path(entry).name for entry in entries] == ["kafka_2.13-4.3.0.jar", "scala-library.jar"]
    assert all(Path(entry).is_file() for entry in entries)


def test_a_second_checkout_fetches_nothing(tmp_path: Path) -> None:
    resolver = CountingResolver()
    first = jars_in(tmp_path, resolver).ensure()
    assert jars_in(tmp_path, resolver).ensure() == first
    assert resolver.calls == 1


def test_a_fetch_that_was_cut_off_leaves_nothing_that_counts(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="cut off"):
        jars_in(tmp_path, CutOffResolver()).ensure()
    resolver = CountingResolver()
    assert not jars_in(tmp_path, resolver).present()
    jars_in(tmp_path, resolver).ensure()
    assert resolver.calls == 1


def test_what_a_killed_fetch_left_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / "fetching-dead"
    write_jar(left / "jars" / "kafka_2.13-4.3.0.jar")
    jars_in(tmp_path, CountingResolver()).ensure()
    assert not left.exists()


def test_a_damaged_jar_is_refused(tmp_path: Path) -> None:
    jars = jars_in(tmp_path, DamagedResolver())
    with pytest.raises(StackError, match="arrived damaged"):
        jars.ensure()
    assert not jars.present()


def test_two_at_once_fetch_once(tmp_path: Path) -> None:
    resolver = CountingResolver()
    resolver.gate.clear()
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(jars_in(tmp_path, resolver).ensure())) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    resolver.gate.set()
    for thread in threads:
        thread.join(20)
    assert len(found) == 2
    assert resolver.calls == 1


def test_a_kafka_of_the_user_is_taken_as_it_is(tmp_path: Path) -> None:
    write_jar(tmp_path / "kafka" / "libs" / "kafka_2.13-4.1.0.jar")
    resolver = CountingResolver()
    jars = jars_in(tmp_path / "cache", resolver, {"KAFKA_HOME": str(tmp_path / "kafka")})
    assert jars.ensure().endswith("kafka_2.13-4.1.0.jar")
    assert resolver.calls == 0


def test_a_wrong_kafka_home_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="KAFKA_HOME"):
        jars_in(tmp_path, CountingResolver(), {"KAFKA_HOME": str(tmp_path)}).ensure()
