"""Authors as tags: the source's own byline, taken at its word."""

from typing import Final

from newsloom_schemas.enrichment import Tag

METHOD: Final = "byline"
CONFIDENCE: Final = 0.95


def byline_tags(authors: tuple[str, ...]) -> tuple[Tag, ...]:
    """A person in the role of author for each name; the byline is no part of the text, so no evidence."""
    return tuple(
        Tag(
            kind="person",
            label=author,
            role="author",
            confidence=CONFIDENCE,
            basis="heuristic",
            method=METHOD,
        )
        for author in dict.fromkeys(authors)
    )
