"""What in a sentence is not to be translated: names that the article's tags give, addresses, codes."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from enrich.translator.sentence import Piece, Sentence

# Web and mail addresses, handles, and codes in which letters and digits stand together, such as F-16.
_ALWAYS: Final = r"https?://[^\s<>\"]+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\w)[@#]\w{2,}|\b(?=[A-Z0-9-]*\d)[A-Z]{1,4}-?\d{1,4}[A-Z]?\b"
MAX_NAMES: Final = 200


def protected(sentence: Sentence, names: tuple[str, ...]) -> Sentence:
    """The sentence with whatever must stay marked as fixed. Longer names go before shorter ones."""
    pattern = _pattern(names)
    return Sentence(tuple(_pieces(sentence.pieces, pattern)))


def _pieces(pieces: Iterable[Piece], pattern: re.Pattern[str]) -> Iterator[Piece]:
    for piece in pieces:
        if piece.kind != "text":
            yield piece
            continue
        at = 0
        for found in pattern.finditer(piece.text):
            if found.start() > at:
                yield Piece("text", piece.text[at : found.start()])
            yield Piece("fixed", found[0])
            at = found.end()
        if at < len(piece.text):
            yield Piece("text", piece.text[at:])


@lru_cache(maxsize=64)  # all sentences of an article have the same names
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(set(names), key=len, reverse=True)[:MAX_NAMES]
    named = (rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest_first if name.strip())
    return re.compile("|".join((_ALWAYS, *named)))
