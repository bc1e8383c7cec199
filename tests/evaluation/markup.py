"""Whether the markup of a text survives its translation, whatever an engine does to the words.

Twenty small bodies go through the code that cuts, checks and renders. Engines stand in for the real ones: one
that keeps the order, one that turns it round, and one that loses everything.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Final

from enrich.translator.markup import translated
from tests.evaluation.gold import GOLD
from tests.evaluation.scores import ALL, Row, share

_TAG: Final = re.compile(r"<[^<>]*>")
_INLINE_PIECE: Final = re.compile(r"(<[^<>]*>|&\w+;)")
_ELEMENT: Final = re.compile(r"^(?P<before>.*?)(?P<element><i id=\"1\">.*?</i>)(?P<after>.*)$")
_DIGITS: Final = re.compile(r"\d")
Engine = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A piece of HTML that a newsroom may send."""

    id: str
    language: str
    html: str


def bodies(path: Path = GOLD / "markup.json") -> tuple[Body, ...]:
    """All of them, in the order of the file."""
    return tuple(Body(**one) for one in json.loads(path.read_text(encoding="utf-8")))


def louder(sentence: str) -> str:
    """Every word in capitals, everything else where it was."""
    pieces = _INLINE_PIECE.split(sentence)
    return "".join(piece if at % 2 else piece.upper() for at, piece in enumerate(pieces))


def turned(sentence: str) -> str:
    """The first element and what follows it change places, as grammar often wants it."""
    found = _ELEMENT.match(louder(sentence))
    if found is None or "<i" in found["element"][1:]:
        return louder(sentence)
    return found["before"] + found["after"] + found["element"]


def careless(sentence: str) -> str:
    """The words without tags, and one digit more."""
    return _TAG.sub("", louder(sentence)) + " 7"


def rows(html: tuple[Body, ...]) -> Iterator[Row]:
    """For each engine, the share of bodies whose tags and digits all came through."""
    for what, (engine, is_kept) in _JUDGES.items():
        marks = [is_kept(body.html, translated(body.html, body.language, engine)) for body in html]
        wrong = [body.id for body, mark in zip(html, marks, strict=True) if not mark]
        yield share("markup", ALL, what, marks, wrong)


def _in_order(before: str, after: str) -> bool:
    """The same tags one after another and the same digits, around words that did change."""
    return _TAG.findall(before) == _TAG.findall(after) and _same_digits(before, after) and before != after


def _all_there(before: str, after: str) -> bool:
    """The same tags in whatever order, each closed where it may be."""
    same = Counter(_TAG.findall(before)) == Counter(_TAG.findall(after))
    return same and _same_digits(before, after) and before != after


def _untouched(before: str, after: str) -> bool:
    """An answer that lost its markup or gained a digit must not be used at all."""
    return _TAG.findall(before) == _TAG.findall(after) and unescape(before) == unescape(after)


def _same_digits(before: str, after: str) -> bool:
    return Counter(_DIGITS.findall(before)) == Counter(_DIGITS.findall(after))


_JUDGES: Final[Mapping[str, tuple[Engine, Callable[[str, str], bool]]]] = {
    "tag sequence": (louder, _in_order),
    "tags turned": (turned, _all_there),
    "broken answers": (careless, _untouched),
}
