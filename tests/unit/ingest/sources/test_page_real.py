"""The parser on a real copied page, which is not ours to publish: read from beside the repository."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.sources.page import Page, parse_page
from ingest.sources.page.times import Capture, zone_named

CAPTURE = Capture(at=datetime(2024, 5, 17, 21, 30, tzinfo=UTC), zone=zone_named("Asia/Jerusalem"))
REAL = Path(__file__).parents[5] / "shared" / "data" / "news-page-ru.txt"


@pytest.fixture(scope="module")
def text() -> str:
    if not REAL.exists():
        pytest.skip("the real page is not beside this repository (../shared/data/news-page-ru.txt)")
    return REAL.read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=[None, "kursor"], ids=["no outlet", "outlet"])
def page(text: str, request: pytest.FixtureRequest) -> Page:
    return parse_page(text, outlet=request.param, capture=CAPTURE)


def nonblank(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_section_headline_and_lead_are_the_first_three_lines(page: Page, text: str) -> None:
    assert [page.section, page.headline, page.lead] == nonblank(text)[:3]
    assert page.headline.startswith("Путин и Раиси")


def test_the_body_is_eleven_paragraphs_in_order_without_the_repeated_lead(page: Page, text: str) -> None:
    lines = nonblank(text)
    expected = [line for line in lines[3:15] if line != lines[2]]
    assert list(page.paragraphs) == expected
    assert len(page.paragraphs) == 11


def test_agency_sentences_stay_in_the_body(page: Page) -> None:
    assert "Reuters" in page.paragraphs[1]
    assert "CNN" in page.paragraphs[-1]
    assert page.attributions == ("Reuters", "CNN")


def test_the_outlets_own_earlier_line_is_a_hint(page: Page, text: str) -> None:
    (hint,) = page.earlier
    assert hint.outlet == "Курсор"
    assert nonblank(text)[15].rstrip(".").endswith(", что " + hint.text)


def test_the_byline_is_the_author_and_the_language_is_russian(page: Page) -> None:
    assert (page.authors, page.language) == (("Ирен Давид",), "ru")


def test_six_teasers_are_kept_apart_and_nothing_of_them_is_in_the_body(page: Page, text: str) -> None:
    lines = nonblank(text)
    triples = [tuple(lines[at : at + 3]) for at in range(19, len(lines), 3)]
    assert [(teaser.title, teaser.lead, teaser.age) for teaser in page.teasers] == triples
    assert len(triples) == 6
    assert not {"ЦАХАЛ", "GTA", "МУС"} & set(" ".join((page.headline, *page.paragraphs)).split())


def test_the_times_of_the_teasers_are_minutes_counted_back_from_the_capture(page: Page) -> None:
    ages = [2, 14, 27, 35, 50]
    minutes = [(timedelta(minutes=age), timedelta(minutes=age + 1)) for age in ages]
    expected = [*minutes, (timedelta(hours=1), timedelta(hours=2))]
    intervals = [teaser.interval for teaser in page.teasers if teaser.interval is not None]
    found = [(CAPTURE.at - each.latest, CAPTURE.at - each.earliest) for each in intervals]
    assert found == expected


def test_nothing_of_the_page_is_left_out_but_the_repeated_lead_and_the_header_of_the_margin(
    page: Page, text: str
) -> None:
    lines = nonblank(text)
    assert page.left_out == (lines[2], lines[18])
