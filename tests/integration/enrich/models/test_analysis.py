"""Each enricher on its own: one that fails or hangs costs its facet and nothing else."""

import time
from collections.abc import Sequence

import pytest

from enrich.analysis import Analyst
from enrich.budget import OverBudget, alarm_limit
from enrich.enrichers import registry
from enrich.enrichers.base import Enricher, FacetName, Finding
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology
from enrich.reading import Reading
from newsloom_schemas.enrichment import Tag
from tests.unit.enrich.desk import Desk, article, labels

STORY = article(
    "Порт принял первое судно",
    "Мэр Одессы Тарас Гаврилов встретил судно на причале.",
    "Судно пришло с зерном, сообщил Укринформ.",
    authors=("Анна Рейнгольд",),
)


class Scripted:
    """An enricher that does what a test wants."""

    name = "scripted"
    version = "1"
    languages: frozenset[str] | None = None

    def __init__(self, facet: FacetName) -> None:
        self.facet: FacetName = facet

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        return Finding(tags=(Tag(kind="entity", label="ok", confidence=1, basis="heuristic", method="x"),))


class Failing(Scripted):
    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        raise KeyError("a secret of the article")


class Hanging(Scripted):
    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        while True:
            pass


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(Failing, "the enricher failed: KeyError"), (Hanging, "stopped after the time budget of 0.05 s")],
)
def test_a_broken_enricher_costs_its_own_facet_only(
    models: Models, broken: type[Scripted], reason: str
) -> None:
    enrichers = (broken("entities"), Scripted("keyphrases"))
    analysis = Analyst(models, budget=0.05, limit=alarm_limit, enrichers=enrichers).analyse("s", STORY)
    facet = analysis.facets["entities"]
    assert (facet.status, facet.reason) == ("failed", reason)
    assert analysis.facets["keyphrases"].status == "ok"
    assert analysis.language == "ru"
    assert "ok" in labels(analysis.tags, "entity")


def test_the_limit_interrupts_running_code_and_is_gone_afterwards() -> None:
    def hang() -> None:
        with alarm_limit(0.05):
            while True:
                pass

    started = time.monotonic()
    with pytest.raises(OverBudget):
        hang()
    assert time.monotonic() - started < 2
    with alarm_limit(5):
        pass


def test_the_same_article_always_gets_the_same_analysis(desk: Desk) -> None:
    first, second = desk.analyse(STORY), desk.analyse(STORY)
    assert (first.tags, first.keys, first.facets) == (second.tags, second.keys, second.facets)


def test_a_published_article_has_the_keys_that_its_analysis_gave(desk: Desk) -> None:
    analysis = desk.analyse(STORY)
    keys = desk.analyst.index_keys("meridian", STORY, analysis.language, analysis.tags)
    assert keys == analysis.keys
    assert keys


def test_an_article_without_text_is_no_accident(desk: Desk) -> None:
    analysis = desk.analyse(article("-"))
    assert analysis.language == "und"
    assert {facet.status for facet in analysis.facets.values()} == {"skipped"}
    assert analysis.facets.keys() == {"entities", "subjects", "keyphrases"}


def test_subjects_are_skipped_and_say_why(desk: Desk) -> None:
    subjects = desk.analyse(STORY).facets["subjects"]
    assert (subjects.status, subjects.reason) == ("skipped", "no subject lexicon is installed yet")


def test_a_cut_article_is_only_partly_enriched(desk: Desk) -> None:
    long = article("Ship", "The ship is in. " * 4_000, language="en")
    analysis = desk.analyse(long)
    assert analysis.facets["keyphrases"].status == "partial"
    assert "characters" in (analysis.facets["keyphrases"].reason or "")


ODD_TEXTS = [
    "",
    ".",
    "»«",
    "\U0001f33e \U0001f33e",
    "А",
    "ААА ООО ЗАО",
    "x" * 5_000,
    "И. И.",
    "((()))",
    "1 2 3,4",
]


@pytest.mark.parametrize("language", ["ru", "uk", "en", "es", "fi", "und"])
def test_no_enricher_of_the_registry_trips_over_an_odd_text(
    models: Models, morphology: Morphology, desk: Desk, language: str
) -> None:
    for enricher in _serving(registry(models, morphology), language):
        for text in ODD_TEXTS:
            reading = desk.reading(language, text or "x", text, text)
            assert enricher.run(reading, ()) == enricher.run(reading, ()), enricher.name


def _serving(enrichers: Sequence[Enricher], language: str) -> list[Enricher]:
    return [item for item in enrichers if item.languages is None or language in item.languages]


def test_the_natasha_package_is_never_imported(desk: Desk) -> None:
    import sys

    desk.analyse(STORY)
    assert not [name for name in sys.modules if name.split(".")[0] in ("natasha", "pymorphy2", "yargy")]
