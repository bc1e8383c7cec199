"""People, places and organisations in Russian: a neural tagger over the whole article, then merged."""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice, product
from typing import Final

from enrich.enrichers.base import Enricher, FacetName, Finding
from enrich.linguistics import citations
from enrich.linguistics.adjectives import is_named
from enrich.linguistics.aliases import Entry
from enrich.linguistics.gazetteer import Gazetteer, Near, Place, fold
from enrich.linguistics.labels import nominative_name, nominative_person, without_legal_form
from enrich.linguistics.listed import listed
from enrich.linguistics.models import Models
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.names import Mention, merged
from enrich.linguistics.offices import Office, Offices
from enrich.linguistics.precision import PrecisionTable
from enrich.linguistics.resolving import resolved
from enrich.linguistics.russian_spans import RussianSpans, Span, is_acronym, is_quoted
from enrich.linguistics.tagging import tags
from enrich.linguistics.tokens import Token
from enrich.reading import Reading
from newsloom_schemas.enrichment import Tag, TagKind

LANGUAGE: Final = "ru"
_COUNTRY_BELONGS: Final = frozenset(
    """
    банк суд академия совет союз федерация университет комитет агентство служба департамент министерство
    фонд институт музей лаборатория палата центр армия ассоциация собрание управление инспекция комиссия
    компартия партия
    """.split()
)
_MAX_PLACE_WORDS: Final = 3
_MAX_FORMS: Final = 64
_KINDS: Final[dict[str, TagKind]] = {"PER": "person", "LOC": "place", "ORG": "organisation"}


class RussianEntities(Enricher):
    """Names by slovnet, nominative by pymorphy, ids by gazetteer and alias pack."""

    name = "slovnet"
    version = "news-v1.2"
    facet: FacetName = "entities"
    languages: frozenset[str] | None = frozenset({LANGUAGE})
    budget = 2.0  # the longest article on a machine that has other things to do

    def __init__(self, models: Models, morphology: Morphology, gazetteer: Gazetteer) -> None:
        self._models = models
        self._morphology = morphology
        self._gazetteer = gazetteer
        self._spans = RussianSpans(models)
        self._media = citations.Media(models.aliases)
        self._offices = Offices(morphology, models.aliases)
        self._precision = PrecisionTable.load()

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        mentions = sorted(self._mentions(reading), key=lambda mention: (mention.start, -mention.end))
        authors = {tuple(fold(author).split()) for author in reading.article.authors}
        groups = [group for group in merged(mentions) if group[0].words not in authors]
        groups = resolved(groups, self._models.aliases, LANGUAGE)
        groups = [group for group in groups if is_named(group, reading)]
        return Finding(tags=tags(groups, reading.joined, self.name))

    def _mentions(self, reading: Reading) -> Iterator[Mention]:
        tokens = reading.tokens
        media = list(self._media.mentions(reading.joined.text, LANGUAGE))
        taken = [(mention.start, mention.end) for mention in media]
        spans = [
            span
            for span in self._spans.find(reading.joined, tokens)
            if not _overlaps(_bounds(span, tokens), taken)
        ]
        offices = list(self._office_names(spans, tokens))
        spans = [span for span in spans if span.type == "LOC" or not _is_part(span, offices)]
        near, seen = self._near(spans, reading), self._words_of_people(spans, reading)
        yield from media
        yield from (self._mention(span, reading, near, seen) for span in spans)
        yield from (self._office(office, reading) for office in offices)
        yield from self._passed_over(spans, offices, reading, taken)

    def _office_names(self, spans: Sequence[Span], tokens: Sequence[Token]) -> Iterator[Office]:
        """«Правительство Китая», and an acronym with the country behind it: «МИД Украины»."""
        places = {span.first: span.stop for span in spans if span.type == "LOC"}
        found = list(self._offices.find(tokens, places))
        yield from found
        initials = (span for span in spans if span.type == "ORG" and _is_initials(span, tokens))
        places.update({span.first: span.stop for span in initials})
        for span in spans:
            stop = places.get(span.stop)
            if span.type == "ORG" and stop is not None and not _is_part(span, found):
                last, country = tokens[span.stop - 1], tokens[span.stop]
                adjoins = country.start == last.end + 1 and country.grammar.case in ("gent", "accs", "")
                if adjoins and (is_acronym(last) or _has_head(tokens[span.first : span.stop])):
                    label = nominative_name(tokens[span.first : stop], self._morphology, LANGUAGE)
                    yield Office(span.first, stop, label)

    def _office(self, office: Office, reading: Reading) -> Mention:
        start, end = reading.tokens[office.first].start, reading.tokens[office.stop - 1].end
        entry = self._models.aliases.find(office.label, LANGUAGE)
        label = entry.label(LANGUAGE) if entry else office.label
        return self._made("organisation", label, start, end, "office", entry.id if entry else None)

    def _words_of_people(self, spans: Sequence[Span], reading: Reading) -> frozenset[str]:
        """Words, folded, of people's names: as written, and as full names have them in the nominative."""
        people = [span for span in spans if span.type == "PER"]
        written = {fold(token.text) for span in people for token in reading.tokens[span.first : span.stop]}
        full = (self._label(span, reading, written) for span in people if span.stop - span.first > 1)
        return frozenset(written).union(fold(label) for name in full for label in name.split())

    def _passed_over(
        self,
        spans: Sequence[Span],
        offices: Sequence[Office],
        reading: Reading,
        taken: Sequence[tuple[int, int]],
    ) -> Iterator[Mention]:
        """Names of the pack where the model saw none, and countries named by their adjectives."""
        tokens = reading.tokens
        named = {at for span in spans for at in range(span.first, span.stop)}
        covered = named.union(*(range(office.first, office.stop) for office in offices))
        for item in listed(tokens, covered, self._models.aliases, self._morphology, LANGUAGE):
            start, end = tokens[item.first].start, tokens[item.stop - 1].end
            if not _overlaps((start, end), taken):
                yield self._of_pack(item.entry, start, end)
        for at, token in enumerate(tokens):
            country = self._country_of(token) if token.pos == "ADJ" and at not in named else None
            if country is not None:
                yield self._made(
                    "place",
                    country.label(LANGUAGE),
                    token.start,
                    token.end,
                    "adjective",
                    country.id,
                    adjective=True,
                )

    def _country_of(self, adjective: Token) -> Entry | None:
        return self._models.aliases.demonym(adjective.lemma, LANGUAGE)

    def _near(self, spans: Sequence[Span], reading: Reading) -> Near:
        """The countries that the article's places and keywords point to."""
        names = {self._label(span, reading, ()) for span in spans if span.type == "LOC"}
        names.update(reading.article.keywords)
        return self._gazetteer.neighbourhood(names, LANGUAGE)

    def _mention(self, span: Span, reading: Reading, near: Near, seen: frozenset[str]) -> Mention:
        start, end = _bounds(span, reading.tokens)
        label = self._label(span, reading, seen)
        entry = self._entry(span, label, near)
        if entry is not None and (entry.media or entry.type != "person"):
            return self._of_pack(entry, start, end)
        if citations.is_outlet(label, reading.article.source):
            return citations.source(label, start, end, citations.CONFIDENCE)
        if span.type == "ORG" and citations.is_cited(reading.tokens, span.first, span.stop - 1):
            return citations.source(label, start, end, citations.GUESSED)
        # One word that the model takes for a person or club, in a country of the article: rather its town.
        if span.type == "LOC" or (
            span.stop - span.first == 1 and not is_quoted(reading.tokens, span.first, span.stop)
        ):
            place = self._place(span, label, near)
            if place is not None and (span.type == "LOC" or place.country in near):
                return self._made("place", place.label or label, start, end, "place", place.id)
        kind = _KINDS[span.type]
        return self._made(kind, label, start, end, kind)

    def _entry(self, span: Span, label: str, near: Near) -> Entry | None:
        """What the pack knows by this name; a word that is a town too names what the model takes it for."""
        entry = self._models.aliases.find(label, LANGUAGE, weak=span.type == "ORG")
        if entry is None or entry.type == "person":
            return None
        if span.type == "PER" and not entry.media:
            return None
        if entry.type == "place" and span.type == "ORG":
            return None
        if (
            entry.type == "organisation"
            and span.type == "LOC"
            and self._gazetteer.find(label, LANGUAGE, near)
        ):
            return None
        return entry

    def _of_pack(self, entry: Entry, start: int, end: int) -> Mention:
        label = entry.label(LANGUAGE)
        if entry.media:
            return citations.source(label, start, end, citations.CONFIDENCE, entry.id)
        return self._made(entry.type, label, start, end, "listed", entry.id)

    def _place(self, span: Span, label: str, near: Near) -> Place | None:
        place = self._gazetteer.find(label, LANGUAGE, near)
        if place is not None or span.stop - span.first > 1:
            return place
        lemmas = sorted(self._morphology.lemmas(label, LANGUAGE))
        found = (self._gazetteer.find(lemma, LANGUAGE, near) for lemma in lemmas)
        return next((place for place in found if place is not None), None)

    def _label(self, span: Span, reading: Reading, seen: Collection[str]) -> str:
        tokens = reading.tokens[span.first : span.stop]
        if span.type == "PER":
            label = nominative_person(tokens, self._morphology, LANGUAGE, seen)
        elif span.type == "LOC":
            label = self._place_label(tokens)
        else:
            label = nominative_name(without_legal_form(tokens), self._morphology, LANGUAGE)
        return label or reading.joined.text[tokens[0].start : tokens[-1].end]

    def _place_label(self, tokens: Sequence[Token]) -> str:
        """The nominative, singular or plural, that the gazetteer knows; else what grammar makes of it."""
        label = nominative_name(tokens, self._morphology, LANGUAGE)
        if len(tokens) > _MAX_PLACE_WORDS or self._gazetteer.find(label, LANGUAGE) is not None:
            return label
        forms = product(*(self._morphology.nominatives(token.text, LANGUAGE) for token in tokens))
        names = (" ".join(form) for form in islice(forms, _MAX_FORMS))
        return next((name for name in names if self._gazetteer.find(name, LANGUAGE) is not None), label)

    def _made(
        self,
        kind: TagKind,
        label: str,
        start: int,
        end: int,
        finding: str,
        identifier: str | None = None,
        *,
        adjective: bool = False,
    ) -> Mention:
        sureness = self._precision.of(LANGUAGE, finding)
        return Mention(
            kind=kind,
            label=label,
            id=identifier,
            start=start,
            end=end,
            confidence=sureness.confidence,
            basis=sureness.basis,
            adjective=adjective,
        )


def _is_initials(span: Span, tokens: Sequence[Token]) -> bool:
    """True for РАН in «Институт астрономии РАН», ООН in «Совет Безопасности ООН»."""
    return span.stop == span.first + 1 and is_acronym(tokens[span.first])


def _has_head(tokens: Sequence[Token]) -> bool:
    """True for «Национальный банк» and the like, which the country behind them tells from others."""
    return any(token.lemma in _COUNTRY_BELONGS for token in tokens)


def _is_part(span: Span, offices: Sequence[Office]) -> bool:
    return any(span.first < office.stop and office.first < span.stop for office in offices)


def _bounds(span: Span, tokens: Sequence[Token]) -> tuple[int, int]:
    return tokens[span.first].start, tokens[span.stop - 1].end


def _overlaps(bounds: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(bounds[0] < end and start < bounds[1] for start, end in taken)
