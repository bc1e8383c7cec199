"""What a story is about, in an editor's words: noun phrases weighed by how telling they are."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from enrich.enrichers.base import Enricher, FacetName, Finding
from enrich.linguistics.gazetteer import fold
from enrich.linguistics.labels import nominative_name
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.stopwords import stop_words
from enrich.linguistics.tokens import Token
from enrich.reading import Reading
from newsloom_schemas.enrichment import Evidence, Tag

MAX_PHRASES: Final = 8
MAX_MODIFIERS: Final = 2
MAX_WORDS: Final = 3
# A phrase says more than its parts: what each further word adds to its score.
PHRASE_BONUS: Final = 0.35
MAX_EVIDENCE: Final = 5
CONFIDENCE_FLOOR, CONFIDENCE_CEILING = 0.3, 0.7
INFLECTED: Final = frozenset({"ru", "uk"})
# Endings that nouns and adjectives do not have; the price of having no tagger for these languages.
_NOT_NOMINAL: Final = {
    "en": re.compile(r"(ly|ed|ing|[^s]es)$"),
    "es": re.compile(r"(mente|ando|iendo|aron|ieron|aban|ían|ará|erá|irá|arán|erán|irán|[aei]r|ó|aba|ía)$"),
    "fr": re.compile(r"(ment|aient|èrent|ait|er|ir)$"),
    "de": re.compile(r"(lich|te|ten|end)$"),
}
# Before a noun, or before the adjective of one, but hardly ever before a verb.
_DETERMINERS: Final = {
    "en": frozenset(
        """a an the this that these those its his her their our your my some any no each every first last
        next new of in on at for from with by about under over between into after before against during
        without says""".split()
    ),
    "es": frozenset(
        """el la los las un una unos unas este esta estos estas su sus al del de en con por para sin sobre
        tras entre contra según cada otro otra primer primera segunda tercera nuevo nueva""".split()
    ),
    "fr": frozenset(
        "le la les l un une des du de d au aux ce cette ces son sa ses leur leurs en par sur".split()
    ),
    "de": frozenset("der die das den dem des ein eine einen einem einer im am zum zur vom mit von".split()),
}
_LINKS: Final = {"es": frozenset({"de", "del"}), "fr": frozenset({"de", "du", "d"})}
# How common a word is when no list says so: about the middle of the scale of the Russian list.
_USUAL_RARITY: Final = 8.0


@dataclass(frozen=True, slots=True)
class _Phrase:
    key: tuple[str, ...]
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class _Scored:
    key: tuple[str, ...]
    score: float
    places: tuple[_Phrase, ...]


class Keyphrases(Enricher):
    """At most eight noun phrases by TF-IDF; names are left to the entities."""

    name = "noun-phrases"
    version = "1"
    facet: FacetName = "keyphrases"
    languages: frozenset[str] | None = None

    def __init__(self, models: Models, morphology: Morphology) -> None:
        self._models = models
        self._morphology = morphology

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        if reading.language == "und":
            return Finding(status="skipped", reason="the language is unknown")
        cut = _inflected if reading.language in INFLECTED else _plain
        phrases = [phrase for phrase in cut(reading) if reading.joined.part(*_bounds(phrase))]
        scored = _scored(phrases, reading, self._rarity_in(reading.language))
        chosen = _distinct(scored, {fold(tag.label) for tag in found})
        tags = tuple(self._tag(item, chosen[0].score, reading) for item in chosen)
        return Finding(tags=tags)

    def _rarity_in(self, language: str) -> Callable[[str], float]:
        return self._rarity if language == "ru" else lambda _word: _USUAL_RARITY

    def _rarity(self, lemma: str) -> float:
        """Inverse frequency of a Russian word in a large news corpus, in nats."""
        vocabulary = self._models.navec.vocab
        at = vocabulary.get(lemma)
        count = 0 if at is None or at >= len(vocabulary.counts) else vocabulary.counts[at]
        return self._corpus_log - math.log(count + 100)

    @cached_property
    def _corpus_log(self) -> float:
        return math.log(sum(self._models.navec.vocab.counts))

    def _tag(self, item: _Scored, best: float, reading: Reading) -> Tag:
        places = (reading.joined.evidence(*_bounds(phrase)) for phrase in item.places)
        evidence: tuple[Evidence, ...] = tuple(place for place in places if place is not None)
        confidence = CONFIDENCE_FLOOR + (CONFIDENCE_CEILING - CONFIDENCE_FLOOR) * item.score / best
        return Tag(
            kind="keyphrase",
            label=self._label(item.places, reading.language)[:200],
            confidence=round(confidence, 2),
            basis="heuristic",
            method=self.name,
            evidence=evidence[:MAX_EVIDENCE],
        )

    def _label(self, places: Sequence[_Phrase], language: str) -> str:
        if language in INFLECTED:
            labels = (nominative_name(phrase.tokens, self._morphology, language) for phrase in places)
        else:
            labels = (" ".join(token.text for token in phrase.tokens) for phrase in places)
        # The form used most often; the first of equals, so that the result does not depend on chance.
        return Counter(label.lower() for label in labels).most_common(1)[0][0]


def _inflected(reading: Reading) -> Iterator[_Phrase]:
    """ADJ* NOUN [NOUN in the genitive], and each shorter phrase inside, without names and stop words."""
    stops, tokens = stop_words(reading.language), reading.tokens
    for at, token in enumerate(tokens):
        if token.pos != "NOUN" or not _is_word(tokens, at) or token.lemma in stops:
            continue
        modifiers = _modifiers(tokens, at, stops)
        yield _phrase((token,))
        if modifiers:
            yield _phrase((*modifiers, token))
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is not None and _is_genitive(after, token, stops) and _is_word(tokens, at + 1):
            yield _phrase((*modifiers[-1:], token, after))


def _modifiers(tokens: Sequence[Token], noun: int, stops: frozenset[str]) -> tuple[Token, ...]:
    first = noun
    while first > 0 and noun - first < MAX_MODIFIERS and _modifies(tokens, first - 1, noun, stops):
        first -= 1
    return tuple(tokens[first:noun])


def _modifies(tokens: Sequence[Token], at: int, noun: int, stops: frozenset[str]) -> bool:
    mine, its = tokens[at].grammar, tokens[noun].grammar
    agrees = mine.case == its.case and mine.number == its.number
    is_adjective = mine.pos == "ADJ" and tokens[at].lemma not in stops and _is_word(tokens, at)
    return agrees and is_adjective and tokens[at].end + 1 == tokens[at + 1].start


def _is_genitive(token: Token, head: Token, stops: frozenset[str]) -> bool:
    adjacent = token.start == head.end + 1
    return adjacent and token.pos == "NOUN" and token.grammar.case == "gent" and token.lemma not in stops


def _is_word(tokens: Sequence[Token], at: int) -> bool:
    """True for a word in small letters, or with the capital that opens its sentence."""
    token = tokens[at]
    starts_sentence = at == 0 or tokens[at - 1].sentence != token.sentence
    return len(token.text) > 2 and token.text[0].isalpha() and (starts_sentence or not token.capitalised)


def _plain(reading: Reading) -> Iterator[_Phrase]:
    """Runs of one to three telling words; in Romance languages `de` may link two of them."""
    links = _LINKS.get(reading.language, frozenset())
    ending = _NOT_NOMINAL.get(reading.language)
    determiners = _DETERMINERS.get(reading.language)
    tokens = reading.tokens
    openers = {token.lemma for before, token in pairwise(tokens) if _opens(before, token, determiners)}
    heads = {token.lemma for token, after in pairwise(tokens) if not _continues((token, after), frozenset())}
    heads &= openers
    for first in range(len(tokens)):
        if tokens[first].lemma not in openers:
            continue
        for stop in range(first + 1, min(first + MAX_WORDS, len(tokens)) + 1):
            run = tokens[first:stop]
            if not _continues(run, links):
                break
            is_linked = any(token.text in links for token in run)
            is_head_last = run[-1].lemma in heads or is_linked
            if is_head_last and all(_is_nominal(token, ending) for token in (run[0], run[-1])):
                yield _phrase(tuple(run))


def _opens(before: Token, token: Token, determiners: frozenset[str] | None) -> bool:
    """True for a word right after a determiner or preposition: it opens a noun phrase."""
    adjacent = before.sentence == token.sentence and token.start == before.end + 1
    return determiners is None or (adjacent and before.text.lower() in determiners)


def _continues(run: Sequence[Token], links: frozenset[str]) -> bool:
    token = run[-1]
    joined = len(run) == 1 or (token.start == run[-2].end + 1 and token.sentence == run[-2].sentence)
    telling = token.pos == "WORD" and not token.capitalised
    return joined and (telling or (len(run) == 2 and token.text in links))


def _is_nominal(token: Token, ending: re.Pattern[str] | None) -> bool:
    return token.pos == "WORD" and len(token.text) > 2 and not (ending and ending.search(token.text))


def _phrase(tokens: tuple[Token, ...]) -> _Phrase:
    return _Phrase(tuple(token.lemma for token in tokens), tokens)


def _bounds(phrase: _Phrase) -> tuple[int, int]:
    return phrase.tokens[0].start, phrase.tokens[-1].end


def _scored(phrases: Iterable[_Phrase], reading: Reading, rarity: Callable[[str], float]) -> list[_Scored]:
    """Phrases with their weight, the heaviest first. The headline counts three times, the lead twice."""
    places: dict[tuple[str, ...], list[_Phrase]] = defaultdict(list)
    for phrase in phrases:
        places[phrase.key].append(phrase)
    weights = {"headline": 3.0, "lead": 2.0, "body": 1.0}
    scored: list[_Scored] = []
    for key, found in places.items():
        parts = (reading.joined.part(*_bounds(phrase)) for phrase in found)
        frequency = sum(weights[part] for part in parts if part is not None)
        if len(found) > 1 or frequency > 1:
            telling = sum(map(rarity, key)) / len(key)
            score = math.log1p(frequency) * telling * (1 + PHRASE_BONUS * (len(key) - 1))
            scored.append(_Scored(key, score, tuple(found)))
    return sorted(scored, key=lambda item: (-item.score, item.places[0].tokens[0].start, item.key))


def _distinct(scored: Iterable[_Scored], names: set[str]) -> list[_Scored]:
    """The best phrases, none of which repeats a word of a better one or a name."""
    taken: set[str] = {word for name in names for word in name.split()}
    chosen: list[_Scored] = []
    for item in scored:
        if taken.isdisjoint(item.key) and len(chosen) < MAX_PHRASES:
            chosen.append(item)
            taken.update(word for word in item.key if len(word) > 3)
    return chosen
