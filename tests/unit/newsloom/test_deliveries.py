"""Files become the right requests: dialect, address and options."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsloom.deliveries import (
    batch_file,
    batch_stdin,
    embargo_of,
    files_in,
    form_of,
    from_file,
    from_stdin,
    holds_many,
)
from newsloom.errors import CommandError, Exit

PAGE = "City\n\nHarbour bridge reopens after repairs\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "body", "form"),
    [
        ("a.json", b"anything", "json"),
        ("a.TXT", b"{", "page"),
        ("a", b' \n{"external_id": "x"}', "json"),
        ("a", "Головна".encode(), "page"),
        ("", b"", "page"),
        ("a.htm", b"", "html"),
        ("a", b" <!doctype html>", "html"),
        ("a.md", b"", "markdown"),
        ("a", b"---\ntitle: x\n", "markdown"),
        ("a.ninjs", b"{}", "ninjs"),
        ("a.jsonl", b"", "ndjson"),
        ("a.csv", b"", "csv"),
    ],
)
def test_auto_goes_by_the_ending_and_then_by_the_content(name: str, body: bytes, form: str) -> None:
    assert form_of(name, body, "auto") == form


def test_what_is_asked_for_goes_before_the_ending() -> None:
    assert form_of("a.json", b"{}", "page") == "page"


def test_a_page_is_named_by_its_file_and_numbered_by_its_last_change(tmp_path: Path) -> None:
    file = write(tmp_path / "bridge-reopens.txt", PAGE)
    os.utime(file, ns=(0, 1_762_335_000_123_456_789))
    delivery = from_file(file, source="meridian", asked="auto")
    assert delivery.path == "/v1/pages"
    assert delivery.query == {
        "source": "meridian",
        "external_id": "bridge-reopens",
        "revision": "1762335000123",
    }


def test_what_the_caller_says_of_a_page_goes_before_its_file(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt", PAGE)
    delivery = from_file(file, source="meridian", asked="auto", external_id="b", revision=7)
    assert delivery.options == {"external_id": "b", "revision": "7"}


def test_a_page_from_stdin_is_revision_1_and_named_by_ingest() -> None:
    assert from_stdin(PAGE.encode(), source="meridian", asked="auto").options == {"revision": "1"}


def test_json_says_everything_itself(tmp_path: Path) -> None:
    delivery = from_file(write(tmp_path / "a.json", "{}"), source="meridian", asked="auto")
    assert (delivery.path, delivery.query) == ("/v1/articles", {"source": "meridian"})
    with pytest.raises(CommandError, match="names its own") as caught:
        from_file(tmp_path / "a.json", source="meridian", asked="auto", revision=2)
    assert caught.value.code == Exit.USAGE


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read") as caught:
        from_file(tmp_path / "gone.json", source="meridian", asked="auto")
    assert caught.value.code == Exit.USAGE


def test_a_folder_gives_what_can_be_submitted_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.json", "README.md", ".hidden/c.json", "deep/d.json"):
        write(tmp_path / name, "{}")
    found = [path.relative_to(tmp_path).as_posix() for path in files_in(tmp_path, "auto")]
    assert found == ["a.json", "b.txt", "deep/d.json"]


def test_an_embargo_is_read_from_json_alone() -> None:
    held = b'{"embargo_until": "2030-01-01T00:00:00Z"}'
    assert embargo_of(from_stdin(held, source="s", asked="json")) == datetime(2030, 1, 1, tzinfo=UTC)
    assert embargo_of(from_stdin(held, source="s", asked="page")) is None
    assert embargo_of(from_stdin(b"not json", source="s", asked="json")) is None


def test_a_saved_page_and_markdown_name_themselves_unless_the_caller_does(tmp_path: Path) -> None:
    for name in ("a.html", "a.md"):
        file = write(tmp_path / name, "x")
        assert from_file(file, source="meridian", asked="auto").options == {}
        named = from_file(file, source="meridian", asked="auto", external_id="b", revision=7)
        assert named.options == {"external_id": "b", "revision": "7"}


def test_a_file_of_many_is_opened_anew_each_time_and_never_read_whole(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "external_id\n1\n")
    assert holds_many(file.name, "auto")
    assert holds_many("a.txt", "ndjson")
    assert not holds_many("a.csv", "page")
    batch = batch_file(file, source="meridian", asked="auto")
    for _ in range(2):
        with batch.open() as opened:
            assert opened.read() == b"external_id\n1\n"
    with pytest.raises(CommandError):
        batch_file(tmp_path / "absent.csv", source="meridian", asked="auto")


def test_lines_from_stdin_can_be_sent_again() -> None:
    batch = batch_stdin(io.BytesIO(b"{}\n"), source="meridian", asked="ndjson")
    for _ in range(2):
        with batch.open() as opened:
            assert opened.read() == b"{}\n"


def test_what_tells_of_a_folder_is_no_article(tmp_path: Path) -> None:
    write(tmp_path / "README.md", "x")
    write(tmp_path / "a.md", "x")
    assert list(files_in(tmp_path, "auto")) == [tmp_path / "a.md"]
