"""Russian words as razdel cuts them, most of them remembered.

razdel joins and splits by rules that look at neighbouring characters and never join over a space. So a piece
between spaces is cut the same way every time, unless it begins or ends with a mark that looks across the
space, as in «кто- то» or «5 .6»: those are cut together with their neighbours.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_CACHED_PIECES: Final = 50_000
_LONGEST_CACHED: Final = 40
_PIECE: Final = re.compile(r"\S+")
# Begins and ends with what no rule looks across: letters, digits, quotes, brackets, a mark after a letter.
_ALONE: Final = re.compile(r"[«(\"]*[^\W_](?:\S*[^\W_»)\"])?[»)\"]*(?:(?<!\d)[.,!?:;…])?")
Bounds = tuple[int, int]


def word_bounds(text: str) -> Iterator[Bounds]:
    """Start and end of every word, number and mark of a sentence."""
    pieces = [(match.group(), match.start()) for match in _PIECE.finditer(text)]
    padded = [("", 0), *pieces, ("", 0)]
    for (before, _), (piece, start), (after, _) in zip(padded, pieces, padded[2:], strict=False):
        if len(piece) > _LONGEST_CACHED:
            found = _cut.__wrapped__(before, piece, after)
        elif _ALONE.fullmatch(piece):
            found = _cut("", piece, "")
        else:
            found = _cut(before, piece, after)
        for first, last in found:
            yield start + first, start + last


@lru_cache(_CACHED_PIECES)
def _cut(before: str, piece: str, after: str) -> tuple[Bounds, ...]:
    from razdel import tokenize

    start = len(before) + 1
    end = start + len(piece)
    bounds = ((word.start, word.stop) for word in tokenize(f"{before} {piece} {after}"))
    return tuple((first - start, last - start) for first, last in bounds if start <= first and last <= end)
