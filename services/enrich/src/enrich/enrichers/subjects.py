"""IPTC Media Topics by a curated lexicon and by the source's own sections: precise before complete."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

from enrich.enrichers.base import Enricher, FacetName, Finding
from enrich.reading import Reading
from enrich.topics.lexicon import LANGUAGES, Lexicon
from enrich.topics.matcher import Hit, Matcher
from enrich.topics.scoring import MAX_TOPICS, Cue, Judge, Judged, counting
from enrich.topics.sections import Declared, SectionMap
from enrich.topics.vocabulary import Vocabulary
from newsloom_schemas.enrichment import Tag

MAX_EVIDENCE: Final = 5
# For just enough points, and for any number of them. On the labelled articles of this repository 85 % of the
# former and 99 % of the latter are right; the lexicon may not know the next article as well: less is claimed.
LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.65, 0.95
DECLARED_CONFIDENCE: Final = 0.7
NO_LEXICON: Final = "there is no subject lexicon for {language}; only the source's own sections were read"


class Subjects(Enricher):
    """At most five topics. Loads its data on first use; `sections` is a newsroom's own section map."""

    name = "iptc-lexicon"
    version = "1"
    facet: FacetName = "subjects"
    languages: frozenset[str] | None = None

    def __init__(self, sections: Path | None = None) -> None:
        self._own_sections = sections

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        if reading.language == "und":
            return Finding(status="skipped", reason="the language is unknown")
        article = reading.article
        section = (article.section,) if article.section else ()
        declared = self._sections.declared(article.source, (*section, *article.keywords))
        judged = self._judged(reading, declared)
        tags = tuple(self._tags(judged, declared, reading.language))[:MAX_TOPICS]
        if reading.language not in LANGUAGES:
            return Finding(tags=tags, status="partial", reason=NO_LEXICON.format(language=reading.language))
        return Finding(tags=tags)

    def _judged(self, reading: Reading, declared: Declared) -> tuple[Judged, ...]:
        matcher = self._matchers.get(reading.language)
        if matcher is None or not reading.tokens:
            return ()
        hits = counting(matcher.hits(reading.tokens), matcher.needing)
        cues = {topic: [*_cues(found, reading)] for topic, found in hits.items()}
        present = {topic: found for topic, found in cues.items() if found}
        return self._judge.topics(present, declared.any, reading.tokens[-1].sentence + 1)

    def _tags(self, judged: Sequence[Judged], declared: Declared, language: str) -> Iterator[Tag]:
        """The source's own word first, unless a narrower topic says the same."""
        said = {code for item in judged for code in (item.code, *self._vocabulary.ancestors(item.code))}
        for code in sorted(declared.certain - said):
            yield self._tag(code, language, DECLARED_CONFIDENCE, "section-map")
        for item in judged:
            tag = self._tag(item.code, language, _confidence(item.surplus), self.name)
            yield tag.model_copy(update={"evidence": item.places[:MAX_EVIDENCE]})

    def _tag(self, code: str, language: str, confidence: float, method: str) -> Tag:
        topic = self._vocabulary[code]
        return Tag(
            kind="subject",
            label=topic.label(language),
            labels=dict(topic.labels),
            id=topic.id,
            confidence=confidence,
            basis="heuristic",
            method=method,
        )

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon.load()

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary.load(self._lexicon.labels)

    @cached_property
    def _sections(self) -> SectionMap:
        return SectionMap.load(self._vocabulary, self._own_sections)

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self._vocabulary, self._lexicon.covered)

    @cached_property
    def _matchers(self) -> Mapping[str, Matcher]:
        return {language: Matcher(terms, language) for language, terms in self._lexicon.terms.items()}


def _cues(hits: Sequence[Hit], reading: Reading) -> Iterator[Cue]:
    for hit in hits:
        first, last = reading.tokens[hit.first], reading.tokens[hit.stop - 1]
        place = reading.joined.evidence(first.start, last.end)
        if place is not None:
            yield Cue(hit.term, first.sentence, place)


def _confidence(surplus: float) -> float:
    span = MOST_CONFIDENCE - LEAST_CONFIDENCE
    return round(LEAST_CONFIDENCE + span * (1 - math.exp(1 - surplus)), 2)
