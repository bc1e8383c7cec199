"""Inline tags for an engine that knows none: the words inside are translated too, and found again."""

from collections.abc import Mapping
from itertools import pairwise

from enrich.translator.sentence import Piece, Sentence


def bare(sentence: Sentence) -> Sentence:
    """Without its tags."""
    return Sentence((Piece("text", sentence.text),))


def spans(sentence: Sentence) -> Mapping[int, Sentence] | None:
    """The text inside each tag; None when tags stand inside each other."""
    depth = 0
    for piece in sentence.pieces:
        depth += (piece.kind == "open") - (piece.kind == "close")
        if depth > 1:
            return None
    return {tag: Sentence((Piece("text", sentence.within(tag).strip()),)) for tag in sentence.tags}


def placed(translated: Sentence, inside: Mapping[int, str]) -> Sentence | None:
    """The translation with its tags where their words are; None when one is not found, or is found twice."""
    text = translated.text
    folded, found = text.casefold(), list[tuple[int, int, int]]()
    for tag, words in inside.items():
        sought = words.strip(" .,;:!?").casefold()
        at = folded.find(sought)
        if not sought or at < 0 or folded.find(sought, at + 1) >= 0 or len(folded) != len(text):
            return None
        found.append((at, at + len(sought), tag))
    found.sort()
    if any(one[1] > other[0] for one, other in pairwise(found)):
        return None
    return Sentence(tuple(_pieces(text, found)))


def enclosing(sentence: Sentence, text: str) -> Sentence:
    """An editor's plain words for a sentence with tags: they enclose it whole, none is lost."""
    opened = tuple(Piece("open", number=tag) for tag in sentence.tags)
    closed = tuple(Piece("close", number=tag) for tag in reversed(sentence.tags))
    return Sentence((*opened, Piece("text", text), *closed))


def _pieces(text: str, found: list[tuple[int, int, int]]) -> list[Piece]:
    pieces, at = list[Piece](), 0
    for start, end, tag in found:
        pieces += [Piece("text", text[at:start])] if start > at else []
        pieces += [Piece("open", number=tag), Piece("text", text[start:end]), Piece("close", number=tag)]
        at = end
    return pieces + ([Piece("text", text[at:])] if at < len(text) else [])
