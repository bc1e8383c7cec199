"""How name tags are judged: what counts for, against, and neither way."""

import pytest

from tests.evaluation.analyses import Analysed
from tests.evaluation.calibration import calibrations, confidence_rows
from tests.evaluation.gold import Name
from tests.evaluation.names import normal, rows
from tests.evaluation.scores import Row
from tests.unit.evaluation.labelled import HEADLINE, article, quoted, said, tag

ANNA = Name(type="PER", label="Anna Bell")
OSLO = Name(type="LOC", label="Oslo", id="geonames:3143244", optional=True)
PAPER = Name(type="ORG", label="The Post", role="source")


def _row(analysed: Analysed, what: str) -> Row:
    return next(row for row in rows([analysed]) if row.what == what)


def test_a_name_that_was_found_is_right_and_one_that_was_not_is_missed() -> None:
    found = _row(said(article("a", ANNA, PAPER), tag("Anna Bell")), "all")
    assert (found.figures["precision"], found.figures["recall"]) == (1.0, 0.5)
    assert found.mistakes == ("a: missed ORG The Post",)


def test_a_second_tag_for_the_same_person_is_wrong() -> None:
    anna = Name(type="PER", label="Anna Bell", also=("Anna M. Bell",))
    found = _row(said(article("a", anna), tag("Anna Bell"), tag("Anna M. Bell")), "PER")
    assert found.figures["precision"] == 0.5


def test_a_name_of_the_wrong_type_counts_only_untyped() -> None:
    analysed = said(article("a", ANNA), tag("Anna Bell", "organisation"))
    assert _row(analysed, "all").figures["f1"] == 0
    assert _row(analysed, "untyped").figures["f1"] == 1


def test_an_optional_name_counts_neither_when_found_nor_when_absent() -> None:
    there = said(article("a", ANNA, OSLO), tag("Anna Bell"), tag("Oslo", "place"))
    absent = said(article("a", ANNA, OSLO), tag("Anna Bell"))
    for analysed in (there, absent):
        assert (_row(analysed, "all").figures["f1"], _row(analysed, "all").support) == (1.0, 1)


def test_the_id_alone_is_enough_to_be_recognised_and_a_wrong_one_is_told() -> None:
    oslo = OSLO.model_copy(update={"optional": False})
    by_id = said(article("a", oslo), tag("Christiania", "place", id="geonames:3143244"))
    wrong = said(article("a", oslo), tag("Oslo", "place", id="geonames:1"))
    assert _row(by_id, "LOC").figures["f1"] == 1
    assert _row(wrong, "ids").figures["share"] == 0


def test_a_source_taken_for_a_subject_is_missed() -> None:
    taken = said(article("a", PAPER), tag("The Post", "organisation", role="subject"))
    told = said(article("a", PAPER), tag("The Post", "organisation", role="source"))
    assert _row(taken, "source role").figures["recall"] == 0
    assert _row(told, "source role").figures["f1"] == 1


def test_evidence_one_code_point_off_is_seen() -> None:
    exact = said(article(), quoted("Harbour", "headline", 0, HEADLINE[:7]))
    off = said(article(), quoted("Harbour", "headline", 1, HEADLINE[:7]))
    assert _row(exact, "exact evidence").figures["share"] == 1
    assert _row(off, "exact evidence").figures["share"] == 0


def test_what_an_article_is_about_should_come_first() -> None:
    central = ANNA.model_copy(update={"central": True})
    first = said(article("a", central, PAPER), tag("Anna Bell"), tag("The Post", "organisation"))
    second = said(article("a", central, PAPER), tag("The Post", "organisation"), tag("Anna Bell"))
    assert _row(first, "first is central").figures["share"] == 1
    assert _row(second, "first is central").figures["share"] == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("«Газпром»", "Газпром"),
        ("Пётр Орлов", "Петр Орлов"),
        ("Н.В. Лис", "Н. В. Лис"),
        ("Жан–Ноэль", "жан-ноэль"),
    ],
)
def test_labels_are_the_same_whatever_editors_vary(one: str, other: str) -> None:
    assert normal(one) == normal(other)


def test_calibration_is_the_share_of_right_tags_with_one_right_and_one_wrong_added() -> None:
    tags = [tag("Anna Bell"), tag("Nobody"), tag("Anna Bell", "entity")]
    table = {one.kind: one for one in calibrations([said(article("a", ANNA), *tags[:2])])}
    assert (table["person"].tags, table["person"].right, table["person"].precision) == (2, 1, 0.5)
    untyped = {one.kind: one for one in calibrations([said(article("a", ANNA), tags[2])])}
    assert untyped["entity"].right == 1


def test_a_method_that_claims_more_than_it_reaches_is_told() -> None:
    wrong = [tag(f"Nobody {number}", confidence=0.9) for number in range(10)]
    names = [Name(type="PER", label=f"Anna {number}") for number in range(10)]
    right = [tag(name.label, confidence=0.9) for name in names]
    (bold,) = confidence_rows([said(article("a", *names), *right, *wrong)])
    assert bold.figures["overclaimed"] == pytest.approx(0.4)
    (modest,) = confidence_rows([said(article("a", *names), *right, *right[:1])])
    assert modest.support == 0
