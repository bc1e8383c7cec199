"""Telling "earlier we wrote" lines, which point to an older article, from news about what others reported."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.sources.page.claims import Claim, read_claim
from ingest.sources.page.model import EarlierHint
from ingest.sources.page.phrases import AGENCIES, INSTITUTIONS

_WE = frozenset("мы ми we нами наш наше наша nosotros our".split())
_ABOUT_THE_OUTLET = frozenset(
    "на в у сайте сайті сайт издание видання портал портале газета редакция редакція the el la medio".split()
)
_PARTICLES = frozenset("de del la las los el of and the y и та".split())
_ARTICLES = frozenset("the el la los las".split())
_QUOTES = "\"'«»„“”‘’"
_OWN_FORM = re.compile(r"[«„“\"]|\w\.\w")  # «Курсор», kursor.example: nobody but an outlet is written so
_LATIN = str.maketrans(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
            "a b v g d e e zh z i i k l m n o p r s t u f h ts ch sh sch - y - e yu ya i i e g".split(),
            strict=True,
        )
    )
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_NOT_ALNUM = re.compile(r"[\W_]")


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """The body without its "earlier" lines, and what those claim was written."""

    paragraphs: tuple[str, ...]
    hints: tuple[EarlierHint, ...]


def take_earlier(paragraphs: Sequence[str], *, outlet: str | None) -> Earlier:
    """Takes the outlet's pointers to its own older articles out of the body, in page order.

    "We" and the outlet's own name count anywhere; an unnamed or unknown writer only at the end of the body.
    """
    kept: list[str] = []
    hints: list[EarlierHint] = []
    for paragraph in reversed(paragraphs):
        hint = _hint(paragraph, outlet=outlet, last=not kept)
        if hint is None:
            kept.append(paragraph)
        else:
            hints.append(hint)
    return Earlier(paragraphs=tuple(reversed(kept)), hints=tuple(reversed(hints)))


def _hint(paragraph: str, *, outlet: str | None, last: bool) -> EarlierHint | None:
    claim = read_claim(paragraph)
    text = claim.text.rstrip(". ") if claim else ""
    if claim is None or not text:
        return None
    if _is_we(claim):
        return EarlierHint(text=text, outlet=None, line=paragraph)
    if not claim.adverb:
        return None
    if claim.impersonal:
        return EarlierHint(text=text, outlet=None, line=paragraph) if last and not claim.subject else None
    name = _own_name(claim, outlet) if outlet else None
    if name is None and last and not _can_tell(claim, outlet):
        name = _unknown_outlet(claim)
    # Words that only the adverb between them keeps apart are no name: "Мир, ранее Маяк писал".
    return EarlierHint(text=text, outlet=name, line=paragraph) if name and name in paragraph else None


def _is_we(claim: Claim) -> bool:
    said = claim.first_person or any(word.casefold() in _WE for word in claim.subject)
    return said and (claim.adverb or claim.opener)


def _can_tell(claim: Claim, outlet: str | None) -> bool:
    """A name that differs is another outlet's; but "dnipro-visnyk" may be anyone's name in Cyrillic."""
    return outlet is not None and _is_cyrillic(outlet) == _is_cyrillic("".join(claim.subject))


def _is_cyrillic(name: str) -> bool:
    return _CYRILLIC.search(name) is not None


def _own_name(claim: Claim, outlet: str) -> str | None:
    runs = list(_proper_runs(claim.subject))
    names = [_bare(run) for run in runs] + [_bare(run[1:]) for run in runs if run[0].casefold() in _ARTICLES]
    return next((name for name in names if _same_outlet(name, outlet)), None)


def _unknown_outlet(claim: Claim) -> str | None:
    """A single proper name with no "this month" beside it, and neither an agency nor an authority."""
    words = [word for word in claim.subject if word not in _ABOUT_THE_OUTLET]
    runs = list(_proper_runs(words))
    if len(runs) != 1 or len(runs[0]) != len(words) or len(words) > 4:
        return None
    keys = {word.strip(_QUOTES).casefold() for word in words} | {_bare(words).casefold().removeprefix("the ")}
    if keys & (AGENCIES | INSTITUTIONS):
        return None
    own_form = _OWN_FORM.search(" ".join(words)) is not None
    return _bare(words) if claim.lasting or own_form else None


def _proper_runs(words: Sequence[str]) -> Iterator[list[str]]:
    """The runs of words written as names; small words count inside a run only."""
    for proper, run in groupby(words, key=lambda word: _is_proper(word) or word in _PARTICLES):
        named = list(run)
        if proper and any(map(_is_proper, named)):
            yield named


def _is_proper(word: str) -> bool:
    if not word:
        return False
    return word[0] in _QUOTES or word[-1] in _QUOTES or word[0].isupper() or "." in word[1:-1]


def _bare(words: Sequence[str]) -> str:
    return " ".join(words).strip(_QUOTES + " ")


def _same_outlet(name: str, outlet: str) -> bool:
    """Tolerates case endings, script and domains: Курсора, kursor and kursor.example are one outlet."""
    ours, theirs = _skeleton(outlet), _skeleton(name)
    if ours == theirs:
        return bool(ours)
    short, long = sorted((ours, theirs), key=len)
    stem = short if len(short) < len(long) else short[:-1]
    return len(stem) >= 4 and long.startswith(stem)


def _skeleton(name: str) -> str:
    latin = unicodedata.normalize("NFKD", name.casefold().translate(_LATIN))
    return _NOT_ALNUM.sub("", "".join(char for char in latin if not unicodedata.combining(char)))
