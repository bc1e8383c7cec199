"""Ids are the same for the same fact, everywhere and always."""

import pytest

from newsloom_schemas.identity import (
    article_id,
    event_id,
    feed_value,
    language_feed,
    section_feed,
    source_feed,
)


def test_the_same_source_and_external_id_are_the_same_article() -> None:
    assert article_id("kursor", "a/1") == "6814fc3c-6b6e-5e83-9aa8-8b56a7ca120f"
    assert article_id("kursor", "a/1") == article_id("kursor", "a/1")
    assert article_id("kursor", "a/1") != article_id("meridian", "a/1")


def test_an_event_id_changes_with_each_thing_it_stands_for() -> None:
    of = article_id("kursor", "1")
    ids = {
        event_id(of, 1, "t", b"x"),
        event_id(of, 2, "t", b"x"),
        event_id(of, 1, "u", b"x"),
        event_id(of, 1, "t", b"y"),
        event_id(article_id("kursor", "2"), 1, "t", b"x"),
    }
    assert len(ids) == 5
    assert event_id(of, 1, "t", "x") == event_id(of, 1, "t", b"x")


@pytest.mark.parametrize(
    ("name", "value"),
    [("Мировые новости", "мировые-новости"), ("  Sport / Tennis ", "sport-tennis"), ("!!!", "other")],
)
def test_a_section_name_becomes_a_feed_value(name: str, value: str) -> None:
    assert feed_value(name) == value


def test_feed_ids() -> None:
    assert (source_feed("kursor"), section_feed("World News"), language_feed("pt-BR")) == (
        "source/kursor",
        "section/world-news",
        "language/pt",
    )


def test_a_fact_told_in_a_newer_version_is_the_same_fact() -> None:
    of = article_id("kursor", "1")
    first, second, tenth, other = (
        event_id(of, 1, f"newsloom.article.{name}", b"x")
        for name in ("submitted.v1", "submitted.v2", "submitted.v10", "enriched.v1")
    )
    assert first == second == tenth != other
