"""A sentence on its way through an engine: its text, its numbered inline tags, and what must stay."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Final, Literal, NamedTuple

_TAG: Final = re.compile(r"<[^<>]*>")
_OPEN: Final = re.compile(r"<i\s+id\s*=\s*[\"']?(\d{1,4})[\"']?\s*>", re.IGNORECASE)
_CLOSE: Final = re.compile(r"</i\s*>", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")


class BrokenMarkup(ValueError):
    """An engine's answer holds tags that it was not given, or has lost some."""


class Piece(NamedTuple):
    """Text, the opening or closing of the inline tag `number`, or text that must stay as it is."""

    kind: Literal["text", "open", "close", "fixed"]
    text: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Keep:
    """How an engine is told that something is not to be translated."""

    before: str = ""
    after: str = ""


NOTHING: Final = Keep()


@dataclass(frozen=True, slots=True)
class Sentence:
    """Pieces in reading order. Inline tags are balanced and numbered from 1 as they open."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """What a reader reads."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def fixed(self) -> tuple[str, ...]:
        return tuple(piece.text for piece in self.pieces if piece.kind == "fixed")

    @property
    def tags(self) -> tuple[int, ...]:
        """Numbers of the tags as they open."""
        return tuple(piece.number for piece in self.pieces if piece.kind == "open")

    @property
    def has_words(self) -> bool:
        return any(map(str.isalpha, self.text))

    @property
    def digits(self) -> Counter[str]:
        return Counter(filter(str.isdigit, self.text))

    def to_html(self, keep: Keep = NOTHING) -> str:
        """As engines get it and the memory keeps it: `Old <i id="1">town</i>`, text escaped."""
        return "".join(_html(piece, keep) for piece in self.pieces)

    def within(self, number: int) -> str:
        """The text inside a tag."""
        start = self.pieces.index(Piece("open", number=number))
        end = self.pieces.index(Piece("close", number=number))
        return "".join(piece.text for piece in self.pieces[start:end])


def _html(piece: Piece, keep: Keep) -> str:
    match piece.kind:
        case "open":
            return f'<i id="{piece.number}">'
        case "close":
            return "</i>"
        case "fixed":
            return f"{keep.before}{escape(piece.text, quote=False)}{keep.after}"
    return escape(piece.text, quote=False)


def parse(html: str, keep: Keep = NOTHING) -> Sentence:
    """The sentence in an answer. Raises BrokenMarkup for tags that are not ours or do not close."""
    pieces, opened = [], list[int]()
    for piece in _parsed(html, keep):
        if piece.kind == "open":
            opened.append(piece.number)
        elif piece.kind == "close":
            if not opened:
                raise BrokenMarkup("a tag closes that was never opened")
            piece = piece._replace(number=opened.pop())
        pieces.append(piece)
    if opened:
        raise BrokenMarkup("a tag does not close")
    return Sentence(_trimmed(pieces))


def _parsed(html: str, keep: Keep) -> Iterator[Piece]:
    at, ours = 0, {keep.before, keep.after} - {""}
    for tag in _TAG.finditer(html):
        yield from _text(html[at : tag.start()])
        at = tag.end()
        if opening := _OPEN.fullmatch(tag[0]):
            yield Piece("open", number=int(opening[1]))
        elif _CLOSE.fullmatch(tag[0]):
            yield Piece("close")
        elif tag[0] not in ours:
            raise BrokenMarkup("it holds markup of its own")
    yield from _text(html[at:])


def _text(raw: str) -> Iterator[Piece]:
    text = _SPACES.sub(" ", unescape(raw))
    if text:
        yield Piece("text", text)


def _trimmed(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Without white space at either end."""
    if pieces and pieces[0].kind == "text":
        pieces[0] = pieces[0]._replace(text=pieces[0].text.lstrip())
    if pieces and pieces[-1].kind == "text":
        pieces[-1] = pieces[-1]._replace(text=pieces[-1].text.rstrip())
    return tuple(piece for piece in pieces if piece.kind != "text" or piece.text)
