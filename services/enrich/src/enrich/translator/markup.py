"""A text with markup cut into sentences, and put together again around their translations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final

from enrich.translator.checks import checked
from enrich.translator.sentence import NOTHING, Piece, Sentence
from enrich.translator.splitting import sentence_starts

_INLINE: Final = frozenset(
    "a strong em b i u s small sub sup span q cite abbr mark code del ins time".split()
)
_VERBATIM: Final = frozenset({"pre"})


@dataclass(frozen=True, slots=True)
class _Tag:
    opening: str
    closing: str


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a sentence, with the inline tags that its numbers stand for."""

    sentence: Sentence
    tags: Mapping[int, _Tag]

    def rendered(self, translated: Sentence) -> str:
        return "".join(map(self._html, translated.pieces))

    def _html(self, piece: Piece) -> str:
        match piece.kind:
            case "open":
                return self.tags[piece.number].opening
            case "close":
                return self.tags[piece.number].closing
        return escape(piece.text, quote=False)


@dataclass(frozen=True, slots=True)
class Cut:
    """Literal markup and the slots of sentences, in reading order."""

    parts: tuple[str | Slot, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(part.sentence for part in self.parts if isinstance(part, Slot))

    def render(self, answers: Sequence[Sentence]) -> str:
        """The text with an answer in place of each sentence, in their order."""
        given = iter(answers)
        return "".join(part if isinstance(part, str) else part.rendered(next(given)) for part in self.parts)


def cut(html: str, language: str) -> Cut:
    """Sanitised HTML as sentences inside its blocks. Verbatim blocks and bare numbers stay literal."""
    cutter = _Cutter(language)
    cutter.feed(html)
    cutter.close()
    cutter.end_block()
    return Cut(tuple(cutter.parts))


def cut_line(text: str, language: str) -> Cut:
    """Plain text, such as a headline, as sentences; to be unescaped when it is put together again."""
    return cut(escape(text, quote=False), language)


def translated(html: str, language: str, translate: Callable[[str], str]) -> str:
    """HTML translated by a function from one marked sentence to another.

    A sentence whose answer breaks its markup, digits or names is left in the original.
    """
    whole = cut(html, language)
    answers = []
    for sentence in whole.sentences:
        answer = checked(sentence, translate(sentence.to_html()), NOTHING)
        answers.append(answer if isinstance(answer, Sentence) else sentence)
    return whole.render(answers)


@dataclass(slots=True)
class _Block:
    """The pieces of one block so far, with its inline tags in the order in which they opened."""

    pieces: list[Piece] = field(default_factory=list)
    tags: dict[int, _Tag] = field(default_factory=dict)
    opened: list[int] = field(default_factory=list)


class _Cutter(HTMLParser):
    def __init__(self, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str | Slot] = []
        self._language = language
        self._block = _Block()
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw = self.get_starttag_text() or ""
        if tag not in _INLINE or self._verbatim:
            self.end_block()
            self.parts.append(raw)
            self._verbatim += tag in _VERBATIM
            return
        number = len(self._block.tags) + 1
        self._block.tags[number] = _Tag(raw, f"</{tag}>")
        self._block.opened.append(number)
        self._block.pieces.append(Piece("open", number=number))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.end_block()
        self.parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        block = self._block
        if tag in _INLINE and block.opened and block.tags[block.opened[-1]].closing == f"</{tag}>":
            block.pieces.append(Piece("close", number=block.opened.pop()))
            return
        self.end_block()
        self.parts.append(f"</{tag}>")
        self._verbatim -= tag in _VERBATIM and self._verbatim > 0

    def handle_data(self, data: str) -> None:
        if self._verbatim:
            self.parts.append(escape(data, quote=False))
        elif self._is_code():
            self._block.pieces.append(Piece("fixed", data))
        else:
            self._block.pieces.append(Piece("text", data))

    def _is_code(self) -> bool:
        opened = self._block.opened
        return bool(opened) and self._block.tags[opened[-1]].closing == "</code>"

    def end_block(self) -> None:
        block, self._block = self._block, _Block()
        if block.opened:
            self.parts.extend(_loose(block, self._language))
        elif block.pieces:
            self.parts.extend(_slots(block.pieces, block.tags, self._language))


def _loose(block: _Block, language: str) -> Iterator[str | Slot]:
    """A block inside whose inline tags another block begins: its tags stay where they are, literally."""
    for piece in block.pieces:
        if piece.kind == "open":
            yield block.tags[piece.number].opening
        elif piece.kind == "close":
            yield block.tags[piece.number].closing
        else:
            yield from _slots([piece], {}, language)


def _slots(pieces: list[Piece], tags: Mapping[int, _Tag], language: str) -> Iterator[str | Slot]:
    before, inner, after = _peeled(pieces)
    yield from (_literal(piece, tags) for piece in before)
    for sentence in _sentences(inner, language):
        yield from _slot(sentence, tags)
    yield from (_literal(piece, tags) for piece in after)


def _peeled(pieces: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Without the tags that enclose the whole block."""
    start, end = 0, len(pieces)
    while end - start > 1 and pieces[start].kind == "open" and pieces[end - 1] == _closing(pieces[start]):
        start, end = start + 1, end - 1
    return pieces[:start], pieces[start:end], pieces[end:]


def _closing(piece: Piece) -> Piece:
    return Piece("close", number=piece.number)


def _sentences(pieces: Sequence[Piece], language: str) -> Iterator[list[Piece]]:
    """Cut where a sentence begins outside every inline tag."""
    text = "".join(piece.text for piece in pieces)
    starts = list(sentence_starts(text, language))
    current, at, depth = list[Piece](), 0, 0
    for piece in pieces:
        while depth == 0 and piece.kind == "text" and starts and starts[0] < at + len(piece.text):
            head = piece.text[: max(starts.pop(0) - at, 0)]
            yield [*current, Piece("text", head)]
            piece, at, current = Piece("text", piece.text[len(head) :]), at + len(head), []
        if depth == 0 and piece.kind != "close" and current and starts and starts[0] <= at:
            yield current
            current = []
        depth += (piece.kind == "open") - (piece.kind == "close")
        at += len(piece.text)
        current.append(piece)
        while starts and starts[0] < at:
            starts.pop(0)
    if current:
        yield current


def _slot(pieces: list[Piece], tags: Mapping[int, _Tag]) -> Iterator[str | Slot]:
    """A sentence without the white space around it, its tags numbered from 1."""
    before, after = "", ""
    if pieces[0].kind == "text":
        bare = pieces[0].text.lstrip()
        before, pieces[0] = pieces[0].text[: len(pieces[0].text) - len(bare)], Piece("text", bare)
    if pieces[-1].kind == "text":
        bare = pieces[-1].text.rstrip()
        after, pieces[-1] = pieces[-1].text[len(bare) :], Piece("text", bare)
    sentence, own = _renumbered(pieces, tags)
    yield before
    if sentence.has_words:
        yield Slot(sentence, own)
    else:
        yield Slot(sentence, own).rendered(sentence)
    yield after


def _renumbered(pieces: list[Piece], tags: Mapping[int, _Tag]) -> tuple[Sentence, dict[int, _Tag]]:
    numbers: dict[int, int] = {}
    for piece in pieces:
        if piece.kind == "open":
            numbers[piece.number] = len(numbers) + 1
    own = {new: tags[old] for old, new in numbers.items()}
    kept = (piece for piece in pieces if piece.kind != "text" or piece.text)
    return Sentence(tuple(piece._replace(number=numbers.get(piece.number, 0)) for piece in kept)), own


def _literal(piece: Piece, tags: Mapping[int, _Tag]) -> str:
    match piece.kind:
        case "open":
            return tags[piece.number].opening
        case "close":
            return tags[piece.number].closing
    return escape(piece.text, quote=False)
