"""Enrichers of other packages are found by entry points; a broken one is named and left out."""

import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint

import pytest

from enrich.enrichers.base import FACETS, Enricher, FacetName, Finding, in_order
from enrich.enrichers.installed import GROUP, Installed, installed
from enrich.reading import Reading
from newsloom_schemas.enrichment import Tag


class Good(Enricher):
    name, version = "good", "1"
    facet: FacetName = "entities"

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        return Finding()


class Other(Good):
    name = "other"


class Nameless(Good):
    name = None  # type: ignore[assignment] # what a careless plug-in does


class Hasty(Good):
    budget = 0


class Listing(Good):
    languages = ["ru"]  # type: ignore[assignment] # noqa: RUF012 - what a careless plug-in does


class Leaving(Good):
    def __init__(self) -> None:
        sys.exit(3)


class Bare:
    name, version, facet = "bare", "1", "entities"


def point(name: str, value: str = "Good", module: str = __name__) -> EntryPoint:
    return EntryPoint(name=name, value=f"{module}:{value}", group=GROUP)


def found(*points: EntryPoint, taken: Sequence[str] = ()) -> Installed:
    return installed(frozenset(taken), points)


def test_an_installed_enricher_is_loaded_by_its_entry_point() -> None:
    result = found(point("entities.other", "Other"), point("entities.good"))
    assert [enricher.name for enricher in result.enrichers] == ["good", "other"]
    assert result.left_out == ()
    assert result.enrichers[0].budget > 0


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (point("entities.good", module="nowhere"), "ModuleNotFoundError: No module named 'nowhere'"),
        (point("entities.good", "Absent"), "has no attribute 'Absent'"),
        (point("entities.good", "Leaving"), "cannot be loaded: SystemExit: 3"),
        (point("entities.good", "Nameless"), "has no `name`; give it one, a string"),
        (point("entities.bare", "Bare"), "has no method `run(reading, found)`"),
        (point("entities.good", "Hasty"), "`budget` that is not between 0 and 60 seconds"),
        (point("entities.good", "Listing"), "`languages` that are no frozenset"),
        (point("entities.another"), "it calls itself entities.good; give both the same name"),
        (point("subjects.good"), "it calls itself entities.good; give both the same name"),
        (point("good"), "name its entry point <facet>.<name>, the facet one of entities"),
        (point("colours.good"), "name its entry point <facet>.<name>"),
    ],
)
def test_a_broken_one_is_left_out_with_a_reason_and_the_others_work(broken: EntryPoint, reason: str) -> None:
    result = found(broken, point("keyphrases.other", "Absent"), point("entities.other", "Other"))
    assert [enricher.name for enricher in result.enrichers] == ["other"]
    told = {str(left_out) for left_out in result.left_out}
    assert any(reason in each for each in told), told


def test_the_facet_of_what_cannot_be_imported_is_known_from_the_name_of_its_entry_point() -> None:
    (left_out,) = found(point("subjects.good", module="nowhere")).left_out
    assert (left_out.facet, left_out.name) == ("subjects", "good")
    (unnamed,) = found(point("good", module="nowhere")).left_out
    assert (unnamed.facet, unnamed.name) == (None, "good")


def test_a_name_belongs_to_the_first_who_has_it() -> None:
    result = found(point("entities.good"), point("entities.good", "Other"))
    assert len(result.enrichers) == 1
    assert "another enricher has the same name" in result.left_out[0].reason
    taken = found(point("entities.good"), taken=["good"])
    assert taken.enrichers == ()


def test_enrichers_run_facet_by_facet_those_that_add_last_and_otherwise_as_listed() -> None:
    class Adding(Good):
        def __init__(self, name: str, facet: FacetName, adds: bool) -> None:
            self.name, self.facet, self.adds = name, facet, adds

    listed = [Adding("c", "keyphrases", False), Adding("b", "entities", True), Adding("a", "entities", False)]
    listed.append(Adding("z", "entities", False))
    assert [enricher.name for enricher in in_order(listed)] == ["a", "z", "b", "c"]
    assert FACETS == ("entities", "subjects", "keyphrases")
