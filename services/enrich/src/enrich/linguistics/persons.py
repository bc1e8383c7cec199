"""A person's name in the nominative: its words share one case and one gender, so they are read together.

A dictionary alone reads «Кими Райкконена» and «Жанны Агузаровой» word by word and gets them wrong. Here each
case and gender is tried for the whole name, and the one in which all its words make most sense wins.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Final

from enrich.linguistics.gazetteer import fold
from enrich.linguistics.morphology import CASES, GENDERS, Morphology, NameForm
from enrich.linguistics.tokens import Token

# How much a sign weighs against one reading by the dictionary of names (2); settled on public material.
_CONTEXT_CASE, _CONTEXT_GENDER = 0.8, 0.4
_SEEN: Final = 1.5
_NOMINATIVE: Final = 0.3
_INDECLINABLE, _UNINFLECTED, _IMPOSSIBLE = 0.9, 0.1, -1.5
_ENDS_INDECLINABLE: Final = re.compile(r"(?:[оеиуюэіїє]|[ыи]х|ко)$", re.IGNORECASE)
# Endings of names that no dictionary has: what the form ends with, and the nominative instead.
_ENDINGS: Final = {
    ("ru", "gent", "masc"): (("я", "й"), ("а", ""), ("ки", "ка"), ("ы", "а")),
    ("ru", "datv", "masc"): (("ю", "й"), ("у", ""), ("ке", "ка")),
    ("ru", "accs", "masc"): (("я", "й"), ("а", ""), ("ку", "ка")),
    ("ru", "ablt", "masc"): (("ем", "й"), ("ом", ""), ("кой", "ка")),
    ("ru", "loct", "masc"): (("е", ""),),
    ("ru", "gent", "femn"): (("ы", "а"), ("и", "я")),
    ("ru", "datv", "femn"): (("е", "а"),),
    ("ru", "accs", "femn"): (("у", "а"), ("ю", "я")),
    ("ru", "ablt", "femn"): (("ой", "а"), ("ей", "я")),
    ("ru", "loct", "femn"): (("е", "а"),),
    ("uk", "gent", "masc"): (("я", "й"), ("а", "")),
    ("uk", "datv", "masc"): (("ові", ""), ("у", ""), ("ю", "й")),
    ("uk", "accs", "masc"): (("я", "й"), ("а", "")),
    ("uk", "ablt", "masc"): (("єм", "й"), ("ом", "")),
    ("uk", "loct", "masc"): (("ові", ""), ("і", "")),
    ("uk", "gent", "femn"): (("и", "а"), ("ї", "я")),
    ("uk", "datv", "femn"): (("і", "а"),),
    ("uk", "accs", "femn"): (("у", "а"), ("ю", "я")),
    ("uk", "ablt", "femn"): (("ою", "а"), ("ею", "я")),
    ("uk", "loct", "femn"): (("і", "а"),),
}
_BY_ENDING: Final = 0.85
_MIN_STEM: Final = 3
# Hardly any nominative of a person's name ends so: София, not Софии, and Камала, not Камалы.
_ENDS_OBLIQUE: Final = re.compile(r"(?:ии|ією|ию|[^и]ы)$", re.IGNORECASE)
# Виорикой is an oblique case more often than a nominative; those that are (Толстой) the dictionary knows.
_ENDS_LIKE_OBLIQUE: Final = re.compile(r"(?:ой|ою|ею|ого|ому|\w{3}ом)$", re.IGNORECASE)
_ENDS_CONSONANT: Final = re.compile(r"[бвгґджзйклмнпрстфхцчшщь]$", re.IGNORECASE)


def nominative_person(
    tokens: Sequence[Token], morphology: Morphology, language: str, seen: Collection[str] = ()
) -> list[str]:
    """The words of a name in the nominative. `seen` are the words, folded, of all names of the article."""
    best: tuple[float, list[str]] = (float("-inf"), [token.text for token in tokens])
    for case, gender in product(CASES, GENDERS):
        read = [_word(token, case, gender, morphology, language, seen) for token in tokens]
        context = sum(
            _CONTEXT_CASE * (token.grammar.case == case) + _CONTEXT_GENDER * (token.grammar.gender == gender)
            for token in tokens
            if _declines(token.text)
        )
        score = sum(form.weight for form in read) + context + _NOMINATIVE * (case == "nomn")
        if score > best[0]:
            best = score, [form.nominative for form in read]
    return best[1]


def _word(
    token: Token, case: str, gender: str, morphology: Morphology, language: str, seen: Collection[str]
) -> NameForm:
    """The best reading of one word of a name in a case and gender."""
    candidates = _candidates(token.text, case, gender, language, morphology)
    return max(
        (NameForm(form.nominative, form.weight + _SEEN * (bonus in seen)) for form, bonus in candidates),
        key=lambda form: form.weight,
    )


# The same names come round all day, each asked in every case and gender.
@lru_cache(30_000)
def _candidates(
    word: str, case: str, gender: str, language: str, morphology: Morphology
) -> tuple[tuple[NameForm, str | None], ...]:
    """The readings of a word, each with the word, folded, that makes it likelier when the article has it."""
    if not _declines(word):
        return ((NameForm(word, 0.0), None),)
    unchanged = NameForm(word, _unchanged(word, case, gender))
    dictionary = morphology.name_forms(word, language).get((case, gender))
    if dictionary is None:
        endings = _by_ending(word, _ENDINGS.get((language, case, gender), ()))
        return ((unchanged, None), *((form, fold(form.nominative)) for form in endings))
    bonus = fold(dictionary.nominative) if case != "nomn" else None
    return (unchanged, None), (NameForm(dictionary.nominative, dictionary.weight), bonus)


def _by_ending(word: str, endings: Sequence[tuple[str, str]]) -> Iterator[NameForm]:
    for ending, instead in endings:
        stem = word.removesuffix(ending)
        sounds = instead in ("я", "ка") or bool(_ENDS_CONSONANT.search(stem)) == (instead != "й")
        if stem != word and len(stem) >= _MIN_STEM and sounds:
            yield NameForm(stem + instead, _BY_ENDING)


def _declines(word: str) -> bool:
    """False for initials, foreign script and acronyms."""
    return len(word) > 1 and word[0].isalpha() and not word[0].isascii() and not word.isupper()


def _unchanged(word: str, case: str, gender: str) -> float:
    """How likely the word has this very form in the nominative too."""
    if _ENDS_LIKE_OBLIQUE.search(word):
        return _UNINFLECTED
    if _ENDS_OBLIQUE.search(word):
        return _IMPOSSIBLE if case == "nomn" else _UNINFLECTED
    if _ENDS_INDECLINABLE.search(word):
        return _INDECLINABLE
    if _ENDS_CONSONANT.search(word):
        if gender == "femn":
            return _INDECLINABLE
        return _INDECLINABLE if case == "nomn" else _IMPOSSIBLE
    return _INDECLINABLE if case == "nomn" else _UNINFLECTED
