"""Who is quoted: media by name wherever they stand, and others by the words around them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from enrich.linguistics.agencies import CITING_VERBS, MEDIA_NOUNS
from enrich.linguistics.aliases import AliasPack
from enrich.linguistics.names import Mention
from enrich.linguistics.skeleton import skeleton
from enrich.linguistics.tokens import Token

CONFIDENCE: Final = 0.9
GUESSED: Final = 0.6
# A single Cyrillic word is inflected and may be an ordinary one: those are found as names, not as text.
_SAFE: Final = re.compile(r".*[A-Za-z]|.*\s")


class Media:
    """The media of an alias pack, found in running text as they are written."""

    def __init__(self, aliases: AliasPack) -> None:
        self._aliases = aliases
        self._patterns: dict[str, re.Pattern[str]] = {}

    def mentions(self, text: str, language: str) -> Iterator[Mention]:
        """Known media in a text; inflected names are found by the model instead."""
        for match in self._pattern(language).finditer(text):
            entry = self._aliases.find(match.group(), language)
            if entry is not None and entry.media:
                label = entry.label(language)
                yield source(label, match.start(), match.end(), CONFIDENCE, entry.id)

    def _pattern(self, language: str) -> re.Pattern[str]:
        if language not in self._patterns:
            names = {name for name in self._aliases.names(language, media=True) if _SAFE.match(name)}
            ordered = sorted(map(re.escape, names), key=lambda name: (-len(name), name))
            self._patterns[language] = re.compile(rf"(?<![\w-])(?:{'|'.join(ordered)})(?![\w-])")
        return self._patterns[language]


def source(label: str, start: int, end: int, confidence: float, identifier: str | None = None) -> Mention:
    """An organisation in the role of a source."""
    return Mention(
        kind="organisation",
        label=label,
        id=identifier,
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
