"""The samples feed the demo and the link tests: a gap in them would make both look better than they are."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FIELDS = frozenset(
    "external_id revision headline lead body_html body_text language section keywords authors published_at "
    "modified_at canonical_url images rights earlier embargo_until urgency note".split()
)


def article_paths() -> list[Path]:
    return sorted(SAMPLES.glob("articles/*/*.json"))


def page_paths() -> list[Path]:
    return sorted(SAMPLES.glob("pages/*/*.txt"))


def relative(path: Path) -> str:
    return path.relative_to(SAMPLES).as_posix()


def read(path: Path) -> dict[str, Any]:
    article: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return article


def stories() -> dict[str, list[dict[str, str]]]:
    index: dict[str, list[dict[str, str]]] = json.loads(
        (SAMPLES / "stories.json").read_text(encoding="utf-8")
    )
    return index


def told_language() -> dict[str, str]:
    return {entry["path"]: entry["language"] for entries in stories().values() for entry in entries}


def empty_places(value: object, pointer: str = "") -> Iterator[str]:
    """JSON Pointers of everything null, blank or without members."""
    if value is None or value in ([], {}) or (isinstance(value, str) and not value.strip()):
        yield pointer
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield from empty_places(member, f"{pointer}/{key}")


def test_there_are_enough_samples_for_links_to_be_found() -> None:
    assert len(article_paths()) >= 34
    assert len(page_paths()) >= 8
    assert len(article_paths()) + len(page_paths()) >= 44


@pytest.mark.parametrize("path", article_paths(), ids=relative)
def test_a_submission_has_known_fields_and_none_is_empty(path: Path) -> None:
    article = read(path)
    assert set(article) <= FIELDS
    assert {"external_id", "revision", "headline"} <= set(article)
    assert ("body_html" in article) != ("body_text" in article)
    assert list(empty_places(article)) == []


@pytest.mark.parametrize("path", article_paths() + page_paths(), ids=relative)
def test_a_sample_is_long_enough_to_enrich(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        article = read(path)
        text = article.get("body_html") or article["body_text"]
    assert 120 <= len(text.split()) <= 470


def test_an_external_id_and_revision_name_one_submission_of_a_source() -> None:
    names = Counter((p.parent.name, read(p)["external_id"], read(p)["revision"]) for p in article_paths())
    assert [name for name, count in names.items() if count > 1] == []


def test_an_external_id_comes_twice_only_for_a_correction_with_a_note() -> None:
    by_id: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for path in article_paths():
        article = read(path)
        by_id.setdefault((path.parent.name, article["external_id"]), []).append(article)
    repeated = [sorted(group, key=lambda a: a["revision"]) for group in by_id.values() if len(group) > 1]
    assert [[article["revision"] for article in group] for group in repeated] == [[1, 2]]
    assert all("note" in group[-1] and "modified_at" in group[-1] for group in repeated)


def test_the_story_index_lists_every_sample_exactly_once() -> None:
    listed = Counter(entry["path"] for entries in stories().values() for entry in entries)
    assert set(listed) == {relative(path) for path in article_paths() + page_paths()}
    assert max(listed.values()) == 1


@pytest.mark.parametrize("story", stories())
def test_a_story_is_told_more_than_twice_and_in_more_than_one_language(story: str) -> None:
    entries = stories()[story]
    assert len(entries) >= 3
    assert len({entry["language"] for entry in entries}) >= 2


def test_pages_and_submissions_both_come_in_four_languages() -> None:
    languages = told_language()
    for paths in (article_paths(), page_paths()):
        assert {languages[relative(path)] for path in paths} >= {"ru", "uk", "en", "es"}


def test_a_stated_language_is_the_true_one_and_some_leave_it_to_be_found() -> None:
    languages = told_language()
    stated = {relative(path): read(path).get("language") for path in article_paths()}
    assert {path: code for path, code in stated.items() if code not in (None, languages[path])} == {}
    assert list(stated.values()).count(None) >= 5


def test_a_hint_with_an_external_id_points_at_a_sample_of_the_same_source() -> None:
    headlines = {(p.parent.name, read(p)["external_id"]): read(p)["headline"] for p in article_paths()}
    hints = [(p.parent.name, hint) for p in article_paths() for hint in read(p).get("earlier", [])]
    told = {(source, hint["external_id"]): hint["title"] for source, hint in hints if "external_id" in hint}
    assert told
    assert told.items() <= headlines.items()


def test_the_samples_show_the_rare_fields_too() -> None:
    used = {field for path in article_paths() for field in read(path)}
    assert used == FIELDS


@pytest.mark.parametrize("path", page_paths(), ids=relative)
def test_a_page_repeats_its_lead_and_ends_in_teasers_with_relative_times(path: Path) -> None:
    blocks = [block.rstrip(".") for block in path.read_text(encoding="utf-8").strip().split("\n\n")]
    section, headline, lead = blocks[:3]
    assert len(section) < 30 < len(headline)
    assert lead in blocks[3:]
    assert any(word in blocks[-1] for word in ("назад", "тому", "ago", "hace"))


def test_every_address_is_one_that_cannot_exist() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in article_paths())
    hosts = {part.split("/")[0] for part in text.split("://")[1:]}
    assert {host for host in hosts if not host.endswith(".example")} == set()
