"""Numbers written as words, up to a hundred: one outlet writes 37, another `тридцать семь`."""

from collections.abc import Mapping
from typing import Final

_EN: Final = (
    "one two three four five six seven eight nine",
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "twenty thirty forty fifty sixty seventy eighty ninety hundred",
)
_ES: Final = (
    "uno dos tres cuatro cinco seis siete ocho nueve",
    "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
)
_RU: Final = (
    "один два три четыре пять шесть семь восемь девять",
    "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать"
    " девятнадцать",
    "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто сто",
)
_UK: Final = (
    "один два три чотири п'ять шість сім вісім дев'ять",
    "десять одинадцять дванадцять тринадцять чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять"
    " дев'ятнадцять",
    "двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто сто",
)
# Forms that no table of lemmas gives: Spanish twenties are one word, Russian and Ukrainian nouns of number.
_OTHERS: Final = {
    "es": {
        "veintiuno": 21,
        "veintiún": 21,
        "veintidós": 22,
        "veintitrés": 23,
        "veinticuatro": 24,
        "veinticinco": 25,
        "veintiséis": 26,
        "veintisiete": 27,
        "veintiocho": 28,
        "veintinueve": 29,
        "ciento": 100,
    },
    "ru": {"десяток": 10, "сотня": 100},
    "uk": {"десяток": 10, "сотня": 100},
    "en": {},
}
# What may stand between tens and units.
LINKS: Final = {"es": "y"}


def _table(units: str, teens: str, tens: str) -> dict[str, int]:
    counted = {word: number for number, word in enumerate(units.split(), start=1)}
    counted |= {word: number for number, word in enumerate(teens.split(), start=10)}
    return counted | {word: 20 + 10 * at for at, word in enumerate(tens.split())}


WORDS: Final[Mapping[str, Mapping[str, int]]] = {
    language: _table(*words) | _OTHERS[language]
    for language, words in {"en": _EN, "es": _ES, "ru": _RU, "uk": _UK}.items()
}


def spoken(words: list[str], language: str) -> tuple[int, int] | None:
    """The number that these words begin with, and how many of them say it; None when they begin with none.

    Words are lemmas in Russian and Ukrainian, lower-cased forms elsewhere.
    """
    table = WORDS.get(language, {})
    first = table.get(words[0]) if words else None
    if first is None:
        return None
    if first % 10 or not 20 <= first < 100:
        return first, 1
    linked = 2 if words[1:2] == [LINKS.get(language)] else 1
    unit = table.get(words[linked]) if len(words) > linked else None
    return (first + unit, linked + 1) if unit is not None and unit < 10 else (first, 1)
