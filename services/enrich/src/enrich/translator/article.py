"""One article into one language: cut, asked for, put together, judged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Final

from enrich.translator.asking import Answer, Asked, Asker
from enrich.translator.board import Board
from enrich.translator.keys import EDITOR
from enrich.translator.languages import same_script
from enrich.translator.markup import Cut, cut, cut_line
from enrich.translator.ports import Clock, Pair
from enrich.translator.protection import protected
from enrich.translator.sentence import Sentence
from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Translation, TranslationQuality
from newsloom_schemas.events import TranslationRequestedV2
from newsloom_schemas.languages import primary_language

# With more of its sentences in the original a text is none that a reader can follow.
MOST_KEPT: Final = 0.3
# From here on an engine knows too few of the words for its text to pass without an editor.
MANY_UNKNOWN: Final = 0.15
MAX_REASON: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Not now. `bad`: an engine answered nonsense, else none could be asked. `until`: when it can be."""

    reason: str
    bad: bool = False
    until: datetime | None = None


class ArticleTranslator:
    """Translates articles with whatever engines the board has. `max_chars` bounds the text of one article.

    What the engines of `drafts` make of a pair is a draft: correct in form, but not for readers unread.
    """

    def __init__(
        self,
        board: Board,
        asker: Asker,
        clock: Clock,
        *,
        max_chars: int,
        drafts: Collection[tuple[str, Pair]] = (),
    ) -> None:
        self._board = board
        self._asker = asker
        self._clock = clock
        self._max_chars = max_chars
        self._drafts = drafts

    async def translate(
        self, request: TranslationRequestedV2, target: str, *, last: bool = False
    ) -> Translation | Later:
        """The translation, or why there is none: for ever, then it says so itself, or for now.

        The `last` time an article is taken with a few sentences in the original, whatever engines answered.
        """
        pair = pair_of(request, target)
        if pair not in self._board:
            return _without_text(target, "unavailable", self._board.why_not(pair))
        texts = _Texts.of(request.content, pair.source)
        if texts.chars > self._max_chars:
            reason = (
                f"the article has {texts.chars} characters, more than {self._max_chars} are not translated"
            )
            return _without_text(target, "unavailable", reason)
        names = request.names if same_script(*pair) else ()
        sentences = [protected(sentence, names) for sentence in texts.sentences]
        asked = await self._asker.translate(
            pair, sentences, article_id=request.article_id, inside_only=self._embargoed(request)
        )
        return self._judged(request, target, texts, sentences, asked, last)

    def _embargoed(self, request: TranslationRequestedV2) -> bool:
        until = request.content.embargo_until
        return until is not None and until > self._clock.now()

    def _judged(
        self,
        request: TranslationRequestedV2,
        target: str,
        texts: "_Texts",
        sentences: Sequence[Sentence],
        asked: Asked,
        last: bool,
    ) -> Translation | Later:
        missing = asked.missing(sentences)
        if missing and asked.withheld:
            return Later(
                reason="its engines are asked when the embargo is over", until=request.content.embargo_until
            )
        if missing and asked.away:
            return Later(reason=_reason(asked.away))
        headline_missing = any(each in missing for each in sentences[: len(texts.headline.sentences)])
        if missing and (
            (asked.bad and not last) or headline_missing or len(missing) > MOST_KEPT * len(sentences)
        ):
            return Later(reason=_reason([*asked.bad, *asked.faults] or ["no engine answered"]), bad=True)
        return self._assembled(pair_of(request, target), target, texts, sentences, asked)

    def _assembled(
        self, pair: Pair, target: str, texts: "_Texts", sentences: Sequence[Sentence], asked: Asked
    ) -> Translation:
        answers = [asked.answers.get(sentence.to_html()) for sentence in sentences]
        headline, lead, body = texts.rendered(
            [answer.sentence if answer else each for answer, each in zip(answers, sentences, strict=True)]
        )
        quality = _quality(texts, sentences, answers)
        engine, version = _made_by(answers)
        reason = "; ".join([*self._unread(pair, answers), *_shortcomings(quality, asked)]) or None
        return Translation(
            language=target,
            status="draft" if reason else "published",
            engine=engine,
            version=version,
            reason=reason,
            headline=headline,
            lead=lead,
            body_html=body,
            translated_at=self._clock.now(),
            quality=quality,
        )

    def _unread(self, pair: Pair, answers: Sequence[Answer | None]) -> list[str]:
        engines = sorted({answer.engine for answer in answers if answer is not None})
        return [
            f"what {engine} makes of {pair} is for an editor to read first"
            for engine in engines
            if (engine, pair) in self._drafts
        ]


def pair_of(request: TranslationRequestedV2, target: str) -> Pair:
    """The languages by which engines are asked."""
    return Pair(primary_language(request.language), primary_language(target))


def given_up(target: str, *, away: bool, reason: str) -> Translation:
    """What is published when trying again does not help any more: nothing invented, and why."""
    return _without_text(target, "unavailable" if away else "failed", reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """The three texts of an article, cut."""

    headline: Cut
    lead: Cut | None
    body: Cut
    chars: int

    @classmethod
    def of(cls, content: ArticleContent, language: str) -> "_Texts":
        return cls(
            headline=cut_line(content.headline, language),
            lead=cut_line(content.lead, language) if content.lead else None,
            body=cut(content.body_html, language),
            chars=len(content.headline) + len(content.lead or "") + len(content.body_html),
        )

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        lead = self.lead.sentences if self.lead else ()
        return self.headline.sentences + lead + self.body.sentences

    def rendered(self, answers: Sequence[Sentence]) -> tuple[str, str | None, str]:
        first = len(self.headline.sentences)
        second = first + (len(self.lead.sentences) if self.lead else 0)
        headline = unescape(self.headline.render(answers[:first]))
        lead = unescape(self.lead.render(answers[first:second])) if self.lead else None
        return headline, lead, self.body.render(answers[second:])


def _quality(
    texts: _Texts, sentences: Sequence[Sentence], answers: Sequence[Answer | None]
) -> TranslationQuality:
    return TranslationQuality(
        sentences=len(sentences),
        edited=sum(answer is not None and answer.engine == EDITOR for answer in answers),
        kept=sum(answer is None for answer in answers),
        words=sum(len(sentence.text.split()) for sentence in sentences),
        unknown_words=sum(answer.unknown_words for answer in answers if answer is not None),
    )


def _shortcomings(quality: TranslationQuality, asked: Asked) -> list[str]:
    reasons = []
    if quality.kept:
        why = f" ({_reason(asked.faults)})" if asked.faults else ""
        reasons.append(f"{quality.kept} of {quality.sentences} sentences are left in the original{why}")
    if quality.words and quality.unknown_words > MANY_UNKNOWN * quality.words:
        reasons.append(f"{quality.unknown_words} of {quality.words} words are unknown to the engine")
    return reasons


def _made_by(answers: Sequence[Answer | None]) -> tuple[str | None, str | None]:
    """The engines in the order of their share, and the version of the first."""
    shares: dict[tuple[str, str], int] = {}
    for answer in answers:
        if answer is not None:
            made = (answer.engine, answer.version)
            shares[made] = shares.get(made, 0) + 1
    ranked = sorted(shares, key=lambda made: (-shares[made], made))
    names = " + ".join(dict.fromkeys(engine for engine, _ in ranked))
    version = next((version for _, version in ranked if version), None)
    return names[:100] or None, version


def _without_text(target: str, status: str, reason: str) -> Translation:
    return Translation.model_validate({"language": target, "status": status, "reason": reason[:MAX_REASON]})


def _reason(reasons: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(reasons))[:MAX_REASON]
