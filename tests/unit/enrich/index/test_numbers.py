"""A number is the same key in whatever language and spelling."""

import pytest

from enrich.index.numbers import numbers
from enrich.linguistics.morphology import Grammar
from enrich.linguistics.tokens import Token, _words


def values(text: str, language: str = "en") -> list[str]:
    """Lemmas are the words themselves: a test writes what a dictionary would give."""
    tokens = [
        Token(word, start, end, word.lower(), Grammar(pos="X"), n) for word, start, end, n in _words(text)
    ]
    return [number.value for number in numbers(tokens, text, language)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("31 500 тонн", "31500"),
        ("31\u00a0500 тонн", "31500"),
        ("31,500 tonnes", "31500"),
        ("31.500 toneladas", "31500"),
        ("1 234 567 человек", "1234567"),
        ("12 тысяч домов", "12000"),
        ("12 тыс. домов", "12000"),
        ("12 thousand homes", "12000"),
        ("12 mil casas", "12000"),
        ("3,5 млн евро", "3500000"),
        ("€3.5 million", "3500000"),
        ("3,5 millones de euros", "3500000"),
        ("2 млрд", "2000000000"),
        ("2 mil millones", "2000000000"),
        ("2bn dollars", "2000000000"),
        ("магнитудой 7,1", "7.1"),
        ("magnitude 7.1", "7.1"),
    ],
)
def test_a_number_means_the_same_however_it_is_written(text: str, value: str) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("Тридцать семь домов", "ru", "37"),
        ("двадцать тысяч", "ru", "20000"),
        ("тридцять сім будинків", "uk", "37"),
        ("thirty-seven homes", "en", "37"),
        ("thirty seven homes", "en", "37"),
        ("twelve million euros", "en", "12000000"),
        ("treinta y siete casas", "es", "37"),
        ("tres mil casas", "es", "3000"),
        ("veintidós heridos", "es", "22"),
        ("eleven boats", "en", "11"),
    ],
)
def test_a_number_in_words_is_the_number(text: str, language: str, value: str) -> None:
    assert values(text, language) == [value]


def test_words_that_are_no_numbers_of_the_language_say_nothing() -> None:
    assert values("one of seven", "en") == []
    assert values("treinta", "en") == []
    assert values("forty-niners and twenty-first", "en") == []


def test_a_year_before_a_number_is_not_its_thousands() -> None:
    assert values("в 2026 году и в 2025 500 человек") == ["2026", "2025", "500"]


def test_single_digits_say_nothing() -> None:
    assert values("5 of 7 boats") == []
