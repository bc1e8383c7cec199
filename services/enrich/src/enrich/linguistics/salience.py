"""What an article is about: how strongly each name stands in it, from 0 to 1."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from enrich.article_text import JoinedText
from enrich.linguistics.names import Mention

# Headline and lead say what a story is about; the body's beginning says it more than its end.
_PART: Final = {"headline": 3.0, "lead": 2.0, "body": 1.0}
_OPENING: Final = 0.5
_OPENING_SHARE: Final = 0.25
# «иранский» points at the country without naming it.
_ADJECTIVE: Final = 0.5


def saliences(groups: Sequence[Iterable[Mention]], joined: JoinedText) -> list[float]:
    """The salience of each group of mentions; the strongest name of the article has 1."""
    weights = [math.log1p(sum(_weight(mention, joined) for mention in group)) for group in groups]
    strongest = max(weights, default=0.0) or 1.0
    return [round(weight / strongest, 2) for weight in weights]


def _weight(mention: Mention, joined: JoinedText) -> float:
    evidence = joined.evidence(mention.start, mention.end)
    if evidence is None:
        return 0.0
    opening = _OPENING if mention.start < _OPENING_SHARE * len(joined.text) else 0.0
    weight = _PART[evidence.part] + opening
    return weight * (_ADJECTIVE if mention.adjective else 1.0)
