"""Which reading of a Ukrainian word is meant: the dictionary gives no odds, so its neighbours decide."""

from collections.abc import Sequence
from typing import Final

from enrich.linguistics.morphology import Grammar, Reading

# The cases that a preposition governs.
_GOVERNING: Final = {
    "до від без для після біля серед проти крім із-за з-за з-під коло навколо": "gent",
    "з із зі": "gent ablt",
    "у в на о об": "loct accs",
    "за під над між перед": "ablt accs",
    "про через крізь": "accs",
    "при по": "loct",
}
GOVERNED: Final = {
    word: frozenset(cases.split()) for words, cases in _GOVERNING.items() for word in words.split()
}
MAX_MODIFIERS: Final = 2
Readings = Sequence[Reading]


def disambiguated(words: Sequence[str], readings: Sequence[Readings]) -> list[Reading]:
    """One reading for each word: nouns agree with the adjectives before them and obey their preposition."""
    chosen = [options[0] for options in readings]
    for at, options in enumerate(readings):
        if chosen[at].grammar.pos != "NOUN":
            continue
        first = at
        while at - first < MAX_MODIFIERS and first > 0 and _agreeing_any(readings[first - 1], options):
            first -= 1
        governed = GOVERNED.get(words[first - 1].lower(), frozenset()) if first else frozenset()
        nouns = [option for option in options if option.grammar.pos == "NOUN"]
        chosen[at] = max(nouns, key=lambda noun: _fit(noun, readings[first:at], governed))
        for before in range(first, at):
            fitting = [option for option in readings[before] if _agrees(option.grammar, chosen[at].grammar)]
            chosen[before] = fitting[0] if fitting else chosen[before]
    return chosen


def _fit(noun: Reading, modifiers: Sequence[Readings], governed: frozenset[str]) -> int:
    agreeing = sum(any(_agrees(option.grammar, noun.grammar) for option in options) for options in modifiers)
    return 2 * agreeing + 3 * (noun.grammar.case in governed)


def _agreeing_any(modifiers: Readings, nouns: Readings) -> bool:
    return any(_agrees(adjective.grammar, noun.grammar) for adjective in modifiers for noun in nouns)


def _agrees(adjective: Grammar, noun: Grammar) -> bool:
    same = adjective.case == noun.case and adjective.number == noun.number
    return adjective.pos == "ADJ" and same and (noun.number == "plur" or adjective.gender == noun.gender)
