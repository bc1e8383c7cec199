"""Section, headline, lead, authors and language, each rule on the smallest page that shows it."""

import pytest

from ingest.sources.page import NotAPage, parse_page
from tests.unit.ingest.sources.pages.builder import BODY, MARGIN, page


def test_a_short_line_above_the_headline_is_the_section() -> None:
    found = parse_page(page("Local", "Council votes for a new bridge over the ravine", *BODY))
    assert (found.section, found.headline) == ("Local", "Council votes for a new bridge over the ravine")


def test_a_known_section_stands_above_a_headline_that_ends_in_a_full_stop() -> None:
    found = parse_page(page("Политика", "Совет выбрал мост.", "Совет голосовал пять часов подряд.", *BODY))
    assert (found.section, found.headline) == ("Политика", "Совет выбрал мост.")


def test_the_headline_repeated_below_itself_is_not_a_paragraph() -> None:
    found = parse_page(page("Local", "Council votes for a new bridge over the ravine", *BODY[:1], *BODY[1:]))
    again = parse_page(
        page("Local", *["Council votes for a new bridge over the ravine"] * 2, *BODY[:1], *BODY[1:])
    )
    assert (again.lead, again.paragraphs) == (found.lead, found.paragraphs)
    assert again.left_out == (found.headline,)


@pytest.mark.parametrize(
    "repeated",
    [
        "Money was the sticking point, the mayor's “bridge fund” is empty",
        "Money was the sticking point,  the mayor’s «bridge fund» is empty…",
        "money was the sticking point, the mayor's bridge fund is empty...",
    ],
)
def test_the_lead_repeated_with_other_quotes_spaces_or_dots_leaves_the_body(repeated: str) -> None:
    lead = 'Money was the sticking point, the mayor\'s "bridge fund" is empty.'
    found = parse_page(page("Council votes for a new bridge", lead, BODY[0], repeated, *BODY[1:]))
    assert (found.lead, found.paragraphs) == (lead, BODY)


def test_a_paragraph_that_only_begins_like_the_lead_stays() -> None:
    lead = "Money was the sticking point."
    longer = "Money was the sticking point. The mayor's fund is empty and will stay so."
    assert longer in parse_page(page("Council votes for a new bridge", lead, BODY[0], longer)).paragraphs


def test_a_page_whose_body_is_only_its_repeated_lead_keeps_it_as_the_body() -> None:
    found = parse_page(page("Council votes for a new bridge", BODY[0], BODY[0]))
    assert (found.lead, found.paragraphs) == (None, BODY[:1])


def test_a_byline_below_the_first_paragraph_makes_it_the_lead() -> None:
    found = parse_page(page("Council votes for a new bridge", BODY[0], "By Ann Lee", *BODY[1:]))
    assert (found.lead, found.paragraphs, found.authors) == (BODY[0], BODY[1:], ("Ann Lee",))


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        (("Автор материала:", "Анна Лис"), ("Анна Лис",)),
        (("Автор: Анна Лис",), ("Анна Лис",)),
        (("Авторы: Анна Лис, Пётр Ёж",), ("Анна Лис", "Пётр Ёж")),
        (("Авторы:", "Анна Лис и Пётр Ёж"), ("Анна Лис", "Пётр Ёж")),
        (("Автор: Анна Лис", "Автор: Пётр Ёж"), ("Анна Лис", "Пётр Ёж")),
        (("Автор: А. Лис, специально для газеты",), ("А. Лис",)),
        (("Автор:", "редакция сайта"), ("редакция сайта",)),
        (("Автор матеріалу:", "Ганна Лис", "Ігор О'Ніл"), ("Ганна Лис", "Ігор О'Ніл")),
        (("By Ann Lee",), ("Ann Lee",)),
        (("By Ann Lee and Joe de la Cruz in Kyiv",), ("Ann Lee", "Joe de la Cruz")),
        (("Reporting by Ann Lee; Editing by Joe Poe",), ("Ann Lee",)),
        (("Por Ana Lis y José Luis Gil",), ("Ana Lis", "José Luis Gil")),
        (("Autora: Ana Lis",), ("Ana Lis",)),
        (("By: ANN LEE",), ("ANN LEE",)),
    ],
)
def test_bylines_name_the_authors_and_leave_the_body(
    lines: tuple[str, ...], authors: tuple[str, ...]
) -> None:
    found = parse_page(page("Council votes for a new bridge", *BODY, *lines, *MARGIN))
    assert (found.authors, (found.lead, *found.paragraphs)) == (authors, (None, *BODY))


@pytest.mark.parametrize(
    "line",
    [
        "By land and sea they came to see the bridge",
        "By Monday the town had decided.",
        "Автор: «Я не хотел этого».",
        "Por primera vez en veinte años",
    ],
)
def test_a_line_that_only_begins_like_a_byline_stays_in_the_body(line: str) -> None:
    found = parse_page(page("Council votes for a new bridge", BODY[0], BODY[1], line, BODY[2]))
    assert (line in found.paragraphs, found.authors) == (True, ())


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        (page("Council votes for a new bridge", *BODY), "es", "en"),
        (page("Міст", "Рада вирішила, що міст через яр збудують навесні."), "ru", "uk"),
        (page("Pont", "Le pont sera construit."), "fr-FR", "fr"),
        (page("Bridge", "Closed."), "EN", "en"),
        (page("12345", "67890."), None, None),
    ],
)
def test_the_text_decides_the_language_and_the_hint_only_helps(
    text: str, hint: str | None, language: str | None
) -> None:
    assert parse_page(text, language_hint=hint).language == language


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "paste its headline"),
        (" \n\ufeff\u200b\n", "paste its headline"),
        (page(*MARGIN[:4]), "not only the teasers"),
        ("Council votes for a new bridge", "paste the whole article"),
        (page("Council votes for a new bridge", "By Ann Lee", "2 hours ago"), "paste the whole article"),
        (page("word " * 100, BODY[1]), "on a line of its own"),
    ],
)
def test_a_text_that_is_no_page_is_refused_with_what_to_do(text: str, reason: str) -> None:
    with pytest.raises(NotAPage, match=reason):
        parse_page(text)


def test_the_first_line_is_never_a_byline() -> None:
    assert parse_page(page("By Royal Command", *BODY)).headline == "By Royal Command"


def test_a_headline_may_end_in_an_ellipsis_below_its_section() -> None:
    found = parse_page(page("Our town", "The council votes for a bridge, and then…", *BODY))
    assert (found.section, found.headline) == ("Our town", "The council votes for a bridge, and then…")


def test_news_copy_with_a_dateline_is_not_a_lead() -> None:
    first = "FOX RAVINE, Nov 12 (AFP) — The council met."
    found = parse_page(page("Council votes for a new bridge", first, *BODY))
    assert (found.lead, found.paragraphs) == (None, (first, *BODY))
