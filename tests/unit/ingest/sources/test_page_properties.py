"""What holds for any text at all: one error type, nothing invented, time in proportion to length."""

import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.sources.page import NotAPage, Page, parse_page

MEGABYTE = 1_000_000
FLOOD_BYTES = 300_000
PIECES = st.sampled_from(
    """Мир|Путин|Ранее Маяк писал, что|Ранее сообщалось|Автор:|Автор материала:|Ирина Лис|Недавние новости|
    2 минуты назад|час назад|вчера в 14:05|Latest news|By Ann Lee|3 hours ago|Читайте также:|
    As we reported earlier,|Краткая строка|Это предложение заканчивается точкой.
    A sentence that is long enough for prose, it is.|
    hace 5 minutos|Por Ana Lis|Anteriormente, El Faro informó que|614 минут назад|12.11.2026
    «Да»,|…|.|:|,|2|й|\u0306|\u200d
    """.replace("\n", "|").split("|")
)
JOINTS = st.sampled_from(["\n", "\n\n", "\r\n", "\u2028", " ", "", "\u00a0", "\u200b"])
PAGE_LIKE = st.lists(st.tuples(PIECES, JOINTS), max_size=40).map(
    lambda parts: "".join(piece.strip(" ") + joint for piece, joint in parts)
)
ANY_TEXT = st.text(st.characters()) | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "Zs", "L"]))


UNSEEN = ("Cc", "Cf", "Cs", "Co", "Mn")


def plain(text: str) -> str:
    """What is written, without what is not seen; marks are left out, since composing them moves them."""
    shown = (char for char in unicodedata.normalize("NFD", text) if not char.isspace())
    return "".join(char for char in shown if unicodedata.category(char) not in UNSEEN)


def texts_of(page: Page) -> list[str]:
    hints = [text for hint in page.earlier for text in (hint.text, hint.outlet or "")]
    teasers = [text for teaser in page.teasers for text in (teaser.title, teaser.age or "")]
    return [
        page.headline,
        page.section or "",
        page.lead or "",
        *page.paragraphs,
        *page.authors,
        *hints,
        *teasers,
    ]


@settings(max_examples=200, deadline=None)
@given(PAGE_LIKE | ANY_TEXT, st.none() | st.just("Маяк"))
@example("Читайте также:\n: Ранее Маяк писал, что Мир\n", None)
@example("Читайте также:\nМир\nМир Ранее Маяк писал, что Мир\n", None)
def test_any_text_is_a_page_made_of_its_own_words_or_is_refused(text: str, outlet: str | None) -> None:
    with suppress(NotAPage):
        page = parse_page(text, outlet=outlet)
        written = plain(text)
        assert page.headline.strip()
        assert page.paragraphs
        assert [part for part in texts_of(page) if plain(part) not in written] == []
        assert all(part == part.strip() for part in page.paragraphs)
        "".join(texts_of(page)).encode("utf-8")


@settings(max_examples=200, deadline=None)
@given(PAGE_LIKE)
@example("A sentence that is long enough for prose, it is.\n" * 2 + "Автор:\n2 минуты назад\n")
def test_what_was_taken_out_of_the_body_is_not_in_it(text: str) -> None:
    with suppress(NotAPage):
        page = parse_page(text)
        assert page.lead is None or page.lead not in page.paragraphs
        assert page.headline not in page.paragraphs


FLOODS = {
    "one line": "слово ",
    "no spaces": "ы",
    "digits": "1",
    "spaces": " ",
    "blank lines": "\n",
    "titles": "Краткая строка\n",
    "sentences": "Это предложение заканчивается точкой.\n",
    "headers": "Недавние новости\n",
    "headers and titles": "Недавние новости\nКраткая строка\n",
    "times": "2 минуты назад\n",
    "teasers": "Краткая строка\nТекст.\n2 минуты назад\n",
    "glued times": "строка2 минуты назадСтрока",
    "half times": "2 минуты ",
    "byline labels": "Автор:\n",
    "names": "Автор:\nИрина Лис\n",
    "earlier lines": "Ранее Маяк писал, что мост закроют.\n",
    "earlier words": "ранее Маяк ",
    "combining marks": "\u0316\u0300",
    "joiners": "\u200d",
    "quotes": "«",
    "dots": ".",
}


def seconds_for(text: str) -> float:
    began = time.process_time()
    with suppress(NotAPage):
        parse_page(text)
    return time.process_time() - began


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_of_anything_takes_no_more_than_linear_time(flood: str) -> None:
    """A quadratic step would need minutes here; the bound leaves room for a busy machine."""
    piece = FLOODS[flood]
    text = "Мир\nЗаголовок о мосте через реку\n" + piece * (FLOOD_BYTES // len(piece.encode()))
    assert seconds_for(text) < 3


def test_a_megabyte_of_pages_is_parsed_in_seconds() -> None:
    text = "\n".join(FLOODS.values()) + "\n"
    assert seconds_for(text * (MEGABYTE // len(text.encode()))) < 5
