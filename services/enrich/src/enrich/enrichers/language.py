"""Which language an article is in: what the source declares when it is plausible, else what the text says."""

import re
from dataclasses import dataclass
from typing import Final

from enrich.article_text import ArticleText
from enrich.linguistics.models import Models
from newsloom_schemas.enrichment import Facet
from newsloom_schemas.languages import UNDETERMINED, primary_language

METHOD: Final = "py3langid"
VERSION: Final = "1"
READ_CHARS: Final = 4_000
MIN_LETTERS: Final = 20
SURE: Final = 0.8
# To overrule the source the text must be longer and the identifier surer than to fill a gap.
OVERRULE_LETTERS: Final = 200
OVERRULE: Final = 0.99
_CYRILLIC_LANGUAGES: Final = frozenset({"ru", "uk"})
_CYRILLIC: Final = re.compile(r"[Ѐ-ӿ]")
_LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ]")


@dataclass(frozen=True, slots=True)
class Language:
    """A BCP 47 tag, `und` when unknown, with the facet that says how it was found."""

    tag: str
    facet: Facet


class LanguageIdentifier:
    """Decides among the configured languages only: a closed set is what makes short texts reliable."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def run(self, article: ArticleText) -> Language:
        text = f"{article.headline}\n{article.lead}\n{article.body}"[:READ_CHARS]
        letters = sum(map(str.isalpha, text))
        identified, probability = self._identify(text) if letters >= MIN_LETTERS else (UNDETERMINED, 0.0)
        if article.language is None:
            return _identified(identified, probability)
        declared = primary_language(article.language)
        overruled = (
            declared in self._models.languages
            and identified not in (declared, UNDETERMINED)
            and letters >= OVERRULE_LETTERS
            and probability >= OVERRULE
        )
        if overruled:
            return Language(
                identified,
                _facet("partial", f"the source declares {declared}, but the text reads as {identified}"),
            )
        return Language(article.language, _facet("ok"))

    def _identify(self, text: str) -> tuple[str, float]:
        language, probability = self._models.identifier.classify(text)
        script = _CYRILLIC if language in _CYRILLIC_LANGUAGES else _LATIN
        # A text in a script that none of the languages uses still gets a best guess: refuse it.
        if len(script.findall(text)) * 2 < sum(map(str.isalpha, text)):
            return UNDETERMINED, 0.0
        return str(language), float(probability)


def _identified(language: str, probability: float) -> Language:
    if language == UNDETERMINED or probability < SURE:
        return Language(UNDETERMINED, _facet("partial", "the text is too short or in none of our languages"))
    return Language(language, _facet("ok"))


def _facet(status: str, reason: str | None = None) -> Facet:
    return Facet.model_validate(
        {"status": status, "method": METHOD, "version": VERSION, "reason": reason}, strict=True
    )
