"""The page on bad requests is held to the tests that it names, and they to it."""

import re
from pathlib import Path

import pytest

from tests.integration.ingest.bad_content import HOSTILE
from tests.integration.ingest.test_bad_requests import BAD_REQUESTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/bad-requests.md").read_text()
ROWS = {int(row[1]): row[0] for row in re.finditer(r"^\| (\d+) \|.*$", PAGE, re.MULTILINE)}
SENT = {bad.row for bad in BAD_REQUESTS} | {hostile.row for hostile in HOSTILE}


def test_every_kind_of_request_has_its_row() -> None:
    assert list(ROWS) == [*range(1, 43), *range(76, 84)]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_names_tests_that_there_are(row: int) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", ROWS[row])
    assert named or row in SENT
    assert (row in SENT) == ("`bad_requests`" in ROWS[row]), "the row says whether the table has it"
    for path, test in named:
        assert f"def {test}(" in (ROOT / path).read_text()


@pytest.mark.parametrize("row", sorted({bad.row for bad in BAD_REQUESTS}))
def test_every_code_of_the_table_is_in_its_row_and_has_a_page(row: int) -> None:
    problems = (ROOT / "docs/problems.md").read_text()
    for code in {bad.code for bad in BAD_REQUESTS if bad.row == row}:
        assert f"`{code}`" in ROWS[row], code
        assert f"\n## {code}\n" in problems


def test_each_case_of_the_table_has_a_name_of_its_own() -> None:
    names = [bad.id for bad in BAD_REQUESTS] + [hostile.id for hostile in HOSTILE]
    assert sorted(names) == sorted(set(names))
