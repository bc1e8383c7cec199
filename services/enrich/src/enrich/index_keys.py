"""The keys by which an article is found again: neutral ones that hold across languages, and lemmas."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Final, Literal

from enrich.linguistics.skeleton import name_keys
from enrich.linguistics.stopwords import stop_words
from enrich.linguistics.tokens import Token
from enrich.reading import Reading
from newsloom_schemas.enrichment import Tag

KeyKind = Literal["name", "place", "number", "lemma"]

HEADLINE_NAME, NAME, NUMBER, LEMMA = 3, 2, 1, 1
MAX_LEMMAS: Final = 120
MIN_DIGITS: Final = 2
_NAMED: Final = frozenset({"person", "place", "organisation", "entity"})
_CONTENT: Final = frozenset({"NOUN", "ADJ", "VERB", "WORD"})
_THOUSANDS: Final = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Key:
    """A term of the index. `label` is how a reader is shown it; `weight` is its field's weight."""

    term: str
    kind: KeyKind
    weight: int
    label: str


def keys_of(reading: Reading, tags: Iterable[Tag]) -> tuple[Key, ...]:
    """All keys of an article, each term once with its highest weight."""
    best: dict[str, Key] = {}
    for key in (*_names(tags), *_numbers(reading.tokens), *_lemmas(reading.tokens, reading.language)):
        known = best.get(key.term)
        if known is None or key.weight > known.weight:
            best[key.term] = key
    return tuple(best.values())


def _names(tags: Iterable[Tag]) -> Iterator[Key]:
    for tag in tags:
        if tag.kind not in _NAMED or tag.role != "subject":
            continue
        in_headline = any(evidence.part == "headline" for evidence in tag.evidence)
        weight = HEADLINE_NAME if in_headline else NAME
        if tag.id is not None:
            yield Key(intern(tag.id), "place" if tag.kind == "place" else "name", weight, tag.label)
            continue
        for at, bones in enumerate(name_keys(tag.label)):
            # The whole name after its surname is finer evidence of the same: it adds little.
            yield Key(intern(f"n:{bones}"), "name", 1 if at else weight, tag.label)


def _numbers(tokens: Iterable[Token]) -> Iterator[Key]:
    for token in tokens:
        if token.text[0].isdigit():
            number = _THOUSANDS.sub("", token.text).replace(",", ".")
            if sum(map(str.isdigit, number)) >= MIN_DIGITS:
                yield Key(intern(f"d:{number}"), "number", NUMBER, token.text)


def _lemmas(tokens: Sequence[Token], language: str) -> Iterator[Key]:
    stops = stop_words(language)
    counted: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for token in tokens:
        is_content = token.pos in _CONTENT and len(token.text) > 2 and not token.capitalised
        if is_content and token.lemma not in stops:
            counted[token.lemma] += 1
            labels.setdefault(token.lemma, token.text)
    inflected = language in ("ru", "uk")
    for lemma, _ in counted.most_common(MAX_LEMMAS):
        yield Key(intern(f"l:{language}:{lemma}"), "lemma", LEMMA, lemma if inflected else labels[lemma])
