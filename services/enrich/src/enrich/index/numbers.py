"""Numbers that mean the same in every language: 31 500 = 31,500 = 31.500, 12 тысяч = 12 thousand = 12 000."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from enrich.index.number_words import spoken
from enrich.linguistics.tokens import Token

# A single digit is in every article.
MIN_DIGITS: Final = 2
_THOUSANDS: Final = re.compile(r"(?<=\d)[.,\s](?=\d{3}(?!\d))")
_PLAIN: Final = re.compile(r"\d+(?:\.\d+)?")
_GAPS: Final = frozenset({" ", "\u00a0", "\u202f", "\u2009"})
# Beginnings of the words that multiply a number, longest meaning first within a language.
_SCALES: Final = (
    ("миллиард", 9),
    ("мільярд", 9),
    ("млрд", 9),
    ("billion", 9),
    ("bn", 9),
    ("миллион", 6),
    ("мільйон", 6),
    ("млн", 6),
    ("million", 6),
    ("millón", 6),
    ("millones", 6),
    ("mln", 6),
    ("тысяч", 3),
    ("тисяч", 3),
    ("тыс", 3),
    ("тис", 3),
    ("thousand", 3),
)
# These are words of their own only when nothing follows: `mil` begins many others.
_WHOLE: Final = {"mil": 3, "mio": 6, "mrd": 9, "m": 6, "k": 3}


@dataclass(frozen=True, slots=True)
class Number:
    """A value in its shortest decimal form, and the text that says it."""

    value: str
    text: str


def numbers(tokens: Sequence[Token], text: str, language: str) -> Iterator[Number]:
    """The numbers of a text, in digits or words, that have two digits or more once they are written out."""
    at = 0
    while at < len(tokens):
        first = at
        if tokens[at].text[0].isdigit():
            end = _end_of_digits(tokens, text, at)
            power, at = _power(tokens, end)
            value = _value(text[tokens[first].start : tokens[end - 1].end], power)
        elif (said := _said(tokens, at, language)) is not None:
            power, at = _power(tokens, at + said[1])
            value = str(said[0] * 10**power)
        else:
            at += 1
            continue
        if value is not None and sum(map(str.isdigit, value)) >= MIN_DIGITS:
            yield Number(value, text[tokens[first].start : tokens[at - 1].end])


def _said(tokens: Sequence[Token], at: int, language: str) -> tuple[int, int] | None:
    """The number in words that begins here, and how many tokens say it."""
    if not tokens[at].text[0].isalpha():
        return None
    if "-" in tokens[at].text:
        parts = tokens[at].text.lower().split("-")
        found = spoken(parts, language)
        return (found[0], 1) if found and found[1] == len(parts) else None
    inflected = language in ("ru", "uk")
    return spoken([t.lemma if inflected else t.text.lower() for t in tokens[at : at + 3]], language)


def _end_of_digits(tokens: Sequence[Token], text: str, at: int) -> int:
    """One past the last token of a number whose thousands may stand apart: 31 500."""
    end = at + 1
    if not (tokens[at].text.isdecimal() and len(tokens[at].text) <= 3 and tokens[at].text[0] != "0"):
        return end
    while end < len(tokens) and len(tokens[end].text) == 3 and tokens[end].text.isdecimal():
        if text[tokens[end - 1].end : tokens[end].start] not in _GAPS:
            break
        end += 1
    return end


def _power(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """The power of ten that the words from here on multiply by, and one past the last of them."""
    power = 0
    while at < len(tokens) and (scale := _scale(tokens[at].text.lower())):
        power, at = power + scale, at + 1
    return power, at


def _scale(word: str) -> int:
    return _WHOLE.get(word) or next((power for start, power in _SCALES if word.startswith(start)), 0)


def _value(written: str, power: int) -> str | None:
    plain = _THOUSANDS.sub("", written).replace(",", ".")
    if not _PLAIN.fullmatch(plain):
        return plain.replace(".", "-") if len(plain) <= 20 and not power else None
    return format((Decimal(plain) * 10**power).normalize(), "f")
