"""Why two articles are linked, in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from enrich.index_keys import Key
from newsloom_schemas.languages import primary_language

MAX_NAMES: Final = 4
MAX_NUMBERS: Final = 3
MAX_WORDS: Final = 4
MAX_CHARS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Phrases of one language."""

    mentioned: str
    names: str
    numbers: str
    words: str

    def shared(self, ranked: Sequence[Key]) -> tuple[str, ...]:
        """One line for each kind of key that two articles share, the most telling first."""
        named = _labels((key for key in ranked if key.kind in ("name", "place")), MAX_NAMES)
        numbers = _labels((key for key in ranked if key.kind == "number"), MAX_NUMBERS)
        words = _labels((key for key in ranked if key.kind == "lemma"), MAX_WORDS)
        lines = ((self.names, named), (self.numbers, numbers), (self.words, words))
        return tuple(f"{phrase}: {', '.join(labels)}"[:MAX_CHARS] for phrase, labels in lines if labels)


_REASONS: Final = {
    "ru": Reasons(
        mentioned="упомянута в самом тексте",
        names="в обеих статьях",
        numbers="одни и те же числа",
        words="общие слова",
    ),
    "uk": Reasons(
        mentioned="згадана в самому тексті",
        names="в обох статтях",
        numbers="ті самі числа",
        words="спільні слова",
    ),
    "en": Reasons(
        mentioned="mentioned in the text itself",
        names="both articles name",
        numbers="the same figures",
        words="words in common",
    ),
    "es": Reasons(
        mentioned="mencionado en el propio texto",
        names="ambos artículos nombran",
        numbers="las mismas cifras",
        words="palabras en común",
    ),
}


def reasons(language: str) -> Reasons:
    """The phrases of an article's language, English where we have none."""
    return _REASONS.get(primary_language(language), _REASONS["en"])


def _labels(keys: Iterable[Key], most: int) -> list[str]:
    return list(dict.fromkeys(key.label for key in keys))[:most]
