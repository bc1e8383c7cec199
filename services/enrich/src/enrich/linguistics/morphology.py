"""Russian and Ukrainian word forms: lemma of a word in context, and its nominative for a label."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from typing import Any, Final

from enrich.linguistics.models import Models

_POS: Final = {
    "NOUN": "NOUN",
    "PROPN": "NOUN",
    "ADJ": "ADJF",
    "DET": "ADJF",
    "VERB": "VERB",
    "PRON": "NPRO",
    "NUM": "NUMR",
}
_CASE: Final = {"Nom": "nomn", "Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct"}
_GENDER: Final = {"Masc": "masc", "Fem": "femn", "Neut": "neut"}
_NUMBER: Final = {"Sing": "sing", "Plur": "plur"}
# From a dictionary's part of speech back to the universal one.
_UNIVERSAL: Final = {
    "NOUN": "NOUN",
    "ADJF": "ADJ",
    "ADJS": "ADJ",
    "PRTF": "ADJ",
    "VERB": "VERB",
    "INFN": "VERB",
    "NUMR": "NUM",
    "NPRO": "PRON",
    "PREP": "ADP",
    "CONJ": "CCONJ",
    "PRCL": "PART",
    "ADVB": "ADV",
}
_FUNCTION: Final = frozenset({"ADP", "CCONJ", "PART", "PRON"})
_NOMINAL: Final = frozenset({"NOUN", "ADJF"})
# Surnames may be participles: Непомнящий.
_IN_NAMES: Final = _NOMINAL | {"PRTF"}
_NAME_MARKS: Final = frozenset({"Name", "Surn", "Geox", "Patr"})
_CACHED_WORDS: Final = 50_000
CASES: Final = ("nomn", "gent", "datv", "accs", "ablt", "loct")
GENDERS: Final = ("masc", "femn")
# How much a reading says that the word is this name in this case: in the dictionary as a name, as another
# word, or guessed from its ending.
_AS_NAME, _AS_WORD, _GUESSED = 2.0, 0.7, 1.2
# «Степновой» is Степнова rather than Степновая.
_WOMENS_SURNAMES: Final = ("ова", "ева", "єва")
_WOMENS: Final = 0.2
_PERSON_MARKS: Final = frozenset({"Name", "Surn", "Patr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """Part of speech, case, gender and number, named as pymorphy names them; empty when unknown."""

    pos: str
    case: str = ""
    gender: str = ""
    number: str = ""

    @classmethod
    def of_universal(cls, pos: str, feats: Mapping[str, str]) -> "Grammar":
        if pos == "VERB" and feats.get("VerbForm") == "Part":
            pos = "ADJ"
        return cls(
            pos=pos,
            case=_CASE.get(feats.get("Case", ""), ""),
            gender=_GENDER.get(feats.get("Gender", ""), ""),
            number=_NUMBER.get(feats.get("Number", ""), ""),
        )


@dataclass(frozen=True, slots=True)
class NameForm:
    """A word of a name in the nominative, and how well the form that was read fits it."""

    nominative: str
    weight: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a word form."""

    grammar: Grammar
    lemma: str


class Morphology:
    """Dictionary look-ups, remembered: a newsroom's day uses the same few thousand words."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._parses = lru_cache(maxsize=_CACHED_WORDS)(self._parse)
        self.lemma = lru_cache(maxsize=_CACHED_WORDS)(self._lemma)
        self.readings = lru_cache(maxsize=_CACHED_WORDS)(self._readings)
        self.nominative = lru_cache(maxsize=_CACHED_WORDS)(self._nominative)
        self.surely_oblique = lru_cache(maxsize=_CACHED_WORDS)(self._surely_oblique)
        self.nominatives = lru_cache(maxsize=_CACHED_WORDS)(self._nominatives)
        self.name_forms = lru_cache(maxsize=_CACHED_WORDS)(self._name_forms)

    def is_given_name(self, word: str, language: str) -> bool:
        """True when the dictionary itself, not a guess from the ending, knows the word as a first name."""
        return any(parse.is_known and "Name" in parse.tag.grammemes for parse in self._parses(word, language))

    def is_person_name(self, word: str, language: str) -> bool:
        """True when the dictionary itself knows the word as a person's name, and not as a place."""
        known = [parse.tag.grammemes for parse in self._parses(word, language) if parse.is_known]
        named = any(not _PERSON_MARKS.isdisjoint(marks) for marks in known)
        return named and not any("Geox" in marks for marks in known)

    def lemmas(self, word: str, language: str) -> frozenset[str]:
        """Every normal form the word may have."""
        return frozenset(_plain(parse.normal_form) for parse in self._parses(word, language))

    def _parse(self, word: str, language: str) -> tuple[Any, ...]:
        if language == "ru":
            return tuple(self._models.russian.parse(word))
        # Its dictionary has the straight apostrophe only.
        return tuple(self._models.ukrainian.parse(word.replace("’", "'").replace("ʼ", "'")))

    def _lemma(self, word: str, grammar: Grammar, language: str) -> str:
        best = self._best(word, grammar, language)
        return _plain(best.normal_form) if best is not None else _plain(word.lower())

    def _readings(self, word: str, language: str) -> tuple[Reading, ...]:
        """Every reading of a word; a word that can be a preposition or pronoun is nothing else."""
        if not word[0].isalpha():
            return (Reading(Grammar(pos="NUM" if word[0].isdigit() else "PUNCT"), word),)
        readings = tuple(_reading(parse) for parse in self._parses(word, language))
        function = tuple(reading for reading in readings if reading.grammar.pos in _FUNCTION)
        return function or readings

    def is_common_noun(self, word: str, language: str) -> bool:
        """True when the dictionary knows the word as a noun or adjective and never as a name."""
        parses = self._parses(word, language)
        named = any(not _NAME_MARKS.isdisjoint(parse.tag.grammemes) for parse in parses)
        return not named and any(parse.is_known and str(parse.tag.POS) in _NOMINAL for parse in parses)

    def _surely_oblique(self, word: str, language: str) -> str | None:
        """The nominative of a word that the dictionary knows in other cases only, whatever a tagger says."""
        parses = [parse for parse in self._parses(word, language) if parse.is_known]
        nouns = [parse for parse in parses if str(parse.tag.POS) == "NOUN"]
        if not nouns or any(str(parse.tag.case) == "nomn" for parse in parses):
            return None
        form = _inflected(nouns[0], {"nomn"}, _number_of(nouns[0].tag) == "plur")
        return None if form is None else like(word, _spelled(form.word, word))

    def _nominatives(self, word: str, language: str) -> tuple[str, ...]:
        """Every nominative, singular and plural, that a word may be a form of; the word itself first."""
        forms = [word]
        for parse in self._parses(word, language):
            form = _inflected(parse, {"nomn"}, _number_of(parse.tag) == "plur")
            if form is not None:
                forms.append(like(word, _spelled(form.word, word)))
        return tuple(dict.fromkeys(forms))

    def may_have_case(self, word: str, case: str, language: str) -> bool:
        """True when some reading of the form has the case."""
        return any(str(parse.tag.case) == case for parse in self._parses(word, language))

    def may_be_nominative(self, word: str, language: str) -> bool:
        """True when some reading of the form is a nominative, and for words the dictionary does not know."""
        parses = self._parses(word, language)
        return not parses[0].is_known or any(str(parse.tag.case) == "nomn" for parse in parses)

    def _best(self, word: str, grammar: Grammar, language: str) -> Any | None:
        """The dictionary reading that agrees best with the context; the dictionary's order breaks ties."""
        parses = self._parses(word, language)
        if not parses:
            return None
        return max(parses, key=lambda parse: _agreement(parse.tag, grammar))

    def _nominative(self, word: str, grammar: Grammar, language: str) -> str | None:
        """The word in the nominative, capitals kept; None when no reading agrees with the context."""
        if word.endswith("ы"):
            # Foreign names hardly end so: it is the genitive of -а, whatever gender the context suggests.
            grammar = replace(grammar, gender="femn")
        best = self._best(word, grammar, language)
        if best is None or not _fits(best.tag, grammar):
            return None
        form = _inflected(best, {"nomn"} | _agreeing(best.tag, grammar), grammar.number == "plur")
        return None if form is None else like(word, _spelled(form.word, word))

    def _name_forms(self, word: str, language: str) -> Mapping[tuple[str, str], NameForm]:
        """The best nominative of a word as part of a name, for each case and gender that it can have."""
        forms: dict[tuple[str, str], NameForm] = {}
        for parse in self._parses(word, language):
            case = _USUAL_CASE.get(str(parse.tag.case), str(parse.tag.case))
            if str(parse.tag.POS) not in _IN_NAMES or _number_of(parse.tag) != "sing" or case not in CASES:
                continue
            for gender in _genders(parse.tag):
                form = _nominative_like(parse, gender, word.lower())
                weight = _name_weight(parse)
                if form is not None and form.word.endswith(_WOMENS_SURNAMES):
                    weight += _WOMENS
                if form is not None and weight > forms.get((case, gender), NameForm("", 0.0)).weight:
                    forms[case, gender] = NameForm(like(word, _spelled(form.word, word)), weight)
        return forms

    def genitive(self, word: str, language: str) -> str | None:
        """The genitive of a word in the nominative; None for acronyms and for words that do not inflect."""
        if word.isupper():
            return None
        for parse in self._parses(word, language):
            if str(parse.tag.case) == "nomn":
                plural = _number_of(parse.tag) == "plur"
                gender = {str(parse.tag.gender)} if str(parse.tag.POS) == "ADJF" and not plural else set()
                form = _inflected(parse, {"gent"} | gender, plural)
                return None if form is None else like(word, _spelled(form.word, word))
        return None

    def modifier_nominative(self, word: str, noun: Grammar, language: str) -> str | None:
        """An adjective in the nominative, agreed with its noun in gender and number."""
        plural = noun.number == "plur"
        own = replace(noun, pos="ADJ", gender="" if plural else noun.gender)
        best = self._best(word, own, language)
        if best is None or str(best.tag.POS) not in ("ADJF", "PRTF"):
            return None
        form = _inflected(best, {"nomn"} if plural else {"nomn", noun.gender} - {""}, plural)
        return None if form is None else like(word, _spelled(form.word, word))


def like(pattern: str, word: str) -> str:
    """The word in the capitals of the pattern, hyphenated pieces each on their own."""
    if pattern.isupper() and len(pattern) > 1:
        return word.upper()
    pieces, shapes = word.split("-"), pattern.split("-")
    if len(pieces) != len(shapes):
        shapes = [pattern] * len(pieces)
    return "-".join(
        piece[:1].upper() + piece[1:] if shape[:1].isupper() else piece
        for piece, shape in zip(pieces, shapes, strict=True)
    )


# A second genitive or locative is the same case to a name.
_USUAL_CASE: Final = {"gen1": "gent", "gen2": "gent", "loc1": "loct", "loc2": "loct", "acc2": "accs"}


def _genders(tag: Any) -> tuple[str, ...]:
    """The genders of persons that a reading allows; names such as Саша have both."""
    if "ms-f" in tag.grammemes or "Ms-f" in tag.grammemes or "GNdr" in tag.grammemes:
        return GENDERS
    return tuple(gender for gender in GENDERS if str(tag.gender) == gender)


def _nominative_like(parse: Any, gender: str, word: str) -> Any | None:
    """The nominative that begins most like the word: one patronymic may be Михайлович and Михаилович."""
    forms = [form for form in parse.lexeme if "nomn" in form.tag.grammemes and _number_of(form.tag) == "sing"]
    of_gender = [form for form in forms if gender in form.tag.grammemes] or forms
    return max(of_gender, key=lambda form: _common_letters(form.word, word), default=None)


def _common_letters(word: str, other: str) -> int:
    """How many letters two words begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))


def _name_weight(parse: Any) -> float:
    if not parse.is_known:
        return _GUESSED
    return _AS_NAME if not _PERSON_MARKS.isdisjoint(parse.tag.grammemes) else _AS_WORD


def _reading(parse: Any) -> Reading:
    tag = parse.tag
    grammar = Grammar(
        pos=_UNIVERSAL.get(str(tag.POS), "X"),
        case=str(tag.case or ""),
        gender=str(tag.gender or ""),
        number=_number_of(tag),
    )
    return Reading(grammar, str(parse.normal_form).replace("’", "'"))


def _inflected(parse: Any, wanted: set[str], plural: bool) -> Any | None:
    """The form with all wanted grammemes in that number; the Ukrainian dictionary marks the plural only."""
    for form in parse.lexeme:
        grammemes = form.tag.grammemes
        if wanted <= grammemes and ("plur" in grammemes) == plural:
            return form
    return None


def _spelled(form: str, word: str) -> str:
    """The dictionary writes ё; most newsrooms do not, and a label should look like their text."""
    return form if "ё" in word else _plain(form)


def _plain(lemma: str) -> str:
    return lemma.replace("ё", "е")


def _number_of(tag: Any) -> str:
    return "plur" if "plur" in tag.grammemes else "sing"


def _agreement(tag: Any, grammar: Grammar) -> int:
    score = 8 if str(tag.POS) == _POS.get(grammar.pos) or _as_adjective(tag, grammar) else 0
    score += 4 if grammar.case and str(tag.case) == grammar.case else 0
    score += 2 if grammar.number and grammar.number == _number_of(tag) else 0
    score += 2 if grammar.gender and str(tag.gender) == grammar.gender else 0
    is_name = not _NAME_MARKS.isdisjoint(tag.grammemes)
    return score + (1 if grammar.pos == "PROPN" and is_name else 0)


def _as_adjective(tag: Any, grammar: Grammar) -> bool:
    return grammar.pos == "ADJ" and str(tag.POS) in ("PRTF", "ADJF")


def _fits(tag: Any, grammar: Grammar) -> bool:
    gender_fits = (
        not grammar.gender or str(tag.gender or grammar.gender) == grammar.gender or grammar.number == "plur"
    )
    return gender_fits and (not grammar.case or str(tag.case) == grammar.case)


def _agreeing(tag: Any, grammar: Grammar) -> set[str]:
    is_adjective = str(tag.POS) in ("ADJF", "PRTF") and grammar.number != "plur"
    return {grammar.gender} if is_adjective and grammar.gender else set()
