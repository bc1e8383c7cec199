"""What is known of languages here: scripts, sentences to try engines with, and whether a text is in one."""

import re
from collections.abc import Mapping
from typing import Final

from enrich.linguistics.stopwords import STOP_WORDS

# What an engine is tried with. Of our own writing; each has a function word that a translation must change.
TRIAL: Final[Mapping[str, str]] = {
    "en": "The new bridge over the river was opened on Thursday.",
    "es": "El nuevo puente sobre el río se abrió el jueves.",
    "ru": "Новый мост через реку открыли в четверг.",
    "uk": "Новий міст через річку відкрили у четвер.",
    "de": "Die neue Brücke über den Fluss wurde am Donnerstag eröffnet.",
    "fr": "Le nouveau pont sur le fleuve a été ouvert jeudi.",
    "pl": "Nowy most przez rzekę otwarto w czwartek.",
    "it": "Il nuovo ponte sul fiume è stato aperto giovedì.",
    "pt": "A nova ponte sobre o rio foi aberta na quinta-feira.",
    "ca": "El nou pont sobre el riu es va obrir dijous.",
    "be": "Новы мост цераз раку адкрылі ў чацвер.",
}
ISO_639_3: Final[Mapping[str, str]] = {
    "en": "eng", "es": "spa", "ru": "rus", "uk": "ukr", "de": "deu", "fr": "fra", "pl": "pol", "it": "ita",
    "pt": "por", "ca": "cat", "be": "bel", "bg": "bul", "mk": "mkd", "sr": "srp", "sl": "slv", "gl": "glg",
    "eu": "eus", "ro": "ron", "nl": "nld", "sv": "swe", "da": "dan", "nb": "nob", "nn": "nno", "oc": "oci",
    "ar": "ara", "kk": "kaz", "tt": "tat", "cy": "cym", "eo": "epo", "is": "isl", "tr": "tur", "el": "ell",
}  # fmt: skip
_SCRIPTS: Final[Mapping[str, re.Pattern[str]]] = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "kk", "tt"), re.compile(r"[Ѐ-ӿ]")),
    **dict.fromkeys(("el",), re.compile(r"[Ͱ-Ͽἀ-῿]")),
    **dict.fromkeys(("ar", "fa", "ur"), re.compile(r"[؀-ۿ]")),
    **dict.fromkeys(("he",), re.compile(r"[֐-׿]")),
    **dict.fromkeys(("hy",), re.compile(r"[԰-֏]")),
    **dict.fromkeys(("ka",), re.compile(r"[Ⴀ-ჿ]")),
    **dict.fromkeys(("zh", "ja", "ko"), re.compile(r"[぀-ヿ㐀-鿿가-힯]")),
}
_LATIN: Final = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
_WORD: Final = re.compile(r"[^\W\d_]+")
# Letters that one of two languages with the same script never writes.
_TELLTALE: Final[Mapping[str, str]] = {"ru": "ыэъё", "uk": "іїєґ"}
ENOUGH_WORDS: Final = 12
MUCH_MORE: Final = 1.5
_HAS_FUNCTION_WORDS: Final = 0.1


def iso_639_3(language: str) -> str:
    """The three-letter code that Apertium goes by; the code itself when it is not known here."""
    return ISO_639_3.get(language, language)


def same_script(one: str, other: str) -> bool:
    return _script(one) is _script(other)


def foreign(original: str, text: str, source: str, target: str) -> str | None:
    """Why a text is no translation of its original into the target language; None when it may be one.

    Told by the script, by an echo of the original, and by function words: enough for an engine that answers
    in the wrong language, and without a model.
    """
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return "the answer is empty"
    if len(_script(target).findall(text)) * 2 < len(letters):
        return f"the answer is not in the script of {target}"
    words = _WORD.findall(text.casefold())
    if len(words) >= 4 and words == _WORD.findall(original.casefold()):
        return "the answer is the original"
    return _in_another(text.casefold(), words, target) if len(words) >= ENOUGH_WORDS else None


def _in_another(text: str, words: list[str], target: str) -> str | None:
    if target not in STOP_WORDS:
        return None
    shares = {tag: _share(words, known) for tag, known in STOP_WORDS.items() if same_script(tag, target)}
    likeliest = max(shares, key=lambda tag: shares[tag])
    if likeliest != target and shares[likeliest] > max(MUCH_MORE * shares[target], _HAS_FUNCTION_WORDS):
        return f"the answer reads as {likeliest}, not as {target}"
    return _by_letters(text, target)


def _share(words: list[str], known: frozenset[str]) -> float:
    return sum(word in known for word in words) / len(words)


def _by_letters(text: str, target: str) -> str | None:
    """Russian and Ukrainian share function words, but not letters."""
    if target not in _TELLTALE:
        return None
    counts = {tag: sum(map(text.count, letters)) for tag, letters in _TELLTALE.items()}
    likeliest = max(counts, key=lambda tag: counts[tag])
    if likeliest != target and counts[likeliest] > 2 * counts[target]:
        return f"the answer reads as {likeliest}, not as {target}"
    return None


def _script(language: str) -> re.Pattern[str]:
    return _SCRIPTS.get(language, _LATIN)
