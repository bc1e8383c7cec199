"""What an article says of its translations follows from what was asked for and what has come."""

from itertools import permutations

import pytest

from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.enrichment import Facet, TranslationQuality
from newsloom_schemas.events import ArticleEnrichedV2, ArticleTranslatedV1
from publish.publish import fold
from tests import factories
from tests.unit.publish.builders import Status, revision, translation

PENDING = Facet(status="pending", method="translator")


def asked(*languages: str, number: int = 1, run: int = 0) -> ArticleEnrichedV2:
    """A revision of which translations into these languages were asked."""
    enrichment = factories.skipped().model_copy(update={"translations": PENDING})
    return revision(number, run=run).model_copy(
        update={"enrichment": enrichment, "translations_wanted": languages}
    )


def came(language: str, status: Status = "published", reason: str | None = None) -> ArticleTranslatedV1:
    event = translation(1, language, status=status)
    made = event.translation.model_copy(update={"reason": reason})
    return event.model_copy(update={"translation": made})


def facet(*events: ArticleEnrichedV2 | ArticleTranslatedV1) -> Facet:
    document = folded(*events)
    assert document.publication is not None
    return document.publication.enrichment.translations


def folded(*events: ArticleEnrichedV2 | ArticleTranslatedV1) -> StoredArticleV3:
    document = fold(None, events, factories.MOMENT).final
    assert document is not None
    return document


def test_it_is_pending_until_the_last_language_asked_for_has_come() -> None:
    assert facet(asked("en", "es")) == PENDING
    assert facet(asked("en", "es"), came("es")) == PENDING
    assert facet(asked("en", "es"), came("es"), came("en")) == Facet(status="ok", method="translator")


@pytest.mark.parametrize(
    ("outcomes", "status", "reason"),
    [
        ([("en", "published", None), ("es", "failed", "empty answers")], "partial", "es: empty answers"),
        ([("en", "draft", "2 of 9 sentences kept"), ("es", "published", None)], "partial", "en: 2 of 9"),
        ([("en", "failed", "a"), ("es", "unavailable", "b")], "failed", "en: a; es: b"),
        ([("en", "unavailable", "no engine"), ("es", "unavailable", "no engine")], "unavailable", "en: no"),
    ],
)
def test_what_has_no_good_text_is_named_with_its_reason_in_any_order(
    outcomes: list[tuple[str, Status, str | None]], status: str, reason: str | None
) -> None:
    for order in permutations(came(*outcome) for outcome in outcomes):
        told = facet(asked("en", "es"), *order)
        assert told.status == status
        assert (told.reason or "").startswith(reason or "")


def test_another_run_over_translated_text_does_not_wait_for_what_is_there() -> None:
    first, again = asked("es"), asked("es", run=1)
    assert facet(first, came("es"), again).status == "ok"
    assert facet(first, again, came("es")).status == "ok"


def test_a_new_revision_waits_for_its_own_translation() -> None:
    assert facet(asked("es"), came("es"), asked("es", number=2)) == PENDING


def test_an_article_of_which_none_was_asked_keeps_what_enrich_said() -> None:
    assert facet(revision(1), came("es")) == factories.skipped().translations


def test_an_event_that_names_no_languages_is_settled_by_what_comes() -> None:
    assert facet(asked()) == PENDING
    assert facet(asked(), came("es")).status == "ok"


def test_a_translation_with_more_of_an_editors_words_replaces_the_machines_in_any_order() -> None:
    machine = came("es")
    quality = TranslationQuality(sentences=3, edited=1)
    made = machine.translation.model_copy(update={"headline": "El puente", "quality": quality})
    for event_id in ("0" * 8, "f" * 8):
        edited = machine.model_copy(update={"translation": made, "event_id": event_id + machine.event_id[8:]})
        for order in permutations((machine, edited)):
            assert folded(asked("es"), *order).translations["es"].translation.headline == "El puente"
