"""`newsloom submission`: what a state says to people and to scripts."""

from typing import Any

import pytest

from newsloom.commands.submission import code_of, lines
from newsloom.errors import Exit


def told(state: str, **fields: Any) -> dict[str, Any]:
    about = {"kind": "article", "revision": 3, "source": "harbour", "article_id": "a-1", "detail": "so it is"}
    return {**about, "state": state, "hops": [], **fields}


@pytest.mark.parametrize(
    ("status", "waited", "code"),
    [
        (told("published"), True, Exit.OK),
        (told("withheld"), True, Exit.OK),
        (told("superseded"), True, Exit.OK),
        (told("accepted"), False, Exit.OK),
        (told("accepted"), True, Exit.TIMED_OUT),
        (told("killed"), False, Exit.REFUSED),
        (told("killed", kind="kill"), False, Exit.OK),
        (told("rejected"), False, Exit.REFUSED),
        (told("dead-lettered"), False, Exit.REFUSED),
    ],
)
def test_the_exit_code_tells_whether_it_went_well(status: dict[str, Any], waited: bool, code: Exit) -> None:
    assert code_of(status, waited=waited) == code


def test_people_read_the_state_the_letter_and_the_steps() -> None:
    letter = {"id": "enrich:1:2", "stage": "enricher", "reason": "bug", "message": "it failed"}
    hops = [{"hop": "logged", "at": "2026-09-14T12:20:03.513Z", "milliseconds": 1.0}]
    assert list(lines(told("dead-lettered", dead_letter=letter, hops=hops))) == [
        "dead-lettered  article 3 of harbour  article a-1",
        "  so it is",
        "  enrich:1:2  enricher  bug: it failed",
        "  logged     2026-09-14T12:20:03.513Z        1.0 ms",
    ]
