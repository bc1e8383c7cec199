"""The page on malformed records is held to the tests that it names, and they to it."""

import re
from pathlib import Path

import pytest

from tests.e2e.odd_records import odd_records

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/untrusted-records.md").read_text()
ROWS = {int(row[1]): row[0] for row in re.finditer(r"^\| (\d+) \|.*$", PAGE, re.MULTILINE)}
TABLE = odd_records()


def test_every_kind_of_record_has_its_row() -> None:
    assert list(ROWS) == list(range(43, 63))


@pytest.mark.parametrize("row", ROWS)
def test_a_row_names_tests_that_there_are(row: int) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", ROWS[row])
    sent = any(odd.row == row for odd in TABLE)
    assert named or sent
    assert sent == ("`odd_records`" in ROWS[row]), "the row says whether a running system was sent it"
    for path, test in named:
        assert f"def {test}(" in (ROOT / path).read_text()


@pytest.mark.parametrize("reason", sorted({odd.reason for odd in TABLE if odd.reason is not None}))
def test_every_reason_of_a_dead_letter_is_in_its_row_and_in_the_runbook(reason: str) -> None:
    runbook = (ROOT / "docs/runbook.md").read_text()
    assert f"`{reason}`" in runbook or f"`{reason.split('-')[0]}-*`" in runbook
    if reason != "no-version":
        rows = {odd.row for odd in TABLE if odd.reason == reason}
        assert any(f"`{reason}`" in ROWS[row] for row in rows)
