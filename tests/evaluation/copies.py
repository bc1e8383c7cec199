"""Copies of the labelled articles, one each, edited as desks edit what an agency sends.

The hand-made copies of the corpus are few; these are as many as there are articles. Everything is by rule, so
that each run judges the same texts.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from tests.evaluation.gold import Edit, GoldArticle, Link

Body = tuple[tuple[str, ...], ...]
_WORD: Final = re.compile(r"\b[^\W\d_]{6,}\b")
_RETYPED: Final = str.maketrans({"ё": "е", "«": "“", "»": "”", "—": "–", "’": "'", "“": '"', "”": '"'})


def copied(articles: Sequence[GoldArticle]) -> Iterator[tuple[GoldArticle, Link]]:
    """A copy of each article in another outlet; the edits take turns."""
    for at, original in enumerate(articles):
        edit = tuple(EDITS)[at % len(EDITS)]
        other = _other(original, articles, at)
        copy = original.model_copy(
            update={
                "id": f"{original.id}-{edit}",
                "source": "second-paper",
                "headline": other.headline if edit == "retitled" else original.headline,
                "lead": other.lead if edit == "retitled" else original.lead,
                "body": EDITS[edit](original.body, other.body),
            }
        )
        yield copy, Link(of=copy.id, to=original.id, relation="duplicate", edit=edit)


def _other(original: GoldArticle, articles: Sequence[GoldArticle], at: int) -> GoldArticle:
    """Another article of the same language, to take foreign words from."""
    turned = (*articles[at + 1 :], *articles[:at])
    return next(other for other in turned if other.language == original.language)


def _same(body: Body, _other: Body) -> Body:
    return body


def _cut(body: Body, _other: Body) -> Body:
    """The last quarter is left out, at least a paragraph."""
    return body[: max(1, len(body) - max(1, len(body) // 4))]


def _reordered(body: Body, _other: Body) -> Body:
    """The second half first."""
    half = len(body) // 2
    return (*body[half:], *body[:half])


def _inserted(body: Body, other: Body) -> Body:
    """A sentence of another article at the end of the first two paragraphs."""
    strangers = [sentence for paragraph in other for sentence in paragraph][:2]
    return tuple(
        (*paragraph, strangers[at]) if at < len(strangers) else paragraph for at, paragraph in enumerate(body)
    )


def _reworded(body: Body, other: Body) -> Body:
    """One long word of every sentence gives way to one of another article."""
    words = [word for paragraph in other for sentence in paragraph for word in _WORD.findall(sentence)]
    supply = iter(words * 10)
    return tuple(
        tuple(_WORD.sub(next(supply), sentence, count=1) for sentence in paragraph) for paragraph in body
    )


def _retyped(body: Body, _other: Body) -> Body:
    """Other quotes and dashes, no ё, every sentence a paragraph."""
    return tuple((sentence.translate(_RETYPED),) for paragraph in body for sentence in paragraph)


EDITS: Final[Mapping[Edit, Callable[[Body, Body], Body]]] = {
    "retitled": _same,
    "cut": _cut,
    "reordered": _reordered,
    "inserted": _inserted,
    "reworded": _reworded,
    "retyped": _retyped,
}
