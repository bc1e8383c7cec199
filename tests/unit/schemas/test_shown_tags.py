"""What is shown of the tags: the editor's word first, and then what the machine may still say."""

from typing import Any

from newsloom_schemas.enrichment import EditorTags, Evidence, Tag, shown_tags

QUOTE = Evidence(part="body", start=4, end=8, quote="Iran")


def machine(label: str, **fields: Any) -> Tag:
    return Tag(
        **{"kind": "place", "label": label, "confidence": 0.8, "basis": "measured", "method": "slovnet"}
        | fields
    )


def own(label: str, **fields: Any) -> Tag:
    return machine(label, confidence=1.0, basis="editor", method="editor", **fields)


def shown(found: tuple[Tag, ...], **word: Any) -> list[tuple[str, str]]:
    return [(tag.label, tag.basis) for tag in shown_tags(found, EditorTags(edit=1, **word))]


def test_without_an_editor_the_machines_tags_stand_as_they_are() -> None:
    found = (machine("Iran"), machine("Tehran"))
    assert shown_tags(found, None) == found


def test_a_pinned_tag_stays_when_the_machine_no_longer_finds_it() -> None:
    assert shown((machine("Tehran"),), pinned=(own("Iran"),)) == [("Iran", "editor"), ("Tehran", "measured")]


def test_a_pinned_tag_comes_first_once_and_keeps_the_evidence_that_the_machine_has() -> None:
    found = (machine("Tehran"), machine("Иран", id="iso3166:IR", evidence=(QUOTE,)))
    tags = shown_tags(found, EditorTags(edit=1, pinned=(own("Iran", id="iso3166:IR"),)))
    assert [(tag.label, tag.basis) for tag in tags] == [("Iran", "editor"), ("Tehran", "measured")]
    assert tags[0].evidence == (QUOTE,)


def test_pins_go_before_what_was_added_and_both_before_the_machine() -> None:
    assert shown((machine("C"),), added=(own("B"),), pinned=(own("A"),)) == [
        ("A", "editor"),
        ("B", "editor"),
        ("C", "measured"),
    ]


def test_a_tag_is_taken_off_by_its_label_or_its_id_in_any_case_of_letters() -> None:
    found = (machine("Iran", id="iso3166:IR"), machine("Bay"), machine("Tehran"))
    assert shown(found, removed=("iso3166:ir", "BAY")) == [("Tehran", "measured")]


def test_an_added_tag_hides_the_machines_of_the_same_id_whatever_its_label() -> None:
    assert shown((machine("Иран", id="iso3166:IR"),), added=(own("Iran", id="iso3166:IR"),)) == [
        ("Iran", "editor")
    ]


def test_what_an_editor_added_is_not_hidden_by_what_he_took_off() -> None:
    assert shown((machine("Bay"),), added=(own("Bay", kind="organisation"),), removed=("Bay",)) == [
        ("Bay", "editor")
    ]
