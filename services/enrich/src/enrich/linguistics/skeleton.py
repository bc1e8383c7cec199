"""Consonant skeletons: one key for a name in whatever alphabet and spelling (Путин = Putin = `ptn`)."""

import re
import unicodedata

_CYRILLIC = {
    "дж": "z",
    "кс": "ks",
    "б": "b",
    "в": "v",
    "г": "h",
    "ґ": "h",
    "д": "d",
    "ж": "z",
    "з": "z",
    "к": "k",
    "л": "l",
    "м": "m",
    "н": "n",
    "п": "p",
    "р": "r",
    "с": "s",
    "т": "t",
    "ф": "f",
    "х": "h",
    "ц": "z",
    "ч": "c",
    "ш": "s",
    "щ": "s",
}
# Longest spellings first; each stands for the sound that its Cyrillic counterpart maps to.
_LATIN = (
    ("wh", "v"),
    ("sch", "s"),
    ("shch", "s"),
    ("tch", "c"),
    ("sh", "s"),
    ("zh", "z"),
    ("kh", "h"),
    ("gh", "h"),
    ("ch", "c"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("cz", "c"),
    ("ts", "z"),
    ("tz", "z"),
    ("qu", "k"),
    ("x", "ks"),
    ("q", "k"),
    ("w", "v"),
    ("g", "h"),
    ("j", "z"),
    ("ñ", "n"),
)
# Уайтхед = Whitehead, Уильям = William: only at the beginning, since Мануэль = Manuel.
_INITIAL_W = re.compile(r"^у(?=[аеиоуэ])")
_SOFT_C = re.compile(r"c(?=[eiy])")
_VOWELS = re.compile(r"[^a-z]|[aeiouy]")
_TWICE = re.compile(r"(.)\1+")
MIN_CONSONANTS = 3


def skeleton(word: str) -> str:
    """Consonants of a word as it sounds, without doubles; empty when it has none.

    >>> skeleton("Зеленский"), skeleton("Zelensky"), skeleton("Зеленський")
    ('zlnsk', 'zlnsk', 'zlnsk')
    """
    text = _latin(_INITIAL_W.sub("в", unicodedata.normalize("NFC", word).lower()))
    for spelling, sound in _LATIN:
        text = text.replace(spelling, sound.upper())
    text = _SOFT_C.sub("s", text).replace("c", "k").lower()
    return _TWICE.sub(r"\1", _VOWELS.sub("", _strip_accents(text)))


def name_keys(label: str) -> tuple[str, ...]:
    """Keys of a name: its last word when that has enough consonants, and all of it when it has two words."""
    bones = [bone for bone in (skeleton(word) for word in re.split(r"[\s-]+", label)) if bone]
    if not bones:
        return ()
    keys = [bones[-1]] if len(bones[-1]) >= MIN_CONSONANTS else []
    if len(bones) > 1:
        keys.append("-".join(bones))
    return tuple(keys)


def _latin(text: str) -> str:
    text = text.replace("дж", _CYRILLIC["дж"].upper())
    return "".join(_CYRILLIC.get(ch, ch).upper() if ch in _CYRILLIC else ch for ch in text)


def _strip_accents(text: str) -> str:
    return "".join(ch for ch in unicodedata.normalize("NFD", text) if not unicodedata.combining(ch))
