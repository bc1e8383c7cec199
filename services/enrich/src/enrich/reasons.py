"""Why two articles are linked, in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from enrich.index_keys import Key
from newsloom_schemas.enrichment import Relation
from newsloom_schemas.languages import primary_language

MAX_NAMES: Final = 4
MAX_NUMBERS: Final = 3
MAX_WORDS: Final = 4
MAX_CHARS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Phrases of one language."""

    mentioned: str
    update: str
    translation: str
    copy: str
    names: str
    numbers: str
    subjects: str
    words: str

    def about(self, relation: Relation) -> tuple[str, ...]:
        """What a relation means beyond shared keys."""
        said = {"update": self.update, "translation-of": self.translation}.get(relation)
        return (said,) if said else ()

    def copied(self, share: float) -> str:
        """How much of one text stands in the other, `share` from 0 to 1."""
        return f"{self.copy}: {round(100 * share)} %"

    def shared(self, ranked: Sequence[Key]) -> tuple[str, ...]:
        """One line for each kind of key that two articles share, the most telling first."""
        named = _labels((key for key in ranked if key.kind in ("name", "capital", "place")), MAX_NAMES)
        numbers = _labels((key for key in ranked if key.kind == "number"), MAX_NUMBERS)
        subjects = _labels((key for key in ranked if key.kind == "subject"), MAX_NAMES)
        words = _labels((key for key in ranked if key.kind == "lemma"), MAX_WORDS)
        lines = (
            (self.names, named),
            (self.numbers, numbers),
            (self.subjects, subjects),
            (self.words, words),
        )
        return tuple(f"{phrase}: {', '.join(labels)}"[:MAX_CHARS] for phrase, labels in lines if labels)


_REASONS: Final = {
    "ru": Reasons(
        mentioned="упомянута в самом тексте",
        update="то же издание о той же истории",
        translation="та же статья на другом языке",
        copy="тот же текст",
        names="в обеих статьях",
        numbers="одни и те же числа",
        subjects="общие темы",
        words="общие слова",
    ),
    "uk": Reasons(
        mentioned="згадана в самому тексті",
        update="те саме видання про ту саму історію",
        translation="та сама стаття іншою мовою",
        copy="той самий текст",
        names="в обох статтях",
        numbers="ті самі числа",
        subjects="спільні теми",
        words="спільні слова",
    ),
    "en": Reasons(
        mentioned="mentioned in the text itself",
        update="the same source on the same story",
        translation="the same article in another language",
        copy="the same text",
        names="both articles name",
        numbers="the same figures",
        subjects="subjects in common",
        words="words in common",
    ),
    "es": Reasons(
        mentioned="mencionado en el propio texto",
        update="el mismo medio sobre la misma historia",
        translation="el mismo artículo en otro idioma",
        copy="el mismo texto",
        names="ambos artículos nombran",
        numbers="las mismas cifras",
        subjects="temas en común",
        words="palabras en común",
    ),
}


def reasons(language: str) -> Reasons:
    """The phrases of an article's language, English where we have none."""
    return _REASONS.get(primary_language(language), _REASONS["en"])


def _labels(keys: Iterable[Key], most: int) -> list[str]:
    return list(dict.fromkeys(key.label for key in keys))[:most]
