"""What became of a submission, derived from what log and store hold now. Pure; nothing of it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from newsloom_store.submission_facts import LetterFact, Standing, SubmissionFact

State = Literal["accepted", "published", "withheld", "superseded", "killed", "rejected", "dead-lettered"]
CONFLICT = "conflict"  # the reason of publish's dead letters for the same number with other content


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """A state with what belongs to it. `superseded_by` is the revision, or edit, that stands instead."""

    state: State
    detail: str
    superseded_by: int | None = None
    withheld_until: datetime | None = None
    letter: LetterFact | None = None


def fate_of(fact: SubmissionFact, standing: Standing | None, letters: Sequence[LetterFact]) -> Fate:
    """The state of a submission.

    A kill goes before everything. What is stored counts more than a dead letter: one copy of a record may
    have failed and another one not.
    """
    if standing is not None and standing.killed_at is not None:
        return _killed(fact)
    stored = standing or Standing(document_version=0)
    if _is_stored(fact, stored):
        return _shown(fact, stored)
    above = _stands_above(fact, stored)
    letter = _standing_letter(letters)
    if letter is not None:
        return replace(_dead(letter), superseded_by=above)
    if above is not None:
        return _passed(fact, above)
    return Fate(state="accepted", detail="it is in the log and on its way; ask again shortly")


def _killed(fact: SubmissionFact) -> Fate:
    if fact.kind == "kill":
        return Fate(state="killed", detail="the article is withdrawn everywhere, for ever")
    return Fate(
        state="killed",
        detail="the article was killed, and a killed article never comes back; use a new external id",
    )


def _is_stored(fact: SubmissionFact, stored: Standing) -> bool:
    if fact.kind == "article":
        return stored.submission_event_id == fact.event_id
    return fact.kind == "tags" and stored.edit_event_id == fact.event_id


def _shown(fact: SubmissionFact, stored: Standing) -> Fate:
    """The state of a submission that stands in the store."""
    if stored.withheld_until is not None:
        return Fate(
            state="withheld",
            detail="it is stored, and shown when its embargo ends",
            withheld_until=stored.withheld_until,
        )
    if stored.revision is None:
        return Fate(
            state="accepted", detail="the tags are kept; they are shown with the article's first revision"
        )
    return Fate(state="published", detail=f"{_numbered(fact)} is published")


def _stands_above(fact: SubmissionFact, stored: Standing) -> int | None:
    """The number that stands instead: a higher one, or the same one of another submission."""
    number = {"article": stored.revision, "tags": stored.edit}.get(fact.kind)
    return number if number is not None and number >= fact.number else None


def _passed(fact: SubmissionFact, above: int) -> Fate:
    if above == fact.number:
        return Fate(
            state="rejected",
            detail=f"{_numbered(fact)} was already taken by other content; send a higher one",
            superseded_by=above,
        )
    return Fate(
        state="superseded",
        detail=f"{_word(fact)} {above} is newer and stands; send a higher one to replace it",
        superseded_by=above,
    )


def _standing_letter(letters: Sequence[LetterFact]) -> LetterFact | None:
    """The last letter that still counts: a replay puts all letters of the same record out of force."""
    replayed = {letter.case for letter in letters if letter.resolution == "replayed"}
    return next((letter for letter in reversed(letters) if letter.case not in replayed), None)


def _dead(letter: LetterFact) -> Fate:
    if letter.reason == CONFLICT:
        return Fate(state="rejected", detail=letter.message, letter=letter)
    where = f"it could not be processed; an operator finds it with `newsloom dlq show {letter.letter_id}`"
    return Fate(state="dead-lettered", detail=where, letter=letter)


def _numbered(fact: SubmissionFact) -> str:
    return f"{_word(fact)} {fact.number}"


def _word(fact: SubmissionFact) -> str:
    return "revision" if fact.kind == "article" else "edit"
