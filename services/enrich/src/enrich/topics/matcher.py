"""Finds the terms of a lexicon in a text: compiled once for each language, one look-up a word after that."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from enrich.linguistics.tokens import Token
from enrich.topics.lexicon import GAP, Term

MAX_GAP: Final = 2
_CACHED_WORDS: Final = 20_000
# Elsewhere the tokens carry the dictionary form, and a plain word of the lexicon is one.
_PLURALS: Final = {"en": ("s", "es"), "es": ("s", "es")}


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: the tokens from `first` up to `stop`."""

    term: Term
    first: int
    stop: int


class Matcher:
    """All terms of one language. `needing` are the topics that have must terms."""

    def __init__(self, terms: Iterable[Term], language: str) -> None:
        self._exact: defaultdict[str, set[str]] = defaultdict(set)
        self._prefixes: set[str] = set()
        self._by_first: defaultdict[str, list[Term]] = defaultdict(list)
        needing: set[str] = set()
        for term in terms:
            if term.use == "must":
                needing.add(term.topic)
            self._by_first[term.words[0]].append(term)
            for word in term.words:
                self._learn(word, language)
        self.needing = frozenset(needing)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._elements = lru_cache(maxsize=_CACHED_WORDS)(self._elements_of)

    def hits(self, tokens: Sequence[Token]) -> Iterator[Hit]:
        """Every place of every term, overlaps included."""
        elements = [self._elements(token.text, token.lemma) for token in tokens]
        for at, found in enumerate(elements):
            for element in found:
                for term in self._by_first.get(element, ()):
                    stop = at + 1 if len(term.words) == 1 else _matched(term, tokens, elements, at)
                    if stop is not None:
                        yield Hit(term, at, stop)

    def _learn(self, word: str, language: str) -> None:
        if word.endswith("*"):
            self._prefixes.add(word[:-1])
            return
        self._exact[word].add(word)
        if not is_abbreviation(word):
            for form in _plurals(word, language):
                self._exact[form].add(word)

    def _elements_of(self, text: str, lemma: str) -> tuple[str, ...]:
        """The words of the lexicon that a word of the text stands for, in a fixed order."""
        low, base = plain(text), plain(lemma)
        found = {element for form in (low, base, text) for element in self._exact.get(form, ())}
        for length in self._lengths:
            for form in (low, base):
                if len(form) >= length and form[:length] in self._prefixes:
                    found.add(form[:length] + "*")
        return tuple(sorted(found))


def plain(word: str) -> str:
    """Small letters, ё as е, one kind of apostrophe."""
    return word.lower().replace("ё", "е").replace("’", "'").replace("ʼ", "'")


def is_abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _plurals(word: str, language: str) -> Iterator[str]:
    for ending in _PLURALS.get(language, ()):
        yield word + ending
    if language == "en" and word.endswith("y"):
        yield word[:-1] + "ies"
    if language == "es" and word.endswith("ión"):
        yield word[:-3] + "iones"


def _matched(
    term: Term, tokens: Sequence[Token], elements: Sequence[tuple[str, ...]], first: int
) -> int | None:
    """One past the last token of the term that begins at `first`; None when it does not go on."""
    at, gap, sentence = first, 0, tokens[first].sentence
    for word in term.words:
        if word == GAP:
            gap = MAX_GAP
            continue
        reach = range(at, min(at + gap + 1, len(tokens)))
        fitting = (place for place in reach if word in elements[place] and tokens[place].sentence == sentence)
        place = next(fitting, None)
        if place is None:
            return None
        at, gap = place + 1, 0
    return at
