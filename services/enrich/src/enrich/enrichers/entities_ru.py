"""People, places and organisations in Russian: a neural tagger over the whole article, then merged."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from enrich.enrichers.base import Enricher, FacetName, Finding
from enrich.linguistics import citations
from enrich.linguistics.agencies import canonical_agency
from enrich.linguistics.gazetteer import Gazetteer, Near, Place, fold
from enrich.linguistics.labels import nominative_name, nominative_person
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.names import Mention, merged, tags
from enrich.linguistics.organisations import OFFICES, organisation
from enrich.linguistics.tokens import Token
from enrich.reading import Reading
from newsloom_schemas.enrichment import Tag, TagKind

# Precision of the model on factRuEval-2016, document level.
PRECISION: Final = {"PER": 0.85, "LOC": 0.85, "ORG": 0.73}
_KINDS: Final[dict[str, TagKind]] = {"PER": "person", "LOC": "place", "ORG": "organisation"}
# An office together with its country is one organisation: «МИД Украины».
_OFFICE_HEADS: Final = frozenset("министерство правительство парламент минобороны госдума".split())
_FEATURES_SHORT: Final = 5


@dataclass(frozen=True, slots=True)
class _Span:
    """A name found by the model, with the tokens it covers: `tokens[first:stop]`."""

    type: str
    first: int
    stop: int


class RussianEntities(Enricher):
    """Names by slovnet, nominative by pymorphy, ids by gazetteer."""

    name = "slovnet"
    version = "news-v1.1"
    facet: FacetName = "entities"
    languages: frozenset[str] | None = frozenset({"ru"})

    def __init__(self, models: Models, morphology: Morphology, gazetteer: Gazetteer) -> None:
        self._models = models
        self._morphology = morphology
        self._gazetteer = gazetteer

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        known = list(citations.agencies(reading.joined.text, "ru"))
        taken = [(mention.start, mention.end) for mention in known]
        spans = [span for span in self._spans(reading) if not _overlaps(_bounds(span, reading.tokens), taken)]
        near = self._near(spans, reading)
        mentions = [*known, *(self._mention(span, reading, near) for span in spans)]
        mentions.sort(key=lambda mention: mention.start)
        authors = {tuple(fold(author).split()) for author in reading.article.authors}
        groups = [group for group in merged(mentions) if group[0].words not in authors]
        return Finding(tags=tags(groups, reading.joined, self.name))

    def _spans(self, reading: Reading) -> Iterator[_Span]:
        if not reading.tokens:
            return
        found = list(self._found(reading))
        spans = sorted([*found, *_repeated(found, reading.tokens)], key=lambda span: span.first)
        for span, after in zip_longest(spans, spans[1:]):
            if after is not None and self._is_office_of(span, after, reading.tokens):
                # The country of an office is still a place of the article: it comes round as `after`.
                yield _Span("ORG", span.first, after.stop)
            else:
                yield span

    def _found(self, reading: Reading) -> Iterator[_Span]:
        """Names as the model finds them, in whole tokens, without what follows in brackets."""
        tokens = reading.tokens
        starts = [token.start for token in tokens]
        for span in self._models.ner(reading.joined.text).spans:
            first, stop = bisect_left(starts, span.start), bisect_left(starts, span.stop)
            stop = next((at for at in range(first, stop) if tokens[at].text == "("), stop)
            if stop == first or _is_adjective(tokens[first:stop]):
                continue
            if reading.joined.evidence(tokens[first].start, tokens[stop - 1].end) is not None:
                yield _Span(span.type, first, stop)

    def _is_office_of(self, span: _Span, after: _Span, tokens: Sequence[Token]) -> bool:
        if span.type != "ORG" or after.type != "LOC" or span.stop != after.first:
            return False
        last, country = tokens[span.stop - 1], tokens[after.first]
        is_office = (last.text.isupper() and len(last.text) <= _FEATURES_SHORT) or last.lemma in _OFFICE_HEADS
        return is_office and country.grammar.case == "gent" and country.start == last.end + 1

    def _near(self, spans: Sequence[_Span], reading: Reading) -> Near:
        """The countries that the article's places and keywords point to."""
        names = {self._label(span, reading) for span in spans if span.type == "LOC"}
        names.update(reading.article.keywords)
        return self._gazetteer.neighbourhood(names, "ru")

    def _mention(self, span: _Span, reading: Reading, near: Near) -> Mention:
        start, end = _bounds(span, reading.tokens)
        label = self._label(span, reading)
        agency = canonical_agency(label, "ru")
        if agency is not None:
            return citations.source(agency, start, end, citations.CONFIDENCE)
        if citations.is_outlet(label, reading.article.source):
            return citations.source(label, start, end, citations.CONFIDENCE)
        if span.type == "ORG" and citations.is_cited(reading.tokens, span.first, span.stop - 1):
            return citations.source(label, start, end, citations.GUESSED)
        kind, identifier, label = self._identified(span, label, reading, near)
        return Mention(
            kind=kind,
            label=label,
            id=identifier,
            start=start,
            end=end,
            confidence=PRECISION[span.type],
            basis="measured",
        )

    def _identified(
        self, span: _Span, label: str, reading: Reading, near: Near
    ) -> tuple[TagKind, str | None, str]:
        listed = organisation(label, "ru") if span.type != "PER" else None
        if listed is not None:
            return "organisation", listed[0], listed[1]
        if span.type == "LOC" and fold(label) in OFFICES:
            return "organisation", None, OFFICES[fold(label)]
        # One word that the model takes for a person or club, in a country of the article: rather its town.
        if span.type == "LOC" or span.stop - span.first == 1:
            place = self._place(span, label, near)
            if place is not None and (span.type == "LOC" or place.country in near):
                return "place", place.id, place.label or label
        return _KINDS[span.type], None, label

    def _place(self, span: _Span, label: str, near: Near) -> Place | None:
        place = self._gazetteer.find(label, "ru", near)
        if place is not None or span.stop - span.first > 1:
            return place
        lemmas = sorted(self._morphology.lemmas(label, "ru"))
        found = (self._gazetteer.find(lemma, "ru", near) for lemma in lemmas)
        return next((place for place in found if place is not None), None)

    def _label(self, span: _Span, reading: Reading) -> str:
        tokens = reading.tokens[span.first : span.stop]
        make: Any = nominative_person if span.type == "PER" else nominative_name
        label: str = make(tokens, self._morphology, "ru")
        return label or reading.joined.text[tokens[0].start : tokens[-1].end]


def _repeated(spans: Sequence[_Span], tokens: Sequence[Token]) -> Iterator[_Span]:
    """Surnames that the model found in one place of the article and passed over in another."""
    covered = {at for span in spans for at in range(span.first, span.stop)}
    surnames = {tokens[span.stop - 1].lemma for span in spans if span.type == "PER"}
    for at, token in enumerate(tokens):
        if at not in covered and token.pos == "PROPN" and token.capitalised and token.lemma in surnames:
            yield _Span("PER", at, at + 1)


def _is_adjective(tokens: Sequence[Token]) -> bool:
    """A compound such as «украинско-испанский» at the start of a sentence is no name."""
    return len(tokens) == 1 and tokens[0].pos == "ADJ" and "-" in tokens[0].text


def _bounds(span: _Span, tokens: Sequence[Token]) -> tuple[int, int]:
    return tokens[span.first].start, tokens[span.stop - 1].end


def _overlaps(bounds: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(bounds[0] < end and start < bounds[1] for start, end in taken)
