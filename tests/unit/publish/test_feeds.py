"""What is told of a document: its whole state, every time."""

from datetime import timedelta
from typing import Any

import pytest

from newsloom_schemas import text
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, FEED_UPDATES
from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.enrichment import Tag, TagKind
from newsloom_schemas.events import (
    ArticleEnrichedV2,
    ArticleKilledV1,
    ArticlePublishedV2,
    ArticleWithheldV1,
    FeedUpdatedV1,
)
from newsloom_schemas.text import SUMMARY_CHARS
from publish.feeds import MAX_TOPIC_FEEDS, emissions_for
from publish.publish import fold
from tests import factories
from tests.factories import authors
from tests.unit.publish.builders import URL, edit, kill, revision, translation


def summary_of(content: ArticleContent) -> str | None:
    return text.summary_of(content.lead, content.body_html)


def after(*events: Event) -> StoredArticleV3:
    document = fold(None, events, factories.MOMENT).final
    assert document is not None
    return document


def enriched(event: ArticleEnrichedV2, tags: tuple[Tag, ...]) -> ArticleEnrichedV2:
    return event.model_copy(update={"tags": tags})


def published(document: StoredArticleV3) -> ArticlePublishedV2:
    [event] = [e for _, e in emissions_for(document, URL) if isinstance(e, ArticlePublishedV2)]
    return event


def updates(document: StoredArticleV3) -> dict[str, FeedUpdatedV1]:
    told = [event for _, event in emissions_for(document, URL) if isinstance(event, FeedUpdatedV1)]
    return {event.feed_id: event for event in told}


def feeds(*events: Event) -> tuple[str, ...]:
    return after(*events).feeds


def named(tag_id: str | None, *, kind: TagKind = "subject", confidence: float = 0.9, **fields: Any) -> Tag:
    return Tag(
        kind=kind,
        label=fields.pop("label", f"label of {tag_id}"),
        id=tag_id,
        confidence=confidence,
        basis="heuristic",
        method="test",
        **fields,
    )


def test_an_article_is_in_the_feeds_of_all_its_source_section_and_language() -> None:
    found = feeds(revision(1, section="Мировые новости", language="pt-BR"))
    assert found == ("all", "source/meridian", "section/мировые-новости", "language/pt")


def test_an_article_without_a_section_is_in_no_section_feed() -> None:
    assert feeds(revision(1, section=None)) == ("all", "source/meridian", "language/en")


def test_an_article_is_in_the_feeds_of_what_it_is_about_and_not_of_whom_it_quotes() -> None:
    tags = (named("iso3166:IR", kind="place"), named("medtop:1"), named("qid:2", role="source"), named(None))
    assert feeds(enriched(revision(1), tags))[-2:] == ("topic/medtop:1", "topic/iso3166:IR")


def test_an_id_that_cannot_stand_in_an_address_makes_no_feed() -> None:
    assert not any(feed.startswith("topic/") for feed in feeds(enriched(revision(1), (named("a b/../c"),))))


def test_the_number_of_topic_feeds_is_bounded_and_the_surest_stay() -> None:
    tags = tuple(named(f"medtop:{number}", confidence=number / 100) for number in range(1, 31))
    topics = [feed for feed in feeds(enriched(revision(1), tags)) if feed.startswith("topic/")]
    assert topics == [f"topic/medtop:{number}" for number in range(30, 30 - MAX_TOPIC_FEEDS, -1)]


def test_an_editor_moves_an_article_between_topic_feeds() -> None:
    machine = enriched(revision(1), (named("medtop:1"), named("medtop:2")))
    word = edit(1)
    moved = word.model_copy(
        update={
            "tags": word.tags.model_copy(update={"added": (named("medtop:3"),), "removed": ("medtop:1",)})
        }
    )
    for order in ((machine, moved), (moved, machine)):
        assert feeds(*order)[-2:] == ("topic/medtop:3", "topic/medtop:2")
    assert updates(after(machine, moved))["topic/medtop:1"].action == "remove"


def test_each_emission_goes_to_the_topic_that_lists_its_type() -> None:
    for document in (after(revision(1)), after(revision(1), kill())):
        for topic, event in emissions_for(document, URL):
            assert type(event) in topic.events
    assert {topic for topic, _ in emissions_for(document, URL)} == {ARTICLES_PUBLISHED, FEED_UPDATES}


def test_a_published_document_is_told_once_and_to_each_of_its_feeds() -> None:
    document = after(revision(1))
    told = published(document)
    assert told.url == f"{URL}/v1/articles/{document.article_id}"
    assert told.feeds == document.feeds
    assert set(updates(document)) == set(document.feeds)
    assert all(update.action == "upsert" and update.entry for update in updates(document).values())


def test_every_emission_carries_the_version_of_the_document() -> None:
    document = after(revision(1), revision(2))
    versions = {getattr(event, "document_version", None) for _, event in emissions_for(document, URL)}
    assert versions == {2}


def test_a_feed_the_article_has_left_is_told_to_remove_it_ever_after() -> None:
    document = after(revision(1, section="City"), revision(2, section="Sport"), revision(3, section="Sport"))
    told = updates(document)
    assert told["section/city"].action == "remove"
    assert told["section/city"].entry is None
    assert told["section/sport"].action == "upsert"


def test_a_killed_document_is_removed_everywhere_and_its_body_is_told_to_nobody() -> None:
    document = after(revision(1, body_html="<p>the secret</p>"), translation(1), kill())
    events = [event for _, event in emissions_for(document, URL)]
    [tombstone] = [event for event in events if isinstance(event, ArticleKilledV1)]
    assert tombstone.document_version == document.document_version
    assert {update.action for update in updates(document).values()} == {"remove"}
    assert set(updates(document)) == {"all", "source/meridian", "section/city", "language/en"}
    assert not any("secret" in event.model_dump_json() for event in events)


def test_a_kill_without_a_revision_tells_only_the_tombstone() -> None:
    [(topic, event)] = emissions_for(after(kill()), URL)
    assert topic is ARTICLES_PUBLISHED
    assert isinstance(event, ArticleKilledV1)


def test_a_stub_tells_nothing() -> None:
    assert emissions_for(after(edit(1)), URL) == []


def test_of_an_embargoed_document_is_told_only_that_it_is_withheld() -> None:
    until = factories.MOMENT + timedelta(hours=1)
    [(topic, event)] = emissions_for(after(revision(1, embargo_until=until)), URL)
    assert topic is ARTICLES_PUBLISHED
    assert isinstance(event, ArticleWithheldV1)
    assert event.withheld_until == until


def test_a_revision_under_embargo_takes_back_what_was_public() -> None:
    until = factories.MOMENT + timedelta(hours=1)
    document = after(revision(1), revision(2, embargo_until=until))
    assert {type(event).__name__ for _, event in emissions_for(document, URL)} == {
        "ArticleWithheldV1",
        "FeedUpdatedV1",
    }
    assert {update.action for update in updates(document).values()} == {"remove"}


def test_an_edit_or_translation_does_not_end_an_embargo() -> None:
    until = factories.MOMENT + timedelta(hours=1)
    document = after(revision(1, embargo_until=until), edit(1), translation(1))
    assert (document.feeds, document.withheld_until) == ((), until)
    assert [type(event) for _, event in emissions_for(document, URL)] == [ArticleWithheldV1]


def test_a_killed_article_is_not_withheld_any_more() -> None:
    until = factories.MOMENT + timedelta(hours=1)
    document = after(revision(1, embargo_until=until), kill())
    assert document.withheld_until is None
    assert [type(event) for _, event in emissions_for(document, URL)] == [ArticleKilledV1]


def test_a_stale_translation_is_not_public_and_a_current_one_is() -> None:
    stale = after(revision(1), translation(1), revision(2))
    current = after(revision(1), translation(1))
    assert published(stale).translations == {}
    assert published(current).translations["es"].headline == "Puente"


def test_the_same_state_is_always_told_with_the_same_ids_and_another_with_others() -> None:
    first, second = after(revision(1)), after(revision(1), revision(2))
    ids = [
        {event.event_id for _, event in emissions_for(document, URL)} for document in (first, first, second)
    ]
    assert ids[0] == ids[1]
    assert not ids[0] & ids[2]
    assert len(ids[0]) == len(emissions_for(first, URL))


def test_an_entry_shows_what_a_line_of_a_feed_needs() -> None:
    image = {"url": "https://img.example/1.jpg"}
    document = after(revision(1, authors=authors("A. Stone"), images=(image,), modified_at=factories.MOMENT))
    entry = updates(document)["all"].entry
    assert entry is not None
    assert (entry.headline, entry.authors, entry.section) == ("Revision 1 of story-1", ("A. Stone",), "City")
    assert entry.image == image["url"]
    assert entry.modified_at == factories.MOMENT


def test_the_summary_is_the_lead_when_there_is_one() -> None:
    assert summary_of(factories.content(lead="Short and clear.")) == "Short and clear."


def test_without_a_lead_the_summary_is_the_start_of_the_body_cut_between_words() -> None:
    body = "<p>" + "палуба " * 100 + "</p>"
    summary = summary_of(factories.content(lead=None, body_html=body))
    assert summary is not None
    assert summary.endswith("палуба…")
    assert len(summary) <= SUMMARY_CHARS + 1


@pytest.mark.parametrize("body", ["", "<p></p>", "<hr>"])
def test_a_body_without_text_has_no_summary(body: str) -> None:
    assert summary_of(factories.content(lead=None, body_html=body)) is None


def test_a_summary_shows_no_piece_of_a_tag_that_the_cut_went_through() -> None:
    body = "<p>Word</p>" + '<a href="https://news.example/very-long">x</a>' * 200
    summary = summary_of(factories.content(lead=None, body_html=body))
    assert summary is not None
    assert "href" not in summary


def test_a_single_endless_word_is_cut_all_the_same() -> None:
    summary = summary_of(factories.content(lead=None, body_html="<p>" + "я" * 5000 + "</p>"))
    assert summary is not None
    assert len(summary) == SUMMARY_CHARS + 1


def test_a_canary_is_in_its_own_feed_alone_whatever_it_says() -> None:
    submission = factories.submitted("c-1", source="canary", section="City", language="en")
    event = enriched(factories.enriched(submission), (named("medtop:1"), named("iso3166:IR", kind="place")))
    document = after(event)
    assert document.feeds == document.feeds_ever == ("canary",)
    assert set(updates(document)) == {"canary"}
    gone = after(event, factories.killed("c-1", source="canary"))
    assert {feed: told.action for feed, told in updates(gone).items()} == {"canary": "remove"}


def test_a_canary_is_not_told_to_those_who_subscribe_to_articles() -> None:
    """They would take it for one; and what is told there of each key is kept for ever."""
    canary = factories.enriched(factories.submitted("c-1", source="canary"))
    for document in (after(canary), after(canary, factories.killed("c-1", source="canary"))):
        assert {topic for topic, _ in emissions_for(document, URL)} == {FEED_UPDATES}
