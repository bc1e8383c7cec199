"""What a name names where no model was trained: each rule has a name, so that its precision can be known."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from enrich.linguistics.capitals import Run
from enrich.linguistics.cues import (
    ARTICLES,
    CALLINGS,
    INSTITUTION_CALLINGS,
    NO_NAMES,
    PLACE_PREPOSITIONS,
    PLACE_WORDS,
    SPEECH_WORDS,
    TITLES,
    given_names,
)
from enrich.linguistics.gazetteer import fold
from enrich.linguistics.morphology import Morphology
from enrich.linguistics.tokens import Token
from newsloom_schemas.enrichment import TagKind

_ACRONYM: Final = re.compile(r"[A-ZÁÉÍÓÚÑА-ЯІЇЄҐ]{2,6}$")
_UKRAINIAN_SURNAME: Final = re.compile(
    r".{2,}(?:енк|чук|щук|юк|ськ|цьк|ишин|ович|евич|єв|ов|їв|ін|ко|ар|няк)\w{0,3}$"
)
_MAX_PERSON_WORDS: Final = 4
_MAX_CALLING_WORDS: Final = 6


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind, and the rule that says so."""

    kind: TagKind
    finding: str


@dataclass(frozen=True, slots=True)
class Sight:
    """A run of capitals in its text, for the rules to look at."""

    run: Run
    tokens: Sequence[Token]
    language: str
    morphology: Morphology

    @property
    def words(self) -> int:
        return len(self.run.tokens)

    @property
    def before(self) -> Token | None:
        first = self.run.first
        joined = first > 0 and self.tokens[first - 1].sentence == self.run.tokens[0].sentence
        return self.tokens[first - 1] if joined else None

    @property
    def after(self) -> Token | None:
        last = self.run.last + 1
        return self.tokens[last] if last < len(self.tokens) else None


def guess(run: Run, tokens: Sequence[Token], language: str, morphology: Morphology) -> Guess:
    """The kind that the first fitting rule gives; an untyped entity when none fits."""
    sight = Sight(run, tokens, language, morphology)
    for finding, kind, fits in _RULES:
        if fits(sight):
            return Guess(kind, finding)
    return Guess("entity", "untyped")


def is_given_name(word: str, language: str, morphology: Morphology) -> bool:
    if language == "uk":
        return morphology.is_given_name(word, "uk")
    return fold(word) in given_names() and word[0].isupper()


def _organisation_word(sight: Sight) -> bool:
    return sight.run.has_organisation_word


def _institution_calling(sight: Sight) -> bool:
    """«La empresa Limpia Costa», «компанія "Степ Агро"»."""
    first = sight.run.first
    before = [token for token in sight.tokens[max(0, first - 2) : first] if token.pos != "PUNCT"]
    if not before or before[-1].sentence != sight.run.tokens[0].sentence or before[-1].capitalised:
        return False
    return _is_any(before[-1], INSTITUTION_CALLINGS)


def _place_word(sight: Sight) -> bool:
    """«Lake Tana», «Tana River», "el río Tajo", «вулиця Сагайдачного»."""
    if sight.language == "en":
        return sight.words > 1 and any(fold(token.text) in PLACE_WORDS for token in sight.run.tokens)
    inside = sight.words > 1 and fold(sight.run.tokens[0].lemma) in PLACE_WORDS
    before = sight.before
    return inside or (
        before is not None and (before.lemma in PLACE_WORDS or fold(before.text) in PLACE_WORDS)
    )


def _given_name(sight: Sight) -> bool:
    if not 1 < sight.words <= _MAX_PERSON_WORDS:
        return False
    return is_given_name(sight.run.tokens[0].text, sight.language, sight.morphology)


def _calling(sight: Sight) -> bool:
    """After a title or calling, before or after a verb of saying, or before an age: "Tom Reed, 34"."""
    before = sight.before
    if sight.words > _MAX_PERSON_WORDS:
        return False
    if before is not None and _is_any(before, TITLES, CALLINGS):
        return True
    return sight.words > 1 and (_speaks(sight) or _has_age(sight) or _called_before(sight))


def _called_before(sight: Sight) -> bool:
    """ "El ministro de Transporte de Turquía, Kemal Arslan", «міністр транспорту Туреччини Кемаль Арслан»."""
    if sight.language not in ("es", "uk"):
        return False
    stop = sight.run.first - (sight.before is not None and sight.before.text == ",")
    for token in reversed(sight.tokens[max(0, stop - _MAX_CALLING_WORDS) : stop]):
        if token.pos in ("PUNCT", "VERB") or token.sentence != sight.run.tokens[0].sentence:
            return False
        if _is_any(token, CALLINGS, TITLES):
            return True
    return False


def _speaks(sight: Sight) -> bool:
    beside = (token for token in (sight.before, sight.after) if token is not None)
    return any(fold(token.text) in SPEECH_WORDS for token in beside)


def _has_age(sight: Sight) -> bool:
    last = sight.run.last
    following = sight.tokens[last + 1 : last + 4]
    return (
        len(following) == 3
        and following[0].text == ","
        and following[1].text.isdigit()
        and len(following[1].text) == 2
        and following[2].text == ","
    )


def _ukrainian_name(sight: Sight) -> bool:
    """A lone word that the dictionary knows as a first name or surname, or that ends like a surname."""
    if sight.language != "uk" or sight.words > 1 or sight.run.tokens[0].text.isupper():
        return False
    word = sight.run.tokens[0].text
    if _in_quotes(sight) or _in_place(sight):
        return False
    return sight.morphology.is_person_name(word, "uk") or _UKRAINIAN_SURNAME.match(word) is not None


def _acronym(sight: Sight) -> bool:
    text = sight.run.tokens[0].text
    if sight.words > 1 or not _ACRONYM.match(text) or text in NO_NAMES:
        return False
    before = sight.before
    in_brackets = before is not None and before.text == "("
    after_article = before is not None and fold(before.text) in ARTICLES.get(sight.language, ())
    return in_brackets or after_article or sight.language == "uk"


def _place_preposition(sight: Sight) -> bool:
    if sight.words > 2 or sight.run.tokens[0].text.isupper():
        return False
    return _in_place(sight)


def _in_place(sight: Sight) -> bool:
    before = sight.before
    return before is not None and fold(before.text) in PLACE_PREPOSITIONS.get(sight.language, ())


def _two_words(sight: Sight) -> bool:
    """Two or three words without an article before them are a person more often than not."""
    if not 1 < sight.words <= 3 or sight.language not in ("en", "es", "uk"):
        return False
    if _in_quotes(sight) or any(token.text.isupper() or not token.capitalised for token in sight.run.tokens):
        return False
    if sight.language == "uk":
        return _UKRAINIAN_SURNAME.match(sight.run.tokens[-1].text) is not None
    before = sight.before
    return before is None or fold(before.text) not in ARTICLES.get(sight.language, ())


def _personal_a(sight: Sight) -> bool:
    """Spanish says «a» before people: «entrevistó a Soriano»."""
    before = sight.before
    return sight.language == "es" and sight.words == 1 and before is not None and before.text == "a"


def _in_quotes(sight: Sight) -> bool:
    before = sight.before
    return before is not None and before.text in "«“„\"'"


def _is_any(token: Token, *lists: frozenset[str]) -> bool:
    return any(fold(word) in words for words in lists for word in (token.text, token.lemma))


_RULES: Final[Sequence[tuple[str, TagKind, Callable[[Sight], bool]]]] = (
    ("organisation-word", "organisation", _organisation_word),
    ("place-word", "place", _place_word),
    ("given-name", "person", _given_name),
    ("institution-calling", "organisation", _institution_calling),
    ("calling", "person", _calling),
    ("acronym", "organisation", _acronym),
    ("ukrainian-name", "person", _ukrainian_name),
    ("two-words", "person", _two_words),
    ("place-preposition", "place", _place_preposition),
    ("personal-a", "person", _personal_a),
)
