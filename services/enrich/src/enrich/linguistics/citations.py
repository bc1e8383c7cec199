"""Who is quoted: agencies by name wherever they stand, and media by the words around them."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from enrich.linguistics.agencies import AGENCIES, CITING_VERBS, MEDIA_NOUNS, canonical_agency
from enrich.linguistics.names import Mention
from enrich.linguistics.skeleton import skeleton
from enrich.linguistics.tokens import Token

CONFIDENCE: Final = 0.9
GUESSED: Final = 0.6


def agencies(text: str, language: str) -> Iterator[Mention]:
    """Known agencies in a text, as written; inflected Russian names are found by the model instead."""
    for match in _pattern().finditer(text):
        canonical = canonical_agency(match.group(), language)
        # Abbreviations and titles count only in their own capitals: "bild" is a word, "Bild" is a paper.
        if canonical is not None and (match.group()[0].isupper() or match.group() == "dpa"):
            yield source(canonical, match.start(), match.end(), CONFIDENCE)


def source(label: str, start: int, end: int, confidence: float) -> Mention:
    """An organisation in the role of a source."""
    return Mention(
        kind="organisation",
        label=label,
        start=start,
        end=end,
        role="source",
        confidence=confidence,
        basis="heuristic",
    )


def is_outlet(name: str, source_id: str) -> bool:
    """True when a name sounds like the id of the outlet that published the article: Курсор, `kursor`."""
    bones = "".join(map(skeleton, name.split()))
    return len(bones) > 2 and bones == "".join(map(skeleton, source_id.split("-")))


def is_cited(tokens: Sequence[Token], first: int, last: int) -> bool:
    """True when the tokens first..last are called a medium, or are the subject of a verb that media have."""
    before, after = tokens[max(0, first - 2) : first], tokens[last + 1 : last + 2]
    if any(token.lemma in MEDIA_NOUNS for token in before[-1:]):
        return True
    if any(token.lemma in CITING_VERBS for token in (*before[-1:], *after)):
        return True
    # «пишет газета "X"», with a quotation mark between the noun and the name.
    return len(before) == 2 and before[1].pos == "PUNCT" and before[0].lemma in MEDIA_NOUNS


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = sorted((re.escape(name) for name in AGENCIES), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE)
