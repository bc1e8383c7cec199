"""One canonical form of what readers may see: the store and the log agree in it, in any order of delivery."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_PUBLISHED
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.enrichment import Tag
from newsloom_schemas.public_state import absent, differing, of_document, of_record
from publish.feeds import emissions_for
from publish.publish import fold
from tests import factories
from tests.unit.publish.builders import URL, edit, kill, revision, translation

LATER = factories.MOMENT + timedelta(hours=1)


def document_after(*events: Event) -> StoredArticleV3:
    return fold(None, events, factories.MOMENT).document


def told_of(document: StoredArticleV3) -> Event:
    [state] = [event for topic, event in emissions_for(document, URL) if topic is ARTICLES_PUBLISHED]
    return state


LIVES: dict[str, list[Event]] = {
    "public": [revision(1), translation(1), translation(1, "uk"), edit(1), revision(1, run=1)],
    "stale translation": [revision(1), translation(1), revision(2)],
    "withheld": [revision(1), revision(2, embargo_until=LATER)],
    "killed": [revision(1), translation(1), kill()],
    "killed unseen": [kill()],
}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_the_stored_document_and_the_record_told_of_it_have_the_same_digest(life: list[Event]) -> None:
    document = document_after(*life)
    assert differing(of_document(document), of_record(told_of(document))) == ()
    assert of_document(document).digest() == of_record(told_of(document)).digest()


@given(st.permutations([revision(1), revision(2), revision(3, section="Sport"), edit(1), edit(2)]))
@settings(max_examples=30, deadline=None)
def test_the_digest_does_not_depend_on_the_order_of_delivery(events: list[Event]) -> None:
    expected = of_document(document_after(revision(3, section="Sport"), edit(2)))
    assert of_document(document_after(*events)).digest() == expected.digest()


def test_versions_history_and_translations_of_older_revisions_are_no_part_of_it() -> None:
    short = document_after(revision(2))
    long = document_after(revision(1), translation(1), revision(2))
    assert (short.document_version, long.document_version) == (1, 3)
    assert long.translations
    assert of_document(short) == of_document(long)


def test_nothing_of_a_withheld_or_killed_article_is_in_it() -> None:
    for life in ([revision(1, embargo_until=LATER)], [revision(1), edit(1), kill()]):
        shown = of_document(document_after(*life)).canonical().decode()
        assert "Revision 1" not in shown
        assert "Harbour" not in shown


def test_an_edit_without_its_article_shows_nothing() -> None:
    document = document_after(edit(1))
    assert of_document(document) == absent(document.article_id)


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"lead": "Another lead."}, ("content/lead",)),
        ({"lead": None}, ("content/lead",)),
        ({"rights": "All of them"}, ("content/rights",)),
        ({"section": "Sport"}, ("content/section", "feeds")),
    ],
)
def test_what_differs_is_named_and_not_shown(changes: dict[str, Any], names: tuple[str, ...]) -> None:
    one, other = of_document(document_after(revision(1))), of_document(document_after(revision(1, **changes)))
    assert differing(one, other) == names
    assert one.digest() != other.digest()


def test_a_translation_and_an_edit_are_named_by_what_they_change() -> None:
    one = of_document(document_after(revision(1)))
    other = of_document(document_after(revision(1), translation(1, "uk"), edit(1)))
    assert differing(one, other) == ("tags", "translations/uk")


def test_the_order_of_tags_counts_because_readers_see_it() -> None:
    tags = [Tag(kind="subject", label=name, confidence=1, basis="heuristic", method="m") for name in "ab"]
    plain = document_after(revision(1))
    assert plain.publication is not None
    one, other = (
        plain.model_copy(update={"publication": plain.publication.model_copy(update={"tags": order})})
        for order in (tuple(tags), tuple(reversed(tags)))
    )
    assert differing(of_document(one), of_document(other)) == ("tags",)


def test_an_event_of_another_topic_is_refused() -> None:
    with pytest.raises(TypeError, match="does not belong"):
        of_record(revision(1))
