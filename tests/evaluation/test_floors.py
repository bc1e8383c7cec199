"""The floors of `make eval`, each a test: it takes a few seconds once the models are loaded."""

import pytest

from tests.evaluation.analyses import loaded
from tests.evaluation.floors import Floor, broken, floors
from tests.evaluation.parts import PARTS, prepared
from tests.evaluation.scores import Row
from tests.integration.enrich.models.conftest import loaded_models

HELD = [floor for floor in floors() if not floor.given]


@pytest.fixture(scope="module")
def measured() -> list[Row]:
    models, analyst = loaded(loaded_models())
    material = prepared(models, analyst)
    return [row for part in PARTS.values() for row in part(material)]


@pytest.mark.parametrize(
    "floor", HELD, ids=lambda floor: f"{floor.part}-{floor.language}-{floor.what}-{floor.figure}"
)
def test_enrichment_holds_its_floor(measured: list[Row], floor: Floor) -> None:
    assert list(broken(measured, [floor])) == []


def test_every_floor_belongs_to_a_part_that_is_measured() -> None:
    assert {floor.part for floor in HELD} <= PARTS.keys()
