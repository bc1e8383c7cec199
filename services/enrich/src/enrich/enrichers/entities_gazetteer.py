"""Names in languages without a trained model: gazetteer and capital letters, at an honest low confidence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from enrich.enrichers.base import Enricher, FacetName, Finding
from enrich.linguistics import citations
from enrich.linguistics.aliases import AliasPack
from enrich.linguistics.capitals import (
    Run,
    capitalised_runs,
    is_function,
    is_title_case,
    listed_pieces,
    split_at_listed,
)
from enrich.linguistics.cues import SPEECH_WORDS, TITLES
from enrich.linguistics.gazetteer import Gazetteer, Near, Place, fold
from enrich.linguistics.labels import nominative_name, nominative_person
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.names import Mention, merged
from enrich.linguistics.precision import PrecisionTable
from enrich.linguistics.resolving import resolved
from enrich.linguistics.tagging import tags
from enrich.linguistics.tokens import Token
from enrich.reading import Reading
from newsloom_schemas.enrichment import Tag, TagKind

COUNTRY, CITY, LISTED, CUED, UNTYPED = 0.8, 0.65, 0.8, 0.5, 0.4
# A one-word name of a smaller town is more often somebody's surname or an ordinary word.
MIN_ONE_WORD_CITY: Final = 50_000
# Every German noun is capitalised: only listed names can be told from words.
_CAPITALS_MEAN_NOTHING: Final = frozenset({"de"})
REASON: Final = "names by gazetteer and capital letters; there is no trained model for {language}"


class GazetteerEntities(Enricher):
    """Places with ids, agencies as sources, everything else that has a capital as an untyped entity."""

    name = "gazetteer"
    version = "1"
    facet: FacetName = "entities"
    languages: frozenset[str] | None = None

    def __init__(self, morphology: Morphology, gazetteer: Gazetteer, aliases: AliasPack) -> None:
        self._morphology = morphology
        self._gazetteer = gazetteer
        self._aliases = aliases
        self._media = citations.Media(aliases)
        self._precision = PrecisionTable.load()

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        if reading.language == "und":
            return Finding(status="skipped", reason="the language is unknown")
        known = list(self._media.mentions(reading.joined.text, reading.language))
        runs = [run for run in self._runs(reading) if not _is_within(run, known)]
        near = self._near(runs, reading)
        mentions = [*known, *self._mentions(runs, reading, near)]
        mentions.sort(key=lambda mention: mention.start)
        authors = {tuple(fold(author).split()) for author in reading.article.authors}
        groups = [group for group in merged(mentions) if group[0].words not in authors]
        groups = resolved(groups, self._aliases, reading.language)
        return Finding(
            tags=tags(groups, reading.joined, self.name),
            status="partial",
            reason=REASON.format(language=reading.language),
        )

    def _runs(self, reading: Reading) -> Iterator[Run]:
        """Runs that are names: the doubtful first word of a sentence stays only if it proves itself."""
        runs = list(capitalised_runs(reading.tokens, reading.language))
        headline_end = len(reading.article.headline)
        if is_title_case(reading.tokens, headline_end):
            headline = [run for run in runs if run.start < headline_end]
            pieces = (listed_pieces(run, lambda piece: self._is_listed(piece, reading)) for run in headline)
            runs = [*(piece for found in pieces for piece in found), *runs[len(headline) :]]
        inside = Counter(token.text for run in runs if not run.opens for token in run.tokens)
        for run in runs:
            trimmed = self._trimmed(run, inside, reading)
            if trimmed is not None:
                yield from split_at_listed(trimmed, lambda piece: self._stands_alone(piece, reading))

    def _trimmed(self, run: Run, inside: Counter[str], reading: Reading) -> Run | None:
        while run.tokens and not self._is_listed(run, reading):
            if not self._is_no_name(run, inside, reading.language):
                return run
            run = run.piece(1, len(run.tokens))
        return run if run.tokens else None

    def _is_no_name(self, run: Run, inside: Counter[str], language: str) -> bool:
        """True when the first word of the run is no part of a name."""
        first = run.tokens[0]
        if is_function(first) or first.lemma in TITLES or fold(first.text) in TITLES:
            return True
        if not run.opens or inside[first.text]:
            return False
        common = language == "uk" and self._morphology.is_common_noun(first.text, "uk")
        return common if len(run.tokens) > 1 else True

    def _is_listed(self, run: Run, reading: Reading) -> bool:
        if len(run.tokens) == 1 and is_function(run.tokens[0]):
            return False
        return any(
            self._aliases.find(name, reading.language) or self._gazetteer.find(name, reading.language)
            for name in self._forms(run, reading)
        )

    def _stands_alone(self, run: Run, reading: Reading) -> bool:
        """Countries and world organisations; cities are too often part of longer names.

        Unless the city is inflected: «мер Ла-Серени Родріго Вальдів'єсо».
        """
        countries = self._gazetteer.countries(reading.language)
        nominative, *others = self._forms(run, reading)
        listed = any(
            fold(name) in countries or self._aliases.find(name, reading.language)
            for name in (nominative, *others)
        )
        is_inflected = bool(others) and fold(nominative) != fold(others[0])
        return listed or (is_inflected and self._gazetteer.find(nominative, reading.language) is not None)

    def _forms(self, run: Run, reading: Reading) -> tuple[str, ...]:
        """How the name may stand in a list: as written, and in the nominative."""
        written = reading.joined.text[run.start : run.end]
        if reading.language != "uk":
            return (written,)
        nominative = nominative_name(run.tokens, self._morphology, "uk")
        lemmas = sorted(self._morphology.lemmas(written, "uk")) if len(run.tokens) == 1 else []
        return (nominative, written, *lemmas)

    def _near(self, runs: Sequence[Run], reading: Reading) -> Near:
        """The countries that the article's places and keywords point to."""
        names = {name for run in runs for name in self._forms(run, reading)} | set(reading.article.keywords)
        return self._gazetteer.neighbourhood(names, reading.language)

    def _mentions(self, runs: Sequence[Run], reading: Reading, near: Near) -> Iterator[Mention]:
        surnames = {fold(run.tokens[-1].text) for run in runs if len(run.tokens) > 1}
        for run in runs:
            mention = self._listed(run, reading, near, surnames) or self._unlisted(run, reading)
            if mention is not None:
                yield mention

    def _listed(self, run: Run, reading: Reading, near: Near, surnames: set[str]) -> Mention | None:
        for name in self._forms(run, reading):
            entry = self._aliases.find(name, reading.language)
            if entry is not None and entry.media:
                return citations.source(
                    entry.label(reading.language), run.start, run.end, citations.CONFIDENCE, entry.id
                )
            if citations.is_outlet(name, reading.article.source):
                return citations.source(name, run.start, run.end, citations.CONFIDENCE)
            if entry is not None and entry.type != "person":
                return _mention(run, entry.type, entry.label(reading.language), LISTED, entry.id)
            place = self._gazetteer.find(name, reading.language, near)
            if place is not None and _is_plausible(place, run, near, surnames):
                label = place.label or name[:1].upper() + name[1:]
                return _mention(run, "place", label, COUNTRY if place.is_country else CITY, place.id)
        return None

    def _unlisted(self, run: Run, reading: Reading) -> Mention | None:
        written = reading.joined.text[run.start : run.end]
        if reading.language in _CAPITALS_MEAN_NOTHING or len(written) < 2:
            return None
        lone = run.tokens[0] if len(run.tokens) == 1 else None
        if lone is not None and (lone.pos == "ADJ" or self._aliases.demonym(written, reading.language)):
            return None
        kind, label = self._typed(run, written, reading)
        if kind == "organisation" and citations.is_cited(reading.tokens, run.first, run.last):
            return citations.source(label, run.start, run.end, citations.GUESSED)
        return _mention(run, kind, label, UNTYPED if kind == "entity" else CUED)

    def _typed(self, run: Run, written: str, reading: Reading) -> tuple[TagKind, str]:
        uk = reading.language == "uk"
        has_given_name = uk and self._morphology.is_given_name(run.tokens[0].text, "uk")
        may_be_person = not run.has_organisation_word and len(run.tokens) in (2, 3)
        if may_be_person and (has_given_name or _speaks(run, reading.tokens)):
            return "person", self._person(run, written) if uk else written
        kind: TagKind = "organisation" if run.has_organisation_word else "entity"
        return kind, nominative_name(run.tokens, self._morphology, "uk") if uk else written

    def _person(self, run: Run, written: str) -> str:
        """A Ukrainian name; as written when each of its words may already be a nominative."""
        if all(self._morphology.may_be_nominative(token.text, "uk") for token in run.tokens):
            return written
        return nominative_person(run.tokens, self._morphology, "uk")


def _is_within(run: Run, known: Sequence[Mention]) -> bool:
    return any(run.start < mention.end and mention.start < run.end for mention in known)


def _is_plausible(place: Place, run: Run, near: Near, surnames: set[str]) -> bool:
    if place.is_country or len(run.tokens) > 1:
        return True
    if fold(run.tokens[0].text) in surnames:
        return False
    return place.population >= MIN_ONE_WORD_CITY or place.country in near


def _speaks(run: Run, tokens: Sequence[Token]) -> bool:
    """True when a verb of saying stands beside the name."""
    beside = (*tokens[max(0, run.first - 1) : run.first], *tokens[run.last + 1 : run.last + 2])
    return any(fold(token.text) in SPEECH_WORDS for token in beside)


def _mention(
    run: Run, kind: TagKind, label: str, confidence: float, identifier: str | None = None
) -> Mention:
    return Mention(
        kind=kind,
        label=label,
        id=identifier,
        start=run.start,
        end=run.end,
        confidence=confidence,
        basis="heuristic",
    )
