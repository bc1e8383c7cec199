"""What a story is about, in an editor's words: noun phrases weighed by how telling they are."""

import math
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from enrich.enrichers.base import Enricher, FacetName, Finding
from enrich.linguistics.gazetteer import fold
from enrich.linguistics.labels import nominative_name
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology
from enrich.phrases.inflected import INFLECTED, InflectedPhrases
from enrich.phrases.phrase import Phrase
from enrich.phrases.plain import plain_phrases
from enrich.phrases.ranking import Ranked, Rarity, chosen, ranked
from enrich.reading import Reading
from newsloom_schemas.enrichment import Evidence, Tag

MAX_EVIDENCE: Final = 5
CONFIDENCE_FLOOR, CONFIDENCE_CEILING = 0.3, 0.7
# How rare a word is where no list says so: rare enough to stand alone.
_USUAL_RARITY: Final = 11.0


class Keyphrases(Enricher):
    """At most eight noun phrases; names are left to the entities, topics to the subjects."""

    name = "noun-phrases"
    version = "2"
    facet: FacetName = "keyphrases"
    languages: frozenset[str] | None = None

    def __init__(self, models: Models, morphology: Morphology) -> None:
        self._models = models
        self._morphology = morphology
        self._inflected = InflectedPhrases(morphology)

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        if reading.language == "und":
            return Finding(status="skipped", reason="the language is unknown")
        inflected = reading.language in INFLECTED
        cut = self._inflected.phrases(reading) if inflected else plain_phrases(reading)
        phrases = [phrase for phrase in cut if reading.joined.evidence(phrase.start, phrase.end)]
        items = ranked(phrases, reading, self._rarity_in(reading.language))
        said = _Said(found, self._morphology, reading.language)
        names = (tag.label for tag in found if tag.kind != "subject")
        best = chosen(
            items, names, lambda item: said.has(item.key, self._label(item.places, reading.language))
        )
        return Finding(tags=tuple(self._tag(item, best[0].score, reading) for item in best))

    def _rarity_in(self, language: str) -> Rarity:
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

    def _tag(self, item: Ranked, best: float, reading: Reading) -> Tag:
        places = (reading.joined.evidence(phrase.start, phrase.end) for phrase in item.places)
        evidence: tuple[Evidence, ...] = tuple(place for place in places if place is not None)
        confidence = CONFIDENCE_FLOOR + (CONFIDENCE_CEILING - CONFIDENCE_FLOOR) * item.score / best
        return Tag(
            kind="keyphrase",
            label=self._label(item.places, reading.language)[:200],
            confidence=round(min(confidence, CONFIDENCE_CEILING), 2),
            basis="heuristic",
            method=self.name,
            evidence=evidence[:MAX_EVIDENCE],
        )

    def _label(self, places: Sequence[Phrase], language: str) -> str:
        if language in INFLECTED:
            labels = (nominative_name(phrase.tokens, self._morphology, language) for phrase in places)
        else:
            labels = (" ".join(token.text for token in phrase.tokens) for phrase in places)
        # The form used most often; the first of equals, so that the result does not depend on chance.
        return Counter(label.lower() for label in labels).most_common(1)[0][0]


class _Said:
    """What the other tags of the article say already."""

    def __init__(self, found: Sequence[Tag], morphology: Morphology, language: str) -> None:
        self._labels = {fold(tag.label) for tag in found}
        subjects = [fold(tag.label).split() for tag in found if tag.kind == "subject"]
        self._subjects = [_lemmas(words, morphology, language) for words in subjects]

    def has(self, key: Sequence[str], label: str) -> bool:
        words = {word for word in key if len(word) > 2}
        return fold(label) in self._labels or any(_is_covered(words, said) for said in self._subjects)


def _lemmas(words: Sequence[str], morphology: Morphology, language: str) -> frozenset[str]:
    if language not in INFLECTED:
        return frozenset(words)
    return frozenset(words).union(*(morphology.lemmas(word, language) for word in words))


def _is_covered(words: set[str], said: frozenset[str]) -> bool:
    """Whether a subject's label has every word; a stem is in a label when one of its words begins so."""
    return all(
        word in said or any(len(word) > 3 and other.startswith(word) for other in said) for word in words
    )
