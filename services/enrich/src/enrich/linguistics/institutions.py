"""Institutions whose names go on in small letters: «Міністерство охорони здоров'я», «Національна поліція».

Runs of capitals stop after their first word. Grammar says how far they reach: adjectives before the head
agree with it, and what it is for follows in the genitive.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from enrich.linguistics.cues import ORGANISATION_WORDS, REGION_WORDS
from enrich.linguistics.gazetteer import fold
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Token
from newsloom_schemas.enrichment import TagKind

_MAX_BEFORE: Final = 3
_MAX_AFTER: Final = 6
_JOINS: Final = frozenset({"і", "й", "та", "з", "із", "імені", "ім"})


@dataclass(frozen=True, slots=True)
class Institution:
    """Tokens `first:stop` name an organisation, or a region such as «Харківська область»."""

    first: int
    stop: int
    kind: TagKind


def institutions(tokens: Sequence[Token], morphology: Morphology) -> Iterator[Institution]:
    """Institutions in a Ukrainian text, from left to right, each of at least two words."""
    done = 0
    for at, token in enumerate(tokens):
        if at < done or not _is_head(token):
            continue
        first = _start(tokens, at, done)
        if not tokens[first].capitalised:
            continue
        is_region = fold(token.lemma) in REGION_WORDS
        stop = at + 1 if is_region else _stop(tokens, at, morphology)
        if stop - first > 1 and not (is_region and first == at):
            yield Institution(first, stop, "place" if is_region else "organisation")
            done = stop


def _is_head(token: Token) -> bool:
    return token.pos == "NOUN" and (
        fold(token.lemma) in ORGANISATION_WORDS or fold(token.lemma) in REGION_WORDS
    )


def _start(tokens: Sequence[Token], head: int, least: int) -> int:
    """The first of the adjectives before a head, of which the first has the capital of the name."""
    first = head
    while first > max(least, head - _MAX_BEFORE) and _agrees(tokens, first - 1, head):
        first -= 1
        if tokens[first].capitalised:
            break
    # An adjective in small letters before a capital head is no part of the name.
    return first if tokens[first].capitalised else head


def _agrees(tokens: Sequence[Token], at: int, head: int) -> bool:
    token, noun = tokens[at], tokens[head].grammar
    adjoins = tokens[at + 1].start == token.end + 1 and token.sentence == tokens[head].sentence
    return adjoins and token.pos == "ADJ" and noun.case in (token.grammar.case, "")


def _stop(tokens: Sequence[Token], head: int, morphology: Morphology) -> int:
    """The end of what the head is for: a chain in the genitive, ended by a noun or a name."""
    stop = end = head + 1
    while stop < min(head + 1 + _MAX_AFTER, len(tokens)) and tokens[stop].start == tokens[stop - 1].end + 1:
        token = tokens[stop]
        nominal = token.pos in ("ADJ", "NOUN") and morphology.may_have_case(token.text, "gent", "uk")
        if not nominal and token.text not in _JOINS:
            break
        # A capital after the first word begins another name, unless it is the country or the person honoured.
        if token.capitalised and tokens[stop - 1].text not in ("імені", "ім"):
            return stop + 1 if _closes(token) else end
        stop += 1
        end = stop if token.pos == "NOUN" and token.text not in _JOINS else end
    return end


def _closes(token: Token) -> bool:
    return token.lemma in ("україна", "європа", "нато", "оон") or token.text.isupper()
