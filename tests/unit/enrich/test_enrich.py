"""The use case: one emission for each event, in its order, whatever the enrichers do."""

from typing import NoReturn

import pytest

from enrich.enrich import Enrich, FullEnricher, PlainEnricher
from enrich.translations import Translations
from newsloom_schemas.catalog import ARTICLES_ENRICHED, TRANSLATIONS_REQUESTED
from newsloom_schemas.enrichment import EditorTags, Evidence, Tag
from newsloom_schemas.events import ArticleEnrichedV2, TagsEditedV1, TranslationRequestedV2
from newsloom_schemas.identity import event_id
from tests.factories import MOMENT, authors, killed, reindex_requested, submitted
from tests.unit.enrich.fakes import NoRelated, RecordingMeter, RecordingPublisher, ScriptedAnalysts

NONE = Translations(wanted=("ru", "en", "es"))
SPANISH = Translations(wanted=("ru", "en", "es"), pairs=frozenset({("en", "es")}))


def full(
    publisher: RecordingPublisher,
    *,
    analysts: ScriptedAnalysts | None = None,
    translations: Translations = NONE,
    meter: RecordingMeter | None = None,
) -> Enrich:
    enricher = FullEnricher(
        analysts=analysts or ScriptedAnalysts(),
        related=NoRelated(),
        translations=translations,
        meter=meter or RecordingMeter(),
    )
    return Enrich(enricher, publisher, translations)


async def test_a_batch_is_analysed_at_once_and_emitted_in_one_publish_in_its_order() -> None:
    publisher, analysts = RecordingPublisher(), ScriptedAnalysts()
    events = [submitted(headline="x" * (n + 1)) for n in range(6)]
    await full(publisher, analysts=analysts)(events)
    (batch,) = publisher.batches
    assert [event.record_key for _, event in batch] == [event.article_id for event in events]
    assert {topic for topic, _ in batch} == {ARTICLES_ENRICHED}
    assert analysts.most_running == 6


async def test_kills_and_edits_pass_through_unchanged_in_key_order() -> None:
    publisher = RecordingPublisher()
    first, second = submitted("a"), submitted("a", 2)
    edit = TagsEditedV1(
        event_id=event_id(first.article_id, 1, TagsEditedV1.EVENT_TYPE),
        article_id=first.article_id,
        source=first.source,
        external_id="a",
        tags=EditorTags(edit=1, removed=("Harbour",)),
        edited_at=MOMENT,
    )
    kill = killed("a")
    await full(publisher)([first, edit, second, kill])
    (batch,) = publisher.batches
    assert [type(event).__name__ for _, event in batch] == [
        "ArticleEnrichedV2",
        "TagsEditedV1",
        "ArticleEnrichedV2",
        "ArticleKilledV1",
    ]
    assert batch[1][1] == edit
    assert batch[3][1] == kill


async def test_the_same_submission_always_gets_the_same_event_id() -> None:
    publisher = RecordingPublisher()
    event = submitted("a", 7)
    for _ in range(2):
        await full(publisher)([event])
    first, second = (batch[0][1] for batch in publisher.batches)
    expected = event_id(event.article_id, 7, ArticleEnrichedV2.EVENT_TYPE, f"{event.event_id}\n0")
    assert first.event_id == second.event_id == expected


async def test_an_article_that_cannot_be_analysed_is_published_all_the_same() -> None:
    publisher, meter = RecordingPublisher(), RecordingMeter()
    event = submitted(headline="Poison", authors=authors("Ann Bole"))
    await full(publisher, analysts=ScriptedAnalysts(failing=["Poison"]), meter=meter)([event])
    result = publisher.batches[0][0][1]
    assert isinstance(result, ArticleEnrichedV2)
    assert result.content == event.content
    assert result.language == "en", "the declared language"
    facets = result.enrichment
    assert {facets.language.status, facets.entities.status, facets.related.status} == {"failed"}
    assert facets.entities.reason == "stopped after the time budget of 3 s"
    assert [tag.label for tag in result.tags] == ["Ann Bole"]
    assert meter.enrichments == [facets]


async def test_without_an_engine_translations_are_unavailable_and_none_is_requested() -> None:
    publisher = RecordingPublisher()
    await full(publisher)([submitted()])
    assert len(publisher.batches) == 1
    result = publisher.batches[0][0][1]
    assert isinstance(result, ArticleEnrichedV2)
    facet = result.enrichment.translations
    assert (facet.status, facet.reason) == ("unavailable", "no engine for en->ru, en->es")


async def test_a_translation_is_requested_only_after_the_article_is_acknowledged() -> None:
    publisher = RecordingPublisher()
    event = submitted()
    await full(publisher, translations=SPANISH)([event, killed("b")])
    articles, requests = publisher.batches
    assert {topic for topic, _ in articles} == {ARTICLES_ENRICHED}
    ((topic, request), (same_topic, kill)) = requests
    assert topic == same_topic == TRANSLATIONS_REQUESTED
    assert kill.record_key == killed("b").article_id, "no translation of it is tried any more"
    assert isinstance(request, TranslationRequestedV2)
    assert (request.targets, request.language, request.content) == (("es",), "en", event.content)
    assert articles[0][1].enrichment.translations.status == "pending"  # type: ignore[attr-defined]


async def test_the_article_names_the_languages_asked_for_and_the_request_the_names_to_leave_alone() -> None:
    publisher = RecordingPublisher()
    said = Evidence(part="body", start=0, end=5, quote="Boles")
    tags = (
        Tag(kind="person", label="Ann Bole", confidence=0.9, basis="measured", method="x", evidence=(said,)),
        Tag(kind="place", label="London", confidence=0.9, basis="measured", method="x"),
        Tag(kind="organisation", label="CNN", role="source", confidence=0.9, basis="measured", method="x"),
    )
    await full(publisher, analysts=ScriptedAnalysts(tags=tags), translations=SPANISH)([submitted()])
    (_, article), (_, request) = (batch[0] for batch in publisher.batches)
    assert isinstance(article, ArticleEnrichedV2)
    assert isinstance(request, TranslationRequestedV2)
    assert article.translations_wanted == ("es",)
    assert request.names == ("Ann Bole", "Boles", "CNN")


async def test_without_language_work_no_translation_is_asked_for() -> None:
    publisher = RecordingPublisher()
    await Enrich(PlainEnricher(), publisher, SPANISH)([submitted()])
    assert len(publisher.batches) == 1
    assert publisher.batches[0][0][1].translations_wanted == ()  # type: ignore[attr-defined]


async def test_when_the_article_is_not_acknowledged_no_translation_is_requested() -> None:
    publisher = RecordingPublisher(failure=TimeoutError())
    with pytest.raises(TimeoutError):
        await full(publisher, translations=SPANISH)([submitted()])
    assert publisher.batches == []


async def test_with_language_work_off_every_facet_is_skipped_with_its_reason() -> None:
    publisher = RecordingPublisher()
    await Enrich(PlainEnricher(), publisher, NONE)([submitted(), submitted(language=None)])
    results = [event for _, event in publisher.batches[0]]
    assert [event.language for event in results] == ["en", "und"]  # type: ignore[attr-defined]
    enrichment = results[0].enrichment  # type: ignore[attr-defined]
    for name in type(enrichment).model_fields:
        facet = getattr(enrichment, name)
        assert (facet.status, facet.reason) == ("skipped", "language work is switched off")


@pytest.mark.parametrize(
    ("language", "status", "reason"),
    [
        ("und", "unavailable", "the language is unknown"),
        ("ru", "unavailable", "no engine for ru->en, ru->es"),
        ("en-GB", "pending", None),
    ],
)
def test_the_translation_facet_says_what_can_be_expected(
    language: str, status: str, reason: str | None
) -> None:
    facet = SPANISH.facet(language)
    assert (facet.status, facet.reason) == (status, reason)


async def test_an_article_of_the_archive_is_enriched_again_as_its_run() -> None:
    publisher = RecordingPublisher()
    first = submitted("a", 4)
    await full(publisher)([first, reindex_requested(first, run=2), reindex_requested(first, run=3)])
    results = [event for _, event in publisher.batches[0]]
    assert [(event.revision, event.run) for event in results] == [(4, 0), (4, 2), (4, 3)]  # type: ignore[attr-defined]
    assert {event.submission_event_id for event in results} == {first.event_id}  # type: ignore[attr-defined]
    assert {event.accepted_at for event in results} == {first.accepted_at}  # type: ignore[attr-defined]
    assert len({event.event_id for event in results}) == 3


@pytest.mark.parametrize(("translated", "asked"), [((), ["es"]), (("es",), []), (("fr",), ["es"])])
async def test_a_run_asks_only_for_translations_that_are_not_there_yet(
    translated: tuple[str, ...], asked: list[str]
) -> None:
    publisher = RecordingPublisher()
    await full(publisher, translations=SPANISH)([reindex_requested(translated=translated)])
    requests = [request for batch in publisher.batches[1:] for _, request in batch]
    assert [target for request in requests for target in request.targets] == asked  # type: ignore[attr-defined]


async def test_a_canary_is_analysed_like_an_article_related_to_nothing_and_not_translated() -> None:
    class Related(NoRelated):
        async def links(self, *_args: object, **_more: object) -> NoReturn:
            raise AssertionError("nobody asks the index about a canary")

    publisher, analysts = RecordingPublisher(), ScriptedAnalysts()
    enricher = FullEnricher(
        analysts=analysts, related=Related(), translations=SPANISH, meter=RecordingMeter()
    )
    canary = submitted("c-1", source="canary")
    await Enrich(enricher, publisher, SPANISH)([canary, killed("c-1", source="canary")])
    (batch,) = publisher.batches  # nothing goes to the translator, the kill neither
    event = batch[0][1]
    assert isinstance(event, ArticleEnrichedV2)
    assert (event.related, event.translations_wanted) == ((), ())
    assert event.enrichment.related.status == event.enrichment.translations.status == "skipped"
    assert event.tags


async def test_a_canary_whose_analysis_fails_is_not_translated_either() -> None:
    publisher = RecordingPublisher()
    analysts = ScriptedAnalysts(failing=("Harbour bridge reopens",))
    await full(publisher, analysts=analysts, translations=SPANISH)([submitted("c-1", source="canary")])
    (batch,) = publisher.batches
    assert isinstance(batch[0][1], ArticleEnrichedV2)
    assert batch[0][1].translations_wanted == ()
