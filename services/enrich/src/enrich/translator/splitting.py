"""Where the sentences of a text begin."""

from collections.abc import Sequence

from enrich.linguistics.sentences import sentence_bounds


def sentence_starts(text: str, language: str) -> Sequence[int]:
    """Offsets at which sentences begin, the first one left out. In markup a line break is but a space."""
    return [start for start, _ in sentence_bounds(text.replace("\n", " "), language)][1:]
