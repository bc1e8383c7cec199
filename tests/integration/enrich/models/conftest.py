"""The models, loaded once for all tests: they are the only slow thing here."""

from functools import cache

import pytest

from enrich.analysis import Analyst
from enrich.linguistics.gazetteer import Gazetteer
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Tokeniser
from tests.unit.enrich.desk import Desk


@cache
def loaded_models() -> Models:
    """The same for every test of the run, also outside this folder."""
    return Models()


@pytest.fixture(scope="session")
def models() -> Models:
    return loaded_models()


@pytest.fixture(scope="session")
def morphology(models: Models) -> Morphology:
    return Morphology(models)


@pytest.fixture(scope="session")
def gazetteer(models: Models) -> Gazetteer:
    return models.gazetteer


@pytest.fixture(scope="session")
def desk(models: Models, morphology: Morphology) -> Desk:
    """Analyses articles in this process."""
    return Desk(Analyst(models), Tokeniser(models, morphology))
