"""Frozen documents of every schema version: each is still read, and means what it meant."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import json_util

from newsloom_schemas.article import Author
from newsloom_schemas.document import StoredArticleV3
from newsloom_store import NewerDocument, UnreadableDocument
from newsloom_store.codec import from_raw, to_raw
from newsloom_store.migrations import SCHEMA_VERSION, STEPS, is_outdated, upcast
from tests import factories

FROZEN = Path(__file__).parent / "documents"
NEWEST = StoredArticleV3.model_fields[SCHEMA_VERSION].default
STRUCTURED_AUTHORS = 3  # the schema version from which authors are more than names
DAY = timedelta(days=1)
_AWARE = json_util.JSONOptions(tz_aware=True, json_mode=json_util.JSONMode.RELAXED)


def frozen(version: int, name: str) -> dict[str, Any]:
    """A document as MongoDB kept it when that version was the newest."""
    text = (FROZEN / f"v{version}" / f"{name}.json").read_text(encoding="utf-8")
    raw: dict[str, Any] = json_util.loads(text, json_options=_AWARE)
    return raw


def every_frozen() -> list[tuple[int, str]]:
    return [
        (version, path.stem)
        for version in range(1, NEWEST + 1)
        for path in sorted((FROZEN / f"v{version}").glob("*.json"))
    ]


def test_every_older_version_has_a_step_and_examples() -> None:
    assert list(STEPS) == list(range(1, NEWEST))
    assert {version for version, _ in every_frozen()} == set(range(1, NEWEST + 1))


@pytest.mark.parametrize(("version", "name"), every_frozen())
def test_every_frozen_document_is_read_and_stored_in_the_newest_version(version: int, name: str) -> None:
    raw = frozen(version, name)
    document = from_raw(raw)
    assert document.document_version == raw["document_version"]
    again = to_raw(document)
    assert again[SCHEMA_VERSION] == NEWEST
    assert from_raw(again) == document
    assert not is_outdated(again)


@pytest.mark.parametrize(("version", "name"), every_frozen())
def test_what_a_document_says_survives_its_migration(version: int, name: str) -> None:
    raw = frozen(version, name)
    newest = to_raw(from_raw(raw))
    kept = ("source", "external_id", "document_version", "feeds", "feeds_ever", "tombstone", "editor_tags")
    assert all(still_said(raw.get(key), newest.get(key)) for key in kept)
    contents = [(each.get("publication") or {}).get("content") for each in (newest, raw)]
    assert plain(contents[0]) == (with_authors(contents[1]) if version < STRUCTURED_AUTHORS else contents[1])


def with_authors(content: dict[str, Any] | None) -> dict[str, Any] | None:
    """The content of a version in which authors were names, as the newest has it."""
    return content and content | {"authors": [{"name": name} for name in content["authors"]]}


def still_said(old: Any, new: Any) -> bool:
    """Whether everything in the old value is in the new one, which may have optional fields besides."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(still_said(value, new.get(key)) for key, value in old.items())
    return bool(plain(new) == old)


def plain(value: Any) -> Any:
    """Tuples as the lists that MongoDB makes of them."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize(("version", "name"), every_frozen())
def test_a_step_leaves_what_it_was_given(version: int, name: str) -> None:
    raw, untouched = frozen(version, name), frozen(version, name)
    from_raw(raw)
    assert raw == untouched


@pytest.mark.parametrize(
    "name", ["embargoed", "embargoed-with-its-own-time", "embargoed-after-it-was-public"]
)
def test_version_1_under_embargo_is_withheld(name: str) -> None:
    document = from_raw(frozen(1, name))
    assert document.withheld_until == factories.MOMENT + DAY
    assert document.feeds == ()


@pytest.mark.parametrize("name", ["public", "corrected", "stub", "killed", "embargo-over"])
def test_version_1_without_a_pending_embargo_is_not_withheld(name: str) -> None:
    document = from_raw(frozen(1, name))
    assert document.withheld_until is None
    assert document.untold_since is None
    assert document.history == ()


@pytest.mark.parametrize("version", [1, 2])
def test_authors_that_were_names_are_authors_of_whom_the_name_is_known(version: int) -> None:
    publication = from_raw(frozen(version, "public")).publication
    assert publication is not None
    assert publication.content.authors == (Author(name="Ann Lee"),)


def test_an_article_that_was_public_before_its_embargo_is_told_to_be_withheld() -> None:
    assert from_raw(frozen(1, "embargoed-after-it-was-public")).untold_since == factories.MOMENT
    assert from_raw(frozen(1, "embargoed")).untold_since is None


def test_an_embargoed_article_without_a_time_of_its_own_is_published_when_the_embargo_ends() -> None:
    held, timed = (
        from_raw(frozen(1, name)).publication for name in ("embargoed", "embargoed-with-its-own-time")
    )
    assert held is not None
    assert held.published_at == factories.MOMENT + DAY
    assert timed is not None
    assert timed.published_at == factories.MOMENT - DAY


@pytest.mark.parametrize("version", [NEWEST + 1, 99, 0, "2", None])
def test_a_version_that_is_not_known_is_not_guessed_at(version: Any) -> None:
    raw = {**frozen(1, "public"), SCHEMA_VERSION: version}
    with pytest.raises(UnreadableDocument, match=r"519dab37.*newer newsloom"):
        from_raw(raw)


@pytest.mark.parametrize("version", [NEWEST + 1, 99])
def test_a_document_of_a_newer_newsloom_is_told_apart_from_a_broken_one(version: int) -> None:
    with pytest.raises(NewerDocument, match=rf"schema version {version}.*upgrade"):
        from_raw({**frozen(1, "public"), SCHEMA_VERSION: version})


def test_a_document_edited_by_hand_out_of_its_version_is_named() -> None:
    raw = {**frozen(1, "embargoed"), "publication": "gone"}
    with pytest.raises(UnreadableDocument, match=r"519dab37.*edited by hand"):
        from_raw(raw)


def test_upcasting_what_is_newest_changes_nothing() -> None:
    newest = to_raw(from_raw(frozen(1, "public")))
    assert upcast(newest) is newest
