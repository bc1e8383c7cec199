"""The table of ARCHITECTURE §4, row by row."""

from datetime import timedelta

import pytest

from newsloom_schemas.base import Event
from newsloom_schemas.document import StoredArticleV3
from publish.decide import Decision, Kind, decide
from publish.publish import fold
from tests import factories
from tests.unit.publish.builders import edit, kill, revision, translation

NOW = factories.MOMENT


def after(*events: Event) -> StoredArticleV3 | None:
    """The stored state after events."""
    return fold(None, events, NOW).final


def verdict(event: Event, *, on: StoredArticleV3 | None) -> Decision:
    return decide(on, event, now=NOW)


def applied(event: Event, *, on: StoredArticleV3 | None) -> StoredArticleV3:
    """The state that the event must lead to, by APPLY or KILL."""
    decision = verdict(event, on=on)
    assert decision.kind in (Kind.APPLY, Kind.KILL)
    assert decision.document is not None
    return decision.document


def test_a_first_revision_is_stored_as_version_one() -> None:
    document = applied(revision(7), on=None)
    assert document.document_version == 1
    assert document.publication is not None
    assert document.publication.revision == 7


def test_a_newer_revision_replaces_an_older_one_and_raises_the_version() -> None:
    document = applied(revision(3), on=after(revision(1)))
    assert document.document_version == 2
    assert document.publication is not None
    assert document.publication.content.headline == "Revision 3 of story-1"


def test_a_higher_run_of_the_same_revision_replaces_a_lower_one() -> None:
    document = applied(revision(1, run=1), on=after(revision(1)))
    assert document.publication is not None
    assert document.publication.run == 1


def test_a_higher_revision_goes_before_a_higher_run() -> None:
    assert verdict(revision(1, run=9), on=after(revision(2))).kind is Kind.STALE
    assert verdict(revision(2), on=after(revision(1, run=9))).kind is Kind.APPLY


@pytest.mark.parametrize(
    ("event", "stored"),
    [
        (revision(1), (revision(1),)),
        (revision(2, run=1), (revision(2, run=1),)),
        (translation(1), (revision(1), translation(1))),
        (edit(1), (edit(1),)),
        (edit(1), (edit(1), edit(2))),
        (kill(), (kill(),)),
    ],
    ids=["revision", "run", "translation", "edit", "earlier-edit", "kill"],
)
def test_a_repeat_is_told_again_and_stores_nothing(event: Event, stored: tuple[Event, ...]) -> None:
    decision = verdict(event, on=after(*stored))
    assert decision.kind is Kind.REPLAY
    assert decision.document is None


def test_the_first_content_of_a_revision_wins_and_the_second_is_a_conflict() -> None:
    decision = verdict(revision(1, headline="Something else"), on=after(revision(1)))
    assert decision.kind is Kind.CONFLICT
    assert decision.document is None
    assert "higher revision" in decision.reason


def test_the_submission_and_not_the_run_s_result_tells_a_repeat_from_a_conflict() -> None:
    submission = factories.submitted("story-1", 1)
    first = factories.enriched(submission)
    again = factories.enriched(submission, language="fr")
    assert verdict(again, on=after(first)).kind is Kind.REPLAY


def test_an_older_revision_is_stale() -> None:
    assert verdict(revision(1), on=after(revision(2))).kind is Kind.STALE


def test_a_translation_of_the_stored_revision_is_kept_under_its_language() -> None:
    document = applied(translation(1, "es"), on=after(revision(1)))
    assert document.document_version == 2
    assert document.translations["es"].translation.headline == "Puente"
    assert not document.translations["es"].stale


@pytest.mark.parametrize("stored", [(), (revision(2),), (edit(1),)], ids=["absent", "other-revision", "stub"])
def test_a_translation_of_any_other_revision_is_stale(stored: tuple[Event, ...]) -> None:
    assert verdict(translation(1), on=after(*stored)).kind is Kind.STALE


def test_a_translation_of_an_older_revision_stays_and_is_marked_stale() -> None:
    document = applied(revision(2), on=after(revision(1), translation(1)))
    assert document.translations["es"].stale


def test_a_new_run_leaves_translations_of_its_revision_current() -> None:
    document = applied(revision(1, run=1), on=after(revision(1), translation(1)))
    assert not document.translations["es"].stale


def test_a_fresh_translation_replaces_a_stale_one() -> None:
    stored = after(revision(1), translation(1, text="Viejo"), revision(2))
    document = applied(translation(2, status="draft"), on=stored)
    assert not document.translations["es"].stale
    assert document.translations["es"].revision == 2


def test_a_better_translation_replaces_a_failed_one_and_never_the_other_way_round() -> None:
    failed, good = translation(1, status="failed"), translation(1)
    assert verdict(good, on=after(revision(1), failed)).kind is Kind.APPLY
    assert verdict(failed, on=after(revision(1), good)).kind is Kind.STALE


def test_of_two_equally_good_translations_the_same_one_stands_in_any_order() -> None:
    one, other = translation(1, text="Puente"), translation(1, text="El puente")
    ends = [after(revision(1), *order) for order in ((one, other), (other, one))]
    texts = {end.translations["es"].event_id for end in ends if end is not None}
    assert len(texts) == 1


def test_an_edit_is_kept_apart_from_machine_tags_and_survives_revisions_and_runs() -> None:
    document = after(revision(1), edit(1), revision(2), revision(2, run=1))
    assert document is not None
    assert document.editor_tags == edit(1).tags
    assert document.publication is not None
    assert document.publication.tags == ()


def test_a_later_edit_replaces_an_earlier_one_even_when_one_between_is_missing() -> None:
    document = applied(edit(5), on=after(revision(1), edit(1)))
    assert document.editor_tags == edit(5).tags
    assert document.editor_event_id == edit(5).event_id


def test_another_edit_with_the_same_number_is_a_conflict() -> None:
    decision = verdict(edit(1, label="Port"), on=after(revision(1), edit(1)))
    assert decision.kind is Kind.CONFLICT
    assert "send edit 2" in decision.reason


def test_an_edit_before_the_first_revision_waits_in_a_stub() -> None:
    stub = applied(edit(1), on=None)
    assert stub.publication is None
    assert stub.feeds == ()
    assert applied(revision(1), on=stub).editor_tags == edit(1).tags


@pytest.mark.parametrize(
    "stored",
    [(), (revision(1),), (revision(1), translation(1), edit(1)), (edit(1),)],
    ids=["absent", "published", "with-facets", "stub"],
)
def test_a_kill_leaves_a_tombstone_and_nothing_else(stored: tuple[Event, ...]) -> None:
    document = applied(kill(), on=after(*stored))
    assert document.tombstone is not None
    assert document.tombstone.reason == "withdrawn"
    assert (document.publication, document.editor_tags, document.editor_event_id) == (None, None, None)
    assert (document.translations, document.feeds) == ({}, ())
    assert "Revision" not in document.model_dump_json()


def test_a_kill_remembers_every_feed_that_must_be_told() -> None:
    before = after(revision(1, section="City"), revision(2, section="Sport"))
    assert before is not None
    assert set(applied(kill(), on=before).feeds_ever) >= {"section/city", "section/sport", "all"}


@pytest.mark.parametrize(
    "event",
    [revision(1), revision(99), revision(1, run=5), translation(1), edit(9)],
    ids=["revision", "newer-revision", "run", "translation", "edit"],
)
def test_a_killed_article_never_comes_back(event: Event) -> None:
    decision = verdict(event, on=after(revision(1), kill()))
    assert decision.kind is Kind.STALE
    assert decision.document is None


def test_a_revision_may_jump_by_billions() -> None:
    assert applied(revision(5_000_000_000), on=after(revision(5))).publication is not None


def test_the_public_time_is_the_source_s_else_that_of_acceptance() -> None:
    earlier = NOW - timedelta(days=3)
    told, silent = applied(revision(1, published_at=earlier), on=None), applied(revision(1), on=None)
    assert told.publication is not None
    assert silent.publication is not None
    assert (told.publication.published_at, silent.publication.published_at) == (earlier, NOW)


def test_an_embargoed_revision_is_stored_but_in_no_feed() -> None:
    document = applied(revision(1, embargo_until=NOW + timedelta(seconds=1)), on=None)
    assert document.publication is not None
    assert (document.feeds, document.feeds_ever) == ((), ())


def test_an_embargo_that_is_over_hides_nothing() -> None:
    assert applied(revision(1, embargo_until=NOW), on=None).feeds


def test_an_event_of_another_topic_is_not_decided() -> None:
    with pytest.raises(TypeError, match="ArticleSubmittedV2"):
        verdict(factories.submitted(), on=None)
