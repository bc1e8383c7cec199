"""Blocks of teasers are cut and kept apart, wherever they stand, and take nothing of the article along."""

import pytest

from ingest.sources.page import Teaser, parse_page
from tests.unit.ingest.sources.pages.builder import BODY, MARGIN, page


def test_the_byline_of_a_teaser_is_not_an_author_of_the_article() -> None:
    margin = ("Latest news", "Choir wins cup", "By Joe Poe", "2 minutes ago")
    assert parse_page(page("Council votes for a new bridge", *BODY, *margin)).authors == ()


@pytest.mark.parametrize(
    "age",
    """2 минуты назад|21 минуту назад|час назад|1 ч. назад|15 мин назад|только что|вчера|вчера в 14:05
    сегодня, 9:30|12 ноября|12 ноября 2026, 14:05|5 хвилин тому|годину тому|15 хв. тому|щойно|вчора о 14:05
    2 minutes ago|an hour ago|5m ago|2 hrs ago|just now|yesterday at 2:05 pm|Nov 12, 2026|hace 5 minutos
    hace una hora|hace 2 h|ahora mismo|ayer a las 14:05|12 de noviembre de 2026|14:05|12.11.2026 14:05
    2026-11-12""".replace("\n", "|").split("|"),
)
def test_every_usual_form_of_time_ends_a_teaser(age: str) -> None:
    margin = ("Recent news", "Choir wins cup", "It was close.", age.strip())
    found = parse_page(page("Council votes for a new bridge", *BODY, *margin))
    assert found.teasers == (Teaser(title="Choir wins cup", lead="It was close.", age=age.strip()),)
    assert found.paragraphs == BODY


@pytest.mark.parametrize(
    "line",
    [
        "The bridge closed 2 minutes ago",
        "Мост закрыли 20 минут назад",
        "He is the best player",
        "La plaza está abierta desde hace 5 minutos",
        "They will meet on 12 November 2026",
    ],
)
def test_prose_that_ends_in_a_time_stays_whole(line: str) -> None:
    assert line in parse_page(page("Council votes for a new bridge", *BODY, line, "It was dark.")).paragraphs


def test_times_alone_mark_the_margin_when_its_header_is_missing() -> None:
    found = parse_page(page("Council votes for a new bridge", *BODY, *MARGIN[1:]))
    assert [teaser.age for teaser in found.teasers] == ["2 minutes ago", "3 hours ago"]
    assert found.paragraphs == BODY


@pytest.mark.parametrize("margin", [MARGIN, MARGIN[1:]], ids=["with header", "without header"])
@pytest.mark.parametrize("stamp", [(), ("2 hours ago",), ("12 November 2026",)])
@pytest.mark.parametrize("byline", [(), ("By Ann Lee",)])
def test_a_margin_on_top_takes_nothing_of_the_article_below(
    margin: tuple[str, ...], stamp: tuple[str, ...], byline: tuple[str, ...]
) -> None:
    article = ("Local", "Council votes for a new bridge over the ravine", *stamp, *byline, *BODY)
    found = parse_page(page(*margin, *article))
    assert (found.section, found.headline) == article[:2]
    assert (found.paragraphs, len(found.teasers)) == (BODY, 2)


def test_a_margin_in_the_middle_is_cut_and_the_article_goes_on() -> None:
    found = parse_page(page("Council votes for a new bridge", BODY[0], *MARGIN, *BODY[1:]))
    assert (found.paragraphs, len(found.teasers)) == (BODY, 2)


def test_a_margin_that_puts_the_time_first_is_read_in_that_order() -> None:
    margin = (
        "Latest news",
        "2 minutes ago",
        "Choir wins cup",
        "It was close.",
        "3 hours ago",
        "Rain",
        "Wet.",
    )
    found = parse_page(page("Council votes for a new bridge", *BODY, *margin))
    assert found.teasers == (
        Teaser(title="Choir wins cup", lead="It was close.", age="2 minutes ago"),
        Teaser(title="Rain", lead="Wet.", age="3 hours ago"),
    )


def test_a_header_of_teasers_may_be_the_section_of_an_article() -> None:
    found = parse_page(page("Latest news", "Council votes for a new bridge", "2 hours ago", *BODY))
    assert (found.section, found.headline) == ("Latest news", "Council votes for a new bridge")
    assert (found.paragraphs, found.teasers) == (BODY, ())


def test_a_byline_in_the_middle_does_not_end_the_article() -> None:
    """Below a byline that ends the article all is margin; prose after it says it was not the end."""
    middle = (
        "By Ann Lee",
        "The town has waited for this bridge for eleven years.",
        "Read also",
        "Rain ahead",
    )
    found = parse_page(page("Council votes for a new bridge", BODY[0], BODY[1], *middle, BODY[2]))
    assert found.teasers == (Teaser(title="Rain ahead", lead=None, age=None),)
    assert found.paragraphs[-1] == BODY[2]


def test_two_times_with_paragraphs_between_them_are_no_margin() -> None:
    stamps = ("Council votes for a new bridge", "3 hours ago", *BODY, "The mayor was away.", "2 hours ago")
    found = parse_page(page(*stamps))
    assert (found.paragraphs, found.teasers) == ((*BODY, "The mayor was away."), ())


def test_without_a_header_the_last_paragraph_is_not_taken_for_a_title() -> None:
    margin = ("Rain ahead", "3 hours ago", "Choir wins cup", "It was close.", "4 hours ago")
    found = parse_page(page("Council votes for a new bridge", *BODY, *margin))
    assert (found.paragraphs, found.teasers[0].title) == (BODY, "Rain ahead")


def test_a_time_glued_to_a_year_leaves_the_year_to_the_text() -> None:
    margin = ("Недавние новости", "Лыжники назвали состав", "Кубок они выиграли в 20242 минуты назад")
    (teaser,) = parse_page(page("Совет выбрал мост", *BODY, *margin)).teasers
    assert (teaser.lead, teaser.age) == ("Кубок они выиграли в 2024", "2 минуты назад")


def test_a_short_article_below_a_margin_is_not_taken_for_a_cut_off_teaser() -> None:
    found = parse_page(page(*MARGIN[:4], "Council votes for a new bridge", BODY[0]))
    assert (found.headline, found.paragraphs) == ("Council votes for a new bridge", BODY[:1])
