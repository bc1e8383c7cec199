"""What is remembered of a document's past: enough to answer for it, nothing of what was taken back."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest

from newsloom_schemas.base import Event
from newsloom_schemas.document import HISTORY_ENTRIES, HistoryEntry
from publish.publish import fold
from tests import factories
from tests.unit.publish.builders import edit, kill, revision, translation


def history(*events: Event) -> tuple[HistoryEntry, ...]:
    document = fold(None, events, factories.MOMENT).final
    assert document is not None
    return document.history


def test_each_change_is_remembered_with_its_cause_and_version() -> None:
    found = history(revision(1), translation(1), edit(1), revision(1, run=1), revision(2), kill())
    causes = ["revision", "translation", "tags-edit", "re-enrichment", "revision", "kill"]
    assert [(entry.document_version, entry.cause) for entry in found] == list(enumerate(causes, 1))


def test_what_changed_nothing_is_not_remembered() -> None:
    assert len(history(revision(2), revision(2), revision(1), edit(1), edit(1))) == 2


def test_only_the_last_changes_are_kept() -> None:
    found = history(*(revision(number) for number in range(1, HISTORY_ENTRIES + 6)))
    assert [entry.revision for entry in found] == list(range(6, HISTORY_ENTRIES + 6))


def test_a_correction_names_the_fields_and_the_note_but_not_the_words() -> None:
    first = revision(1, headline="Bridge opens", note="first")
    second = revision(2, headline="Bridge reopens", lead=None, note="The bridge had been open before.")
    [_, entry] = history(first, second)
    changed = {each.field: (each.old, each.new) for each in entry.corrections}
    assert entry.note == "The bridge had been open before."
    assert set(changed) == {"headline", "lead"}
    assert changed["lead"][0] is not None
    assert changed["lead"][1] is None
    assert changed["headline"][0] != changed["headline"][1]
    assert "Bridge" not in json.dumps(entry.model_dump(mode="json", exclude={"note"}))


def test_the_same_value_has_the_same_hash_in_every_article() -> None:
    one = history(revision(1, section="City"), revision(2, section="Sport"))[1]
    other = history(revision(1, section="Sport"), revision(2, section="City"))[1]
    hashes = [{each.field: each for each in entry.corrections}["section"] for entry in (one, other)]
    assert (hashes[0].old, hashes[0].new) == (hashes[1].new, hashes[1].old)


def test_only_fields_that_a_later_revision_changed_are_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most articles have one revision: those must not pay for what they do not need."""
    hashed: list[str] = []

    def digest(_content: object, name: str) -> str:
        hashed.append(name)
        return "0" * 32

    monkeypatch.setattr("publish.history._digest", digest)
    history(revision(1), translation(1), edit(1))
    assert hashed == []
    history(revision(1, headline="Same"), revision(2, headline="Same", section="Sport"))
    assert hashed == ["section", "section"]


def test_a_new_run_over_the_same_text_corrects_nothing() -> None:
    entry = history(revision(1, note="A note."), revision(1, run=1, note="A note."))[1]
    assert (entry.cause, entry.corrections, entry.note) == ("re-enrichment", (), None)


def test_when_a_source_speaks_of_a_correction_that_is_none() -> None:
    first, second = revision(1, headline="Same"), revision(2, headline="Same", note="Nothing changed.")
    assert history(first, second)[1].corrections == ()


def test_every_order_of_the_same_changes_leaves_only_what_counted() -> None:
    assert [entry.revision for entry in history(revision(3), revision(1), revision(2))] == [3]


def test_a_kill_takes_the_notes_and_hashes_with_it() -> None:
    found = history(revision(1, lead="a"), revision(2, lead="b", note="wrong name"), kill())
    assert all(entry.note is None and entry.corrections == () for entry in found)


def test_the_times_are_those_of_the_events_so_that_a_rebuild_gives_the_same() -> None:
    until = factories.MOMENT + timedelta(days=1)
    now = factories.MOMENT + timedelta(days=9)
    at_once = fold(None, [revision(1), edit(1)], factories.MOMENT).final
    much_later = fold(None, [revision(1), edit(1)], now).final
    assert at_once == much_later
    assert history(revision(1, embargo_until=until))[0].at == factories.MOMENT


def test_a_digest_of_authors_who_are_only_names_is_the_one_that_version_1_had() -> None:
    [_, entry] = history(
        revision(1, authors=factories.authors("Анна Ко")), revision(2, authors=factories.authors("Bo Li"))
    )
    told = {each.field: each for each in entry.corrections}["authors"]
    assert (told.old, told.new) == (
        sha256('["Анна Ко"]'.encode()).hexdigest()[:32],
        sha256(b'["Bo Li"]').hexdigest()[:32],
    )
