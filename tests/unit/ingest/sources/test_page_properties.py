"""What holds for any text at all: one error type, nothing invented, time in proportion to length."""

import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.sources.page import NotAPage, Page, parse_page
from ingest.sources.page.clean import clean_lines
from ingest.sources.page.times import Capture, zone_named
from ingest.sources.page_submission import to_submission
from newsloom_schemas.submission import Submission

FLOOD_BYTES = 12_500
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
FURNITURE = st.sampled_from(
    """Поделиться|Facebook|Фото: Анна Лис|Теги: мост, порт|#мост #порт|12 комментариев|Home › World|3 min read
    We use cookies. Accept all|Подписывайтесь на наш канал|14:05|13:50|вчера|Read also: Rain ahead|Monday
    Published: 12 November 2026, 08:30|Updated: 14:05|5 ноября, 14:05|By Ann Lee | 12 November 2026
    Мост закрыли.14:05Мост открыли|31 декабря 2025, 23:59|полчаса назад|Reuters reported on the bridge.
    """.replace("\n", "|").split("|")
).map(str.strip)
TITLES = st.sampled_from(
    ["Choir wins cup", "Завод перейдёт на новую неделю", "Rain ahead", "Nieva en la sierra"]
)
PROSE = st.sampled_from(
    [
        "The council met for five hours on Monday and voted for the bridge by a narrow margin.",
        "Инженеры предупреждали, что старый мост не простоит и десяти лет.",
        "It was close.",
    ]
)
FULL_PAGE = st.lists(TITLES | PROSE | FURNITURE | PIECES, min_size=3, max_size=25).map("\n".join)
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
        *page.keywords,
        *page.attributions,
        *page.bylines,
        *page.left_out,
    ]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGE_LIKE)
@example("A sentence that is long enough for prose, it is.\n" * 2 + "Автор:\n2 минуты назад\n")
def test_what_was_taken_out_of_the_body_is_not_in_it(text: str) -> None:
    with suppress(NotAPage):
        page = parse_page(text)
        assert page.lead is None or page.lead not in page.paragraphs
        assert page.headline not in page.paragraphs


LETTERS = re.compile(r"[^\W_]")


def everything_of(page: Page) -> list[str]:
    """The page put together again: every part once."""
    hints = [hint.line for hint in page.earlier]
    teasers = [
        text for teaser in page.teasers for text in (teaser.title, teaser.lead or "", teaser.age or "")
    ]
    stamps = [stamp.phrase for stamp in (page.published, page.updated) if stamp]
    tops = [page.section or "", page.headline, page.lead or ""]
    return [*tops, *page.paragraphs, *page.bylines, *stamps, *hints, *teasers, *page.left_out]


def letters(texts: Iterable[str]) -> Counter[str]:
    return Counter(LETTERS.findall(" ".join(texts)))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGE_LIKE | FULL_PAGE)
@example("Главная › Мир\nЗаголовок о мосте\nТекст, который достаточно длинный для абзаца.\n")
def test_every_letter_of_a_page_is_in_exactly_one_of_its_parts(text: str) -> None:
    with suppress(NotAPage):
        assert letters(everything_of(parse_page(text))) == letters(clean_lines(text))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PAGE_LIKE | FULL_PAGE, st.datetimes(datetime(1990, 1, 1), datetime(2190, 1, 1)))
def test_teasers_stood_on_the_page_before_it_was_copied(text: str, at: datetime) -> None:
    capture = Capture(at=at.replace(tzinfo=UTC), zone=zone_named("Europe/Madrid"))
    with suppress(NotAPage):
        page = parse_page(text, capture=capture)
        stamps = [stamp.interval for stamp in (page.published, page.updated) if stamp]
        for interval in (*stamps, *(teaser.interval for teaser in page.teasers)):
            assert interval is None or interval.earliest <= interval.latest <= capture.moment


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FULL_PAGE, st.datetimes(datetime(1990, 1, 1), datetime(2190, 1, 1)))
def test_what_is_submitted_does_not_depend_on_when_the_page_was_copied(text: str, at: datetime) -> None:
    def submitted(moment: datetime) -> Submission | None:
        with suppress(NotAPage):
            return to_submission(parse_page(text, capture=Capture(at=moment, zone=UTC)), {})
        return None

    assert submitted(at.replace(tzinfo=UTC)) == submitted(datetime(2026, 11, 12, tzinfo=UTC))


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
    "glued clocks": "слово.14:05",
    "ago": "ago ",
    "since": "hace unos ",
    "numbers": "1 1 1 1 ",
    "numbers and ago": "123456 минут назад ",
    "hours in hours": "1 час 1 час ",
    "capitals": "aA1",
    "columns": "14:05 | ",
    "steps": "Home > ",
    "ways": "Home > World\n",
    "tags": "#a ",
    "lines of tags": "Tags: a, b\n",
    "credits": "Фото: а / ",
    "counts": "1 1,1.",
    "consent": "we use cookies ",
    "agencies": "(AP) said ",
    "entries": "14:05\nThe wind is easing and the ferries leave again.\n",
    "tickers": "A line that is long enough for prose, it is.\n14:05\nTitle\n13:00\nOther\n",
    "inline teasers": "Read also: x\n",
    "months": "may ",
}


def seconds_for(text: str) -> float:
    began = time.process_time()
    with suppress(NotAPage):
        parse_page(text, capture=Capture(at=datetime(2026, 11, 12, tzinfo=UTC), zone=UTC))
    return time.process_time() - began


@pytest.mark.parametrize("flood", FLOODS)
def test_eight_times_as_much_of_anything_takes_about_eight_times_as_long(flood: str) -> None:
    """A quadratic step would take up to 64 times as long; the bound leaves room for a busy machine."""
    piece = FLOODS[flood]
    head = "Мир\nЗаголовок о мосте через реку\n"
    some, much = (head + piece * (size // len(piece.encode())) for size in (FLOOD_BYTES, 8 * FLOOD_BYTES))
    budget = 24 * max(seconds_for(some), seconds_for(some)) + 0.1
    assert seconds_for(much) < budget or seconds_for(much) < budget  # the second time without bad luck


def test_a_page_of_all_floods_takes_no_longer_than_they_do() -> None:
    floods = ["\n" + piece * (FLOOD_BYTES // len(piece.encode())) for piece in FLOODS.values()]
    apart = sum(seconds_for("Мир\nЗаголовок о мосте через реку" + flood) for flood in floods)
    assert seconds_for("".join(floods)) < 10 * apart
