"""Which language an article is in: what the source declares when it is plausible, else what the text says."""

import re
from dataclasses import dataclass
from typing import Final

from enrich.article_text import ArticleText
from enrich.linguistics.models import Models
from newsloom_schemas.enrichment import Facet
from newsloom_schemas.languages import UNDETERMINED, primary_language

METHOD: Final = "py3langid"
VERSION: Final = "2"
READ_CHARS: Final = 4_000
MIN_LETTERS: Final = 15
# How far the best language must be ahead of the next, in nats: 1 is nearly three to one.
MARGIN: Final = 1.0
# A language that is not ours must be ahead of ours by so much, in nats, and by so much a letter.
FOREIGN, FOREIGN_PER_LETTER = 20.0, 0.2
# To overrule the source the text must be longer and the identifier surer than to fill a gap.
OVERRULE_LETTERS: Final = 200
OVERRULE: Final = 5.0
_SHARED_WORDS: Final = frozenset({"ru", "uk"})
_RUSSIAN_ONLY: Final = re.compile(r"[ыэёъ]", re.IGNORECASE)
_UKRAINIAN_ONLY: Final = re.compile(r"[іїєґ]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Language:
    """A BCP 47 tag, `und` when unknown, with the facet that says how it was found."""

    tag: str
    facet: Facet


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The best of our languages, by how many nats it is ahead of the next, or why none can be told."""

    language: str
    margin: float = 0.0
    reason: str | None = None


class LanguageIdentifier:
    """Decides among the configured languages: a closed set is what makes short texts reliable.

    A text that is clearly in another language is in none of them, and not in the one most like it.
    """

    def __init__(self, models: Models) -> None:
        self._models = models

    def run(self, article: ArticleText) -> Language:
        text = f"{article.headline}\n{article.lead}\n{article.body}"[:READ_CHARS]
        letters = sum(map(str.isalpha, text))
        verdict = self._verdict(text, letters)
        if article.language is None:
            return _identified(verdict)
        declared = primary_language(article.language)
        overruled = (
            declared in self._models.languages
            and verdict.language not in (declared, UNDETERMINED)
            and letters >= OVERRULE_LETTERS
            and verdict.margin >= OVERRULE
        )
        if overruled:
            return Language(
                verdict.language,
                _facet(
                    "partial", f"the source declares {declared}, but the text reads as {verdict.language}"
                ),
            )
        return Language(article.language, _facet("ok"))

    def _verdict(self, text: str, letters: int) -> _Verdict:
        if letters < MIN_LETTERS:
            return _Verdict(UNDETERMINED, reason="the text is too short to tell its language")
        scores = self._scores(text)
        ours = sorted(self._models.languages, key=lambda language: -scores[language])
        by_letters = _by_letters(text) if ours[0] in _SHARED_WORDS else None
        best = by_letters if by_letters in ours else ours[0]
        foreign = max(scores, key=lambda language: scores[language])
        if scores[foreign] - scores[ours[0]] > max(FOREIGN, FOREIGN_PER_LETTER * letters):
            return _Verdict(
                UNDETERMINED, reason=f"the text reads as {foreign}, which is none of our languages"
            )
        others = [language for language in ours if language != best]
        margin = scores[ours[0]] - scores[others[0]] if others else OVERRULE
        if best == ours[0] and margin < MARGIN:
            return _Verdict(UNDETERMINED, reason=f"the text may be {best} or {others[0]}")
        return _Verdict(best, margin if best == ours[0] else MARGIN)

    def _scores(self, text: str) -> dict[str, float]:
        """Log probabilities, up to a constant. Some languages are listed once for each of their scripts."""
        scores: dict[str, float] = {}
        for language, score in self._models.identifier.rank(text):
            scores.setdefault(str(language), float(score))
        return scores


def _by_letters(text: str) -> str | None:
    """Russian or Ukrainian: many short sentences consist of words of both, but not of letters of both."""
    russian, ukrainian = _RUSSIAN_ONLY.search(text), _UKRAINIAN_ONLY.search(text)
    if russian and not ukrainian:
        return "ru"
    return "uk" if ukrainian and not russian else None


def _identified(verdict: _Verdict) -> Language:
    facet = _facet("ok") if verdict.reason is None else _facet("partial", verdict.reason)
    return Language(verdict.language, facet)


def _facet(status: str, reason: str | None = None) -> Facet:
    return Facet.model_validate(
        {"status": status, "method": METHOD, "version": VERSION, "reason": reason}, strict=True
    )
