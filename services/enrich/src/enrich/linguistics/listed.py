"""Names of the alias pack in a text, found word by word where a tagger saw nothing."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from enrich.linguistics.aliases import AliasPack, Entry
from enrich.linguistics.labels import nominative_name
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Token

_MAX_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """Tokens `first:stop` are a name of `entry`."""

    first: int
    stop: int
    entry: Entry


def listed(
    tokens: Sequence[Token],
    covered: Collection[int],
    aliases: AliasPack,
    morphology: Morphology,
    language: str,
) -> Iterator[Listed]:
    """Names of the pack outside the covered tokens, the longest first, from left to right."""
    at = 0
    while at < len(tokens):
        found = None if at in covered else _at(tokens, at, covered, aliases, morphology, language)
        if found is not None:
            yield found
        at = found.stop if found is not None else at + 1


def _at(
    tokens: Sequence[Token],
    at: int,
    covered: Collection[int],
    aliases: AliasPack,
    morphology: Morphology,
    language: str,
) -> Listed | None:
    if not tokens[at].capitalised:
        return None
    for stop in range(_furthest(tokens, at, covered), at, -1):
        words = tokens[at:stop]
        names = dict.fromkeys((_written(words), nominative_name(words, morphology, language)))
        entry = next((entry for entry in (aliases.find(name, language) for name in names) if entry), None)
        if entry is not None and (entry.type != "person" or len(words) > 1):
            return Listed(at, stop, entry)
    return None


def _furthest(tokens: Sequence[Token], at: int, covered: Collection[int]) -> int:
    """The end of the longest stretch from a token on that could be one name: words one space apart."""
    stop = at + 1
    while stop < min(at + _MAX_WORDS, len(tokens)) and stop not in covered:
        if tokens[stop].start != tokens[stop - 1].end + 1 or not tokens[stop].text[0].isalnum():
            break
        stop += 1
    return stop


def _written(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)
