"""A guess at the language of a page by its most frequent small words; enrichment decides properly later."""

import re
from collections import Counter

_SAMPLE_CHARS = 4000
_WORD = re.compile(r"[^\W\d_]+")
_SMALL_WORDS = {
    "ru": "и в не на что с по как это он из к о для его от был была было также после ранее при она они",
    "uk": "і в не на що з по як це він із до про для його від був була було також після раніше та й у",
    "en": "the of and to in that is was for on with as by at from it said has have were an are this",
    "es": "el la los las de y que en un una por con se su del al para es fue como más lo según",
}
_TELLING_LETTERS = {"ru": frozenset("ыэъё"), "uk": frozenset("іїєґ")}


def guess_language(text: str, *, hint: str | None) -> str | None:
    """The language that the text shows clearly, else the hint, both as two letters; None when neither.

    A hint for a language outside ru, uk, en, es is believed: the text cannot contradict it here.
    """
    hinted = hint.strip().lower().replace("_", "-").split("-")[0] if hint else None
    if hinted and hinted not in _SMALL_WORDS:
        return hinted
    return _evident(text[:_SAMPLE_CHARS].lower()) or hinted or None


def _evident(sample: str) -> str | None:
    seen = Counter(_WORD.findall(sample))
    scores = {language: sum(seen[word] for word in words.split()) for language, words in _SMALL_WORDS.items()}
    for language, letters in _TELLING_LETTERS.items():
        scores[language] += sum(sample.count(letter) for letter in letters)
    (best, points), (_, runner_up) = sorted(scores.items(), key=lambda item: -item[1])[:2]
    return best if points >= 2 and points >= 2 * runner_up else None
