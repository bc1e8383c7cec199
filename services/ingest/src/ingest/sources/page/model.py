"""What a copied page says, as values: nothing here knows how it was recognised."""

from dataclasses import dataclass


class NotAPage(ValueError):
    """The text has no headline or no body; the message says what to paste instead."""


@dataclass(frozen=True, kw_only=True)
class EarlierHint:
    """An "earlier we wrote" line: `text` is what was written then, `outlet` who claims to have written it.

    `outlet` is None when the line says "we" or uses the passive voice.
    """

    text: str
    outlet: str | None


@dataclass(frozen=True, kw_only=True)
class Teaser:
    """An unrelated story from the margin. `age` is the page's own phrase ("2 minutes ago"), not a time."""

    title: str
    text: str | None
    age: str | None


@dataclass(frozen=True, kw_only=True)
class Page:
    """A copied page taken apart; every text is the page's own, with only white space and marks tidied.

    `paragraphs` holds neither the lead nor its repetition, no byline, no hint, no teaser, and is never empty.
    `language` is a two-letter guess, None when neither the text nor the caller's hint decides.
    """

    section: str | None
    headline: str
    lead: str | None
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    earlier: tuple[EarlierHint, ...]
    teasers: tuple[Teaser, ...]
    language: str | None
