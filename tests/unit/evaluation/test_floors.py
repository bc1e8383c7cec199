"""Floors: one that is not reached is told, and so is one that nothing was measured for."""

from tests.evaluation.floors import Floor, broken
from tests.evaluation.scores import Counts, Row, row

FLOOR = Floor(part="names", language="ru", what="PER", figure="f1", at_least=0.8, source="a test")


def _row(right: int, wrong: int, language: str = "ru") -> Row:
    return row("names", language, "PER", Counts(right=right, wrong=wrong))


def test_a_figure_below_its_floor_is_told_with_both_numbers() -> None:
    assert list(broken([_row(1, 1)], [FLOOR])) == ["names ru PER: f1 0.667, the floor is >= 0.8"]
    assert list(broken([_row(9, 1)], [FLOOR])) == []


def test_a_floor_without_a_measurement_is_broken() -> None:
    assert list(broken([_row(9, 1, "uk")], [FLOOR])) == ["names ru PER: nothing was measured"]


def test_a_floor_for_a_folder_is_silent_until_one_is_given() -> None:
    assert list(broken([], [FLOOR.model_copy(update={"given": True})])) == []


def test_a_floor_for_every_language_judges_each() -> None:
    every = FLOOR.model_copy(update={"language": "*"})
    assert len(list(broken([_row(1, 1), _row(1, 1, "uk"), _row(9, 1, "en")], [every]))) == 2


def test_a_limit_from_above_holds_below_it() -> None:
    least = FLOOR.model_copy(update={"at_least": None, "at_most": 0.8})
    assert least.holds(0.8)
    assert not least.holds(0.81)


def test_nothing_said_where_nothing_was_to_be_said_is_right() -> None:
    assert Counts().f1 == 1
    assert Counts(missed=1).f1 == 0
