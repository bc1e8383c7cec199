"""Names in languages without a trained model: gazetteer and capital letters, at an honest low confidence."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
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
    split_at_person,
)
from enrich.linguistics.cues import (
    CALLINGS,
    CONNECTORS,
    DEMONYM_ENDINGS,
    EVENT_WORDS,
    NO_NAMES,
    STREETS,
    TITLES,
)
from enrich.linguistics.gazetteer import Gazetteer, Near, Place, fold
from enrich.linguistics.guessing import guess, is_given_name
from enrich.linguistics.institutions import institutions
from enrich.linguistics.labels import nominative_name, nominative_person
from enrich.linguistics.listed import listed
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.names import Mention, merged
from enrich.linguistics.precision import PrecisionTable, Sureness
from enrich.linguistics.resolving import resolved
from enrich.linguistics.tagging import tags
from enrich.linguistics.tokens import Token
from enrich.reading import Reading
from newsloom_schemas.enrichment import Tag, TagKind

# A one-word name of a smaller town is more often somebody's surname or an ordinary word.
MIN_ONE_WORD_CITY: Final = 50_000
# A name of nobody knows what is of little use, however surely it is a name.
UNTYPED: Final = Sureness(0.4, "heuristic")
BIG_CITY: Final = 1_000_000
# Every German noun is capitalised: only listed names can be told from words.
_CAPITALS_MEAN_NOTHING: Final = frozenset({"de"})
REASON: Final = "names by gazetteer and capital letters; there is no trained model for {language}"


class GazetteerEntities(Enricher):
    """Places with ids, agencies as sources, everything else that has a capital as an untyped entity."""

    name = "gazetteer"
    version = "1"
    facet: FacetName = "entities"
    languages: frozenset[str] | None = None
    budget = 2.0  # the longest article on a machine that has other things to do

    def __init__(self, morphology: Morphology, gazetteer: Gazetteer, aliases: AliasPack) -> None:
        self._morphology = morphology
        self._gazetteer = gazetteer
        self._aliases = aliases
        self._media = citations.Media(aliases)
        self._precision = PrecisionTable.load()

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        if reading.language == "und":
            return Finding(status="skipped", reason="the language is unknown")
        known = list(self._known(reading))
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

    def _known(self, reading: Reading) -> Iterator[Mention]:
        """What needs no guess about capitals: media, names of the pack in several words, institutions."""
        tokens, language = reading.tokens, reading.language
        media = list(self._media.mentions(reading.joined.text, language))
        yield from media
        covered = {
            at for at, token in enumerate(tokens) for item in media if item.start <= token.start < item.end
        }
        for found in listed(tokens, covered, self._aliases, self._morphology, language):
            if found.stop - found.first > 1 and found.entry.type != "person":
                covered.update(range(found.first, found.stop))
                run = Run(tuple(tokens[found.first : found.stop]), found.first, False)
                entry = found.entry
                yield self._made(run, entry.type, entry.label(language), "listed", language, entry.id)
        for part in institutions(tokens, self._morphology) if language == "uk" else ():
            if covered.isdisjoint(range(part.first, part.stop)):
                run = Run(tuple(tokens[part.first : part.stop]), part.first, False)
                label = nominative_name(run.tokens, self._morphology, language)
                yield self._made(run, part.kind, label, "institution", language)

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
                for part in split_at_person(
                    trimmed, lambda part: self._begins_person(part, reading.language)
                ):
                    yield from split_at_listed(part, lambda piece: self._stands_alone(piece, reading))

    def _begins_person(self, run: Run, language: str) -> bool:
        """True for «Prime Minister Gunnar Hallsson» and «Callum Drever»."""
        first = run.tokens[0].text
        return fold(first) in TITLES or is_given_name(first, language, self._morphology)

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
        if run.opens and len(run.tokens) > 2 and fold(first.text) in CALLINGS:
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
        surnames = {fold(run.tokens[-1].text) for run in runs if self._is_full_name(run, reading.language)}
        seen = {fold(token.text) for run in runs for token in run.tokens}
        for run in runs:
            if _is_street(run, reading.tokens) or _is_code(run, reading.joined.text):
                continue
            mention = self._listed(run, reading, near, surnames) or self._unlisted(run, reading, seen)
            if mention is not None:
                yield mention

    def _is_full_name(self, run: Run, language: str) -> bool:
        return len(run.tokens) > 1 and is_given_name(run.tokens[0].text, language, self._morphology)

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
                label = entry.label(reading.language)
                return self._made(run, entry.type, label, "listed", reading.language, entry.id)
            place = self._gazetteer.find(name, reading.language, near)
            if place is not None and self._is_plausible(place, run, near, surnames, reading):
                label = place.label or name[:1].upper() + name[1:]
                finding = "country" if place.is_country else "city"
                return self._made(run, "place", label, finding, reading.language, place.id)
        return None

    def _is_plausible(self, place: Place, run: Run, near: Near, surnames: set[str], reading: Reading) -> bool:
        """False for a lone word that is more likely a surname, a first name or no name than a town."""
        if len(run.tokens) > 1:
            return True
        word = run.tokens[0]
        if place.is_country:
            return not (fold(word.text) in surnames and reading.language == "en")
        if (
            fold(word.text) in surnames
            or word.pos == "ADJ"
            or (place.population < BIG_CITY // 2 and self._is_common_word(word, run, reading))
        ):
            return False
        if place.country in near:
            return True
        named = is_given_name(word.text, reading.language, self._morphology)
        return place.population >= (BIG_CITY if named else MIN_ONE_WORD_CITY)

    def _is_common_word(self, word: Token, run: Run, reading: Reading) -> bool:
        """True when the article, or the dictionary, has the word in small letters too: police, Час."""
        if not run.opens:
            return False
        low = word.text.lower()
        return any(token.text == low for token in reading.tokens) or (
            reading.language == "uk" and self._morphology.is_common_noun(word.text, "uk")
        )

    def _unlisted(self, run: Run, reading: Reading, seen: Collection[str]) -> Mention | None:
        written = reading.joined.text[run.start : run.end]
        if reading.language in _CAPITALS_MEAN_NOTHING or len(written) < 2:
            return None
        lone = run.tokens[0] if len(run.tokens) == 1 else None
        if lone is not None and (lone.pos == "ADJ" or self._is_demonym(written, reading.language)):
            return None
        if len(run.tokens) > 1 and any(fold(token.text) in EVENT_WORDS for token in run.tokens):
            return None
        guessed = guess(run, reading.tokens, reading.language, self._morphology)
        if lone is not None and (written in NO_NAMES or (guessed.kind == "entity" and lone.text.isupper())):
            return None
        label = self._label(run, written, guessed.kind, reading.language, seen)
        if guessed.kind == "organisation" and citations.is_cited(reading.tokens, run.first, run.last):
            return citations.source(label, run.start, run.end, citations.GUESSED)
        return self._made(run, guessed.kind, label, guessed.finding, reading.language)

    def _is_demonym(self, word: str, language: str) -> bool:
        if self._aliases.demonym(word, language) is not None:
            return True
        return word.lower().endswith(DEMONYM_ENDINGS.get(language, ("\0",)))

    def _label(self, run: Run, written: str, kind: TagKind, language: str, seen: Collection[str]) -> str:
        if language != "uk":
            return written
        # What has two capitals and no kind is a person more often than not.
        if kind == "person" or (kind == "entity" and len(run.tokens) > 1):
            return nominative_person(run.tokens, self._morphology, "uk", seen)
        return nominative_name(run.tokens, self._morphology, "uk")

    def _made(
        self, run: Run, kind: TagKind, label: str, finding: str, language: str, identifier: str | None = None
    ) -> Mention:
        sureness = self._precision.of(language, finding) if kind != "entity" else UNTYPED
        return Mention(
            kind=kind,
            label=label,
            id=identifier,
            start=run.start,
            end=run.end,
            confidence=sureness.confidence,
            basis=sureness.basis,
        )


def _is_within(run: Run, known: Sequence[Mention]) -> bool:
    return any(run.start < mention.end and mention.start < run.end for mention in known)


def _is_code(run: Run, text: str) -> bool:
    """True for the letters of a road or a model: AP-2."""
    return re.match(r"[-–]\d", text[run.end : run.end + 2]) is not None


def _is_street(run: Run, tokens: Sequence[Token]) -> bool:
    """True for a name that a street, a square or a feast has: «avenida Caracas», «fiesta de San Antonio»."""
    at = run.first - 1
    while at >= 0 and tokens[at].text in CONNECTORS["es"]:
        at -= 1
    return at >= 0 and any(word in STREETS for word in (fold(tokens[at].text), tokens[at].lemma))
