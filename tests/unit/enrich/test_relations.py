"""What two articles are to each other, by what they share."""

from typing import Any

import pytest

from enrich.index_keys import Key
from enrich.reasons import reasons
from enrich.relations import Likeness, judged
from newsloom_schemas.identity import article_id


def key(kind: str, label: str) -> Key:
    return Key(f"{kind}:{label}", kind, 1, label)  # type: ignore[arg-type] # a kind as a plain word


PERSON, TOWN, COUNTRY = key("name", "Agata Brenner"), key("place", "Larkhaven"), key("place", "Chile")
COUNT, SUM = key("number", "46"), key("number", "64 million")
WORDS = tuple(key("lemma", f"word{number}") for number in range(12))


def likeness(**fields: Any) -> Likeness:
    defaults: dict[str, Any] = {
        "article_id": article_id("meridian", "a"),
        "same_source": False,
        "foreign": False,
        "days": 0.5,
        "score": 0.4,
        "neutral": 0.5,
        "contained": 0.0,
        "same_facts": 0.6,
        "keys": (PERSON, TOWN, COUNT, *WORDS[:3]),
    }
    return Likeness(**defaults | fields)


def relation(**fields: Any) -> str | None:
    link = judged(likeness(**fields), reasons("en"))
    return None if link is None else link.relation


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "same-story"),
        ({"foreign": True}, "same-story"),
        ({"same_source": True}, "update"),
        ({"same_source": True, "days": 9.0}, "same-story"),
        ({"same_source": True, "foreign": True, "neutral": 0.7}, "translation-of"),
        ({"same_source": True, "foreign": True, "neutral": 0.4}, "same-story"),
        ({"same_source": True, "foreign": True, "neutral": 0.7, "days": 5.0}, "same-story"),
        ({"score": 0.15}, "topical"),
        ({"score": 0.05}, None),
        ({"days": 60.0}, "topical"),
    ],
)
def test_source_language_time_and_score_decide(fields: dict[str, Any], expected: str | None) -> None:
    assert relation(**fields) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((PERSON, *WORDS[:2]), "same-story"),
        ((TOWN, COUNTRY, SUM), "same-story"),
        ((TOWN, COUNT, *WORDS), "topical"),
        ((COUNT, *WORDS), "topical"),
        ((TOWN, *WORDS[:3]), None),
        ((PERSON, TOWN), None),
    ],
)
def test_a_story_needs_someone_named_or_three_facts(keys: tuple[Key, ...], expected: str | None) -> None:
    assert relation(keys=keys) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"contained": 0.95, "same_facts": 1.0}, "duplicate"),
        ({"contained": 0.65, "same_facts": 0.7}, "duplicate"),
        ({"contained": 0.95, "same_facts": 0.4}, "topical"),
        ({"contained": 0.4, "same_facts": 0.4}, "topical"),
        ({"contained": 0.55, "same_facts": 0.8}, "same-story"),
        ({"contained": 0.55, "same_facts": 1.0, "keys": (PERSON, TOWN, COUNT, SUM)}, "duplicate"),
        ({"contained": 0.95, "same_facts": 1.0, "score": 0.01, "keys": (TOWN,)}, "duplicate"),
    ],
)
def test_a_copy_has_the_same_facts_and_a_form_filled_in_anew_has_not(
    fields: dict[str, Any], expected: str
) -> None:
    assert relation(**fields) == expected


def test_a_reader_is_told_what_is_shared_and_why_it_is_called_so() -> None:
    link = judged(likeness(same_source=True), reasons("en"))
    assert link is not None
    assert link.reasons == (
        "the same source on the same story",
        "both articles name: Agata Brenner, Larkhaven",
        "the same figures: 46",
        "words in common: word0, word1, word2",
    )
    copy = judged(likeness(contained=0.874, same_facts=1.0), reasons("es"))
    assert copy is not None
    assert (copy.score, copy.reasons[0]) == (0.874, "el mismo texto: 87 %")
