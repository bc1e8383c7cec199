"""Words of a text with what grammar says about them, in one shape for every language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from enrich.linguistics.convnet import GrammarTagger
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Grammar, Morphology
from enrich.linguistics.sentences import sentence_bounds
from enrich.linguistics.stopwords import stop_words
from enrich.linguistics.ukrainian import disambiguated
from enrich.linguistics.words import word_bounds

_WORD: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’‑-][^\W\d_]+)*|[^\w\s]|\w+")
# Stems of other languages come from snowball; the rest are left as they are.
_STEMMERS: Final = {"en": "english", "es": "spanish", "de": "german", "fr": "french", "pl": "polish"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark; `start` and `end` are offsets into the text it was cut from.

    `pos` is a Universal Dependencies tag for Russian and Ukrainian; elsewhere WORD, STOP, NUM or PUNCT.
    """

    text: str
    start: int
    end: int
    lemma: str
    grammar: Grammar
    sentence: int

    @property
    def pos(self) -> str:
        return self.grammar.pos

    @property
    def capitalised(self) -> bool:
        return self.text[:1].isupper()


class Tokeniser:
    """Cuts and tags texts with the models it is given."""

    def __init__(self, models: Models, morphology: Morphology) -> None:
        self._models = models
        self._morphology = morphology

    @cached_property
    def _grammar(self) -> GrammarTagger:
        return GrammarTagger(self._models.morph)

    def tokens(self, text: str, language: str) -> tuple[Token, ...]:
        if language == "ru":
            return tuple(self._russian(text))
        if language == "uk":
            return tuple(self._ukrainian(text))
        return tuple(self._stemmed(text, language))

    def _russian(self, text: str) -> Iterator[Token]:
        sentences = [
            [(first + start, first + end) for start, end in word_bounds(text[first:last])]
            for first, last in sentence_bounds(text, "ru")
        ]
        words = [[text[start:end] for start, end in sentence] for sentence in sentences]
        grammars = iter(self._grammar.grammars(words))
        for number, (bounds, line) in enumerate(zip(sentences, words, strict=True)):
            for (start, end), word in zip(bounds, line, strict=True):
                grammar = next(grammars)
                lemma = self._morphology.lemma(word, grammar, "ru")
                yield Token(word, start, end, lemma, grammar, number)

    def _ukrainian(self, text: str) -> Iterator[Token]:
        words = list(_words(text, "uk"))
        readings = [self._morphology.readings(word[0], "uk") for word in words]
        chosen = disambiguated([word[0] for word in words], readings)
        for (word, start, end, sentence), reading in zip(words, chosen, strict=True):
            yield Token(word, start, end, reading.lemma, reading.grammar, sentence)

    def _stemmed(self, text: str, language: str) -> Iterator[Token]:
        stops, stem = stop_words(language), self._stemmer(language)
        for written, start, _end, sentence in _words(text, language):
            # A possessive ends the name or phrase that it stands on.
            word = written.removesuffix("'s").removesuffix("’s")
            low = word.lower()
            pos = _kind(word, low in stops)
            lemma = stem(low) if pos == "WORD" else low
            yield Token(word, start, start + len(word), lemma, Grammar(pos=pos), sentence)

    def _stemmer(self, language: str):  # type: ignore[no-untyped-def] # the library has no types
        name = _STEMMERS.get(language)
        if name is None:
            return str.lower
        import snowballstemmer

        return snowballstemmer.stemmer(name).stemWord


def _kind(word: str, is_stop: bool) -> str:
    if word[0].isdigit():
        return "NUM"
    if not word[0].isalpha():
        return "PUNCT"
    return "STOP" if is_stop or len(word) < 2 else "WORD"


def _words(text: str, language: str = "und") -> Iterator[tuple[str, int, int, int]]:
    """Words with offsets and the number of their sentence."""
    for number, (first, last) in enumerate(sentence_bounds(text, language)):
        for match in _WORD.finditer(text, first, last):
            yield match.group(), match.start(), match.end(), number
