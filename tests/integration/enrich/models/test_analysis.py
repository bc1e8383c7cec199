"""Each enricher on its own: one that fails or hangs costs its facet and nothing else."""

import time
from collections.abc import Sequence

import pytest

from enrich.analysis import Analyst
from enrich.budget import OverBudget, alarm_limit
from enrich.enrichers import registry
from enrich.enrichers.base import Enricher, FacetName, Finding, in_order
from enrich.facets import MAX_TAGS
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology
from enrich.reading import Reading
from newsloom_schemas.enrichment import Evidence, Tag
from tests.factories import authors
from tests.unit.enrich.desk import Desk, article, labels

STORY = article(
    "Порт принял первое судно",
    "Мэр Одессы Тарас Гаврилов встретил судно на причале.",
    "Судно пришло с зерном, сообщил Укринформ.",
    authors=authors("Анна Рейнгольд"),
)


class Scripted(Enricher):
    """An enricher that does what a test wants."""

    version = "1"
    facet: FacetName = "entities"

    def __init__(self, facet: FacetName, *, name: str = "scripted", budget: float = 1, adds: bool = False):
        self.facet = facet
        self.name = name
        self.budget = budget
        self.adds = adds

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
    [
        (Failing, "the enricher failed: KeyError"),
        (Hanging, "stopped after the article's time budget of 0.05 s"),
    ],
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


def test_an_enricher_that_takes_too_long_is_stopped_by_its_own_budget_and_named(models: Models) -> None:
    slow = Hanging("entities", name="slow", budget=0.05)
    analysis = Analyst(models, limit=alarm_limit, enrichers=(slow,)).analyse("s", STORY)
    assert analysis.facets["entities"].reason == "stopped after its time budget of 0.05 s"
    assert analysis.faults == {"slow": "stopped after its time budget of 0.05 s"}
    assert analysis.interrupted


def test_who_starts_when_the_article_s_time_is_spent_is_not_to_blame(models: Models) -> None:
    late = Hanging("entities", name="late", budget=1)
    analysis = Analyst(models, budget=0.05, limit=alarm_limit, enrichers=(late,)).analyse("s", STORY)
    assert analysis.facets["entities"].status == "failed"
    assert analysis.faults == {}


def test_an_enricher_that_is_switched_off_is_not_run_and_its_facet_says_why(models: Models) -> None:
    analyst = Analyst(models, enrichers=(Failing("entities", name="broken"),))
    analysis = analyst.analyse("s", STORY, {"broken": "switched off"})
    facet = analysis.facets["entities"]
    assert (facet.status, facet.method, facet.reason) == ("unavailable", "broken", "switched off")
    assert "broken" not in analysis.seconds
    assert not analysis.raised


def test_the_first_enricher_of_a_facet_does_the_work_and_one_that_adds_works_beside_it(
    models: Models,
) -> None:
    enrichers = (
        Scripted("entities", name="more", adds=True),
        Scripted("entities", name="main"),
        Failing("entities", name="second"),
    )
    announced: list[str] = []
    analyst = Analyst(models, enrichers=in_order(enrichers), announce=announced.append)
    analysis = analyst.analyse("s", STORY)
    facet = analysis.facets["entities"]
    assert (facet.status, facet.method, facet.version) == ("ok", "main+more", "1+1")
    assert announced == ["main", "more"]
    assert labels(analysis.tags, "entity") == ["ok", "ok"]


def test_an_added_enricher_that_fails_leaves_the_facet_partial_and_is_named(models: Models) -> None:
    enrichers = (Scripted("entities", name="main"), Failing("entities", name="more", adds=True))
    facet = Analyst(models, enrichers=enrichers).analyse("s", STORY).facets["entities"]
    assert (facet.status, facet.reason) == ("partial", "more: the enricher failed: KeyError")


MISQUOTED = Evidence(part="headline", start=0, end=4, quote="мост")


class Misquoting(Scripted):
    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        tag = Tag(kind="entity", label="x", confidence=1, basis="heuristic", method="x")
        return Finding(tags=(tag.model_copy(update={"evidence": (MISQUOTED,)}),))


class Flooding(Scripted):
    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        return Finding(tags=super().run(reading, found).tags * (MAX_TAGS + 1))


class Mute(Scripted):
    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        return None  # type: ignore[return-value] # what a careless plug-in does


@pytest.mark.parametrize(
    ("careless", "reason"),
    [
        (Misquoting, "a quote does not stand where its evidence says"),
        (Flooding, f"it returned more than {MAX_TAGS} tags"),
        (Mute, "it returned no Finding"),
    ],
)
def test_what_an_article_must_not_get_is_refused(
    models: Models, careless: type[Scripted], reason: str
) -> None:
    analysis = Analyst(models, enrichers=(careless("entities"),)).analyse("s", STORY)
    assert analysis.facets["entities"].reason == f"the enricher failed: {reason}"
    assert analysis.faults.keys() == {"scripted"}
    assert labels(analysis.tags, "entity") == []


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
