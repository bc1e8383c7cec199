"""Every state a submission can be in, from what the log and the store say of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ingest.register.fate import State, fate_of
from newsloom_store import LetterFact, Standing, SubmissionFact
from tests.factories import MOMENT, submission_fact

ARTICLE = submission_fact(number=2)
KILL = replace(ARTICLE, kind="kill", number=0)
TAGS = replace(ARTICLE, kind="tags", number=3)
DEAD = LetterFact(
    letter_id="enrich:1:2",
    case="one",
    event_id="mine",
    stage="enricher",
    reason="bug",
    message="the handler failed",
    buried_at=MOMENT,
)
CONFLICT = replace(DEAD, letter_id="publish:0:1", case="two", stage="publisher", reason="conflict")
REPLAYED, DISCARDED = replace(DEAD, resolution="replayed"), replace(DEAD, resolution="discarded")
LATER = MOMENT + timedelta(hours=1)


def stored(**fields: Any) -> Standing:
    return Standing(document_version=1, **fields)


MINE = stored(submission_event_id="mine", revision=2)
TOMB = stored(killed_at=MOMENT)

CASES: list[tuple[str, SubmissionFact, Standing | None, list[LetterFact], State]] = [
    ("nothing is stored yet", ARTICLE, None, [], "accepted"),
    ("an older revision is stored", ARTICLE, stored(submission_event_id="x", revision=1), [], "accepted"),
    ("an edit came before the article", ARTICLE, stored(edit=9, edit_event_id="x"), [], "accepted"),
    ("it stands", ARTICLE, MINE, [], "published"),
    ("a copy of it failed, and it stands", ARTICLE, MINE, [DEAD], "published"),
    ("it stands under embargo", ARTICLE, replace(MINE, withheld_until=LATER), [], "withheld"),
    ("a newer revision stands", ARTICLE, stored(submission_event_id="x", revision=3), [], "superseded"),
    ("the number holds other content", ARTICLE, stored(submission_event_id="x", revision=2), [], "rejected"),
    ("publish said so", ARTICLE, stored(submission_event_id="x", revision=2), [CONFLICT], "rejected"),
    ("and a newer one stands", ARTICLE, stored(submission_event_id="x", revision=5), [CONFLICT], "rejected"),
    ("it could not be processed", ARTICLE, None, [DEAD], "dead-lettered"),
    ("buried twice", ARTICLE, None, [DEAD, replace(DEAD, letter_id="enrich:1:9")], "dead-lettered"),
    ("and a newer one stands", ARTICLE, stored(submission_event_id="x", revision=3), [DEAD], "dead-lettered"),
    ("an operator discarded it", ARTICLE, None, [DISCARDED], "dead-lettered"),
    ("an operator sent it back", ARTICLE, None, [REPLAYED], "accepted"),
    ("with its copy", ARTICLE, None, [REPLAYED, replace(DEAD, letter_id="enrich:1:9")], "accepted"),
    ("and it failed again", ARTICLE, None, [REPLAYED, replace(DEAD, case="three")], "dead-lettered"),
    ("the article was killed", ARTICLE, TOMB, [], "killed"),
    ("it failed, and the article was killed", ARTICLE, TOMB, [DEAD], "killed"),
    ("the kill is on its way", KILL, MINE, [], "accepted"),
    ("the kill came first", KILL, None, [], "accepted"),
    ("the kill failed", KILL, MINE, [DEAD], "dead-lettered"),
    ("the kill stands", KILL, TOMB, [], "killed"),
    ("the edit is on its way", TAGS, MINE, [], "accepted"),
    ("the edit stands", TAGS, replace(MINE, edit=3, edit_event_id="mine"), [], "published"),
    ("the edit waits for the article", TAGS, stored(edit=3, edit_event_id="mine"), [], "accepted"),
    (
        "the edit stands under embargo",
        TAGS,
        replace(MINE, edit=3, edit_event_id="mine", withheld_until=LATER),
        [],
        "withheld",
    ),
    ("a later edit stands", TAGS, replace(MINE, edit=4, edit_event_id="x"), [], "superseded"),
    ("the edit's number holds other tags", TAGS, replace(MINE, edit=3, edit_event_id="x"), [], "rejected"),
    ("the edit conflicts", TAGS, replace(MINE, edit=3, edit_event_id="x"), [CONFLICT], "rejected"),
    ("the edited article was killed", TAGS, TOMB, [], "killed"),
]


@pytest.mark.parametrize(("case", "fact", "standing", "letters", "state"), CASES, ids=[c[0] for c in CASES])
def test_the_state_follows_from_log_and_store(
    case: str, fact: SubmissionFact, standing: Standing | None, letters: list[LetterFact], state: State
) -> None:
    assert fate_of(fact, standing, letters).state == state


def test_a_state_says_what_belongs_to_it() -> None:
    superseded = fate_of(ARTICLE, stored(submission_event_id="x", revision=7), [])
    assert (superseded.superseded_by, superseded.letter) == (7, None)
    assert superseded.detail == "revision 7 is newer and stands; send a higher one to replace it"
    assert fate_of(ARTICLE, replace(MINE, withheld_until=LATER), []).withheld_until == LATER
    dead = fate_of(ARTICLE, stored(submission_event_id="x", revision=3), [DEAD])
    assert (dead.letter, dead.superseded_by) == (DEAD, 3)
    assert "newsloom dlq show enrich:1:2" in dead.detail
    assert fate_of(TAGS, replace(MINE, edit=3, edit_event_id="x"), []).detail.startswith("edit 3 was already")


def test_the_last_letter_that_counts_is_told() -> None:
    again = replace(DEAD, letter_id="enrich:4:4", case="three")
    assert fate_of(ARTICLE, None, [DEAD, again]).letter == again
    assert fate_of(ARTICLE, None, [DEAD, replace(again, resolution="replayed")]).letter == DEAD
