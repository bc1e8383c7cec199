"""A file that an operator changes while services run."""

from pathlib import Path

import pytest

from newsloom_runtime.watched_file import WatchedFile


class Unusable(ValueError):
    pass


def number_in(file: Path) -> int:
    try:
        return int(file.read_text())
    except (OSError, ValueError) as error:
        raise Unusable(str(error)) from None


def watched(file: Path, *, absent: int | None = None) -> WatchedFile[int]:
    return WatchedFile(file, number_in, unusable=Unusable, what="number", absent=absent)


def test_what_changes_is_read_and_what_cannot_be_used_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "number"
    file.write_text("1")
    number = watched(file)
    for text, now in (("22", 22), ("none", 22), ("333", 333)):
        file.write_text(text)
        assert number.current() == now
    file.unlink()
    assert number.current() == 333
    file.write_text("4444")
    assert number.current() == 4444


def test_what_does_not_change_is_not_read_again(tmp_path: Path) -> None:
    file, reads = tmp_path / "number", []
    file.write_text("1")
    number = WatchedFile(file, lambda path: reads.append(path), unusable=Unusable, what="number")
    for _ in range(3):
        number.current()
    assert reads == [file]


def test_a_file_may_come_later_where_that_was_said(tmp_path: Path) -> None:
    file = tmp_path / "number"
    number = watched(file, absent=0)
    assert number.current() == 0
    file.write_text("7")
    assert number.current() == 7
    with pytest.raises(Unusable):
        watched(tmp_path / "another")
