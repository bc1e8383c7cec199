"""Noun phrases of Russian and Ukrainian, by the grammar of their words."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from enrich.linguistics.morphology import Morphology
from enrich.linguistics.stopwords import stop_words
from enrich.linguistics.tokens import Token
from enrich.phrases.phrase import Phrase
from enrich.phrases.weak_words import weak_words
from enrich.reading import Reading

INFLECTED: Final = frozenset({"ru", "uk"})
MAX_MODIFIERS: Final = 2
# «налог на хлеб»: a noun that needs another to say what it is about.
_LINKS: Final = frozenset("на о об про против для".split())
# What a participle says has happened is news and not a name of a thing; its lemma may be that of the verb.
_PARTICIPLE: Final = re.compile(r"((вш|ющ|ящ)(ий|ийся|ая|ее|ие)|ть|ться|ти|тись|тися)$")
_OPENING: Final = frozenset("«\"'“„([")


class InflectedPhrases:
    """Cuts `ADJ* NOUN`, `NOUN [ADJ] NOUN.gen` and `NOUN на NOUN` out of a text, without names."""

    def __init__(self, morphology: Morphology) -> None:
        self._morphology = morphology

    def phrases(self, reading: Reading) -> Iterator[Phrase]:
        """Each phrase and each shorter one inside; only such as can be put into the nominative."""
        tokens, stops = reading.tokens, stop_words(reading.language)
        weak = weak_words(reading.language)
        for at, token in enumerate(tokens):
            if token.pos != "NOUN" or not _is_word(tokens, at) or token.lemma in stops:
                continue
            if not self._has_nominative(token, reading.language):
                continue
            modifiers = _modifiers(tokens, at, stops | weak)
            if token.lemma not in weak:
                yield Phrase.of(token)
            if modifiers:
                yield Phrase.of(*modifiers, token)
            for tail in self._tails(tokens, at, stops | weak, reading.language):
                yield Phrase.of(*modifiers[-1:], token, *tail)

    def _tails(
        self, tokens: Sequence[Token], noun: int, stops: frozenset[str], language: str
    ) -> Iterator[tuple[Token, ...]]:
        """What may follow a noun as part of its name; no part of it when a name follows in its turn."""
        for tail in _possible_tails(tokens, noun, stops):
            if self._is_noun(tail[-1], language) and not _goes_on(tokens, noun + 1 + len(tail)):
                yield tail

    def _is_noun(self, token: Token, language: str) -> bool:
        """Whether the dictionary, too, has a noun in that case here: taggers take verbs for nouns."""
        readings = self._morphology.readings(token.text, language)
        return any(
            reading.grammar.pos == "NOUN" and reading.grammar.case == token.grammar.case
            for reading in readings
        )

    def _has_nominative(self, token: Token, language: str) -> bool:
        """The accusative of a thing is its nominative in form; the Ukrainian dictionary omits some cases."""
        if token.text.lower() == token.lemma:
            return True
        if token.grammar.case not in ("", "nomn"):
            if self._morphology.nominative(token.text, token.grammar, language) is not None:
                return True
            if token.grammar.case != "accs" or not self._is_noun(token, language):
                return False
        return self._morphology.may_be_nominative(token.text, language)


def _modifiers(tokens: Sequence[Token], noun: int, stops: frozenset[str]) -> tuple[Token, ...]:
    first = noun
    while first > 0 and noun - first < MAX_MODIFIERS and _modifies(tokens, first - 1, noun, stops):
        first -= 1
    return tuple(tokens[first:noun])


def _modifies(tokens: Sequence[Token], at: int, noun: int, stops: frozenset[str]) -> bool:
    word, mine, its = tokens[at], tokens[at].grammar, tokens[noun].grammar
    agrees = mine.case == its.case and mine.number == its.number
    telling = word.lemma not in stops and not _PARTICIPLE.search(word.lemma)
    return agrees and mine.pos == "ADJ" and telling and _is_word(tokens, at) and _follows(tokens, at + 1)


def _possible_tails(tokens: Sequence[Token], noun: int, stops: frozenset[str]) -> Iterator[tuple[Token, ...]]:
    after = noun + 1
    if _is_telling(tokens, after, stops, "gent"):
        yield (tokens[after],)
    is_described = _is_adjective(tokens, after, "gent") and _is_telling(tokens, after + 1, stops, "gent")
    is_linked = _follows(tokens, after) and tokens[after].text in _LINKS
    if is_described or (is_linked and _is_telling(tokens, after + 1, stops)):
        yield tuple(tokens[after : after + 2])


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """True before a name or another noun: «больница имени Петрова», «билеты на вечерний показ»."""
    return _follows(tokens, at) and (tokens[at].capitalised or tokens[at].pos == "NOUN")


def _is_telling(tokens: Sequence[Token], at: int, stops: frozenset[str], case: str | None = None) -> bool:
    if not _follows(tokens, at):
        return False
    token = tokens[at]
    fits = case is None or token.grammar.case == case
    return token.pos == "NOUN" and fits and token.lemma not in stops and _is_word(tokens, at)


def _is_adjective(tokens: Sequence[Token], at: int, case: str) -> bool:
    fits = _follows(tokens, at) and tokens[at].pos == "ADJ" and tokens[at].grammar.case == case
    return fits and _is_word(tokens, at) and not _PARTICIPLE.search(tokens[at].lemma)


def _follows(tokens: Sequence[Token], at: int) -> bool:
    """True for a word with one space before it."""
    return 0 < at < len(tokens) and tokens[at].start == tokens[at - 1].end + 1


def _is_word(tokens: Sequence[Token], at: int) -> bool:
    """True for a whole word in small letters, or with the capital that opens its sentence."""
    token = tokens[at]
    if at and tokens[at - 1].end == token.start and tokens[at - 1].text not in _OPENING:
        return False
    starts_sentence = at == 0 or tokens[at - 1].sentence != token.sentence
    return len(token.text) > 2 and token.text[0].isalpha() and (starts_sentence or not token.capitalised)
