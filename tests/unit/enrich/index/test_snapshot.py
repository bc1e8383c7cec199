"""A snapshot is whole, of this format, of these keys and of this log, or it is not used."""

from pathlib import Path

import pytest

from enrich.index import snapshot
from enrich.index.snapshot import NotUsable, Snapshot, read_snapshot, write_snapshot
from enrich.index_file import IndexFile, LogState
from enrich.related import RelatedIndex
from newsloom_schemas.identity import article_id
from tests.unit.enrich.index.articles import indexed, keys, query

THREE = keys("ptn", "zlnsk", "kyiv")
HERE = LogState(identity="log", begins={0: 0, 1: 0}, ends={0: 9, 1: 9})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A snapshot of one article, one killed and one withheld."""
    index = RelatedIndex()
    index.put(indexed("a", THREE))
    index.kill(article_id("meridian", "dead"))
    index.withhold(article_id("meridian", "later"), 4)
    path = tmp_path / "enrich" / "index"
    write_snapshot(path, Snapshot(log="log", offsets={0: 5, 1: 0}, packed=index.packed()))
    return path


def test_what_is_read_is_what_was_written(path: Path) -> None:
    found = IndexFile(path).read(HERE)
    assert found is not None
    index, offsets = found
    assert offsets == {0: 5, 1: 0}
    assert [link.article_id for link in index.query(query("q", THREE))] == [article_id("meridian", "a")]
    assert not index.wants(article_id("meridian", "dead"), 99)
    assert not index.wants(article_id("meridian", "later"), 4)
    assert index.wants(article_id("meridian", "later"), 5)


def test_only_its_owner_may_read_it_and_nothing_else_is_left(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_every_truncation_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(NotUsable):
            read_snapshot(path)


def test_every_changed_byte_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for at in range(0, len(whole), 5):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :])
        with pytest.raises(NotUsable):
            read_snapshot(path)


def test_what_stands_behind_it_is_noticed(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(NotUsable, match="checksum"):
        read_snapshot(path)


def test_keys_of_another_version_are_not_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "KEYS_VERSION", "other")
    with pytest.raises(NotUsable, match="another version"):
        read_snapshot(path)


def test_there_may_be_none(tmp_path: Path) -> None:
    assert IndexFile(tmp_path / "none").read(HERE) is None


@pytest.mark.parametrize(
    "other",
    [
        LogState(identity="elsewhere", begins={0: 0, 1: 0}, ends={0: 9, 1: 9}),
        LogState(identity="log", begins={0: 0}, ends={0: 9}),
        LogState(identity="log", begins={0: 0, 1: 0}, ends={0: 4, 1: 9}),
        LogState(identity="log", begins={0: 6, 1: 0}, ends={0: 9, 1: 9}),
    ],
    ids=["another log", "fewer partitions", "a log that ends before", "a log that begins behind"],
)
def test_a_snapshot_of_another_log_is_not_used(path: Path, other: LogState) -> None:
    assert IndexFile(path).read(other) is None


def test_a_failed_writing_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()
    monkeypatch.setattr(snapshot, "_write", _no_space)
    IndexFile(path).write(RelatedIndex().packed(), "log", {0: 7})
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def _no_space(*_args: object) -> None:
    raise OSError(28, "No space left on device")
