"""What a copied page says, as values: nothing here knows how it was recognised."""

from dataclasses import dataclass
from datetime import datetime

from ingest.sources.page.times import Interval


class NotAPage(ValueError):
    """The text has no headline or no body; the message says what to paste instead."""


@dataclass(frozen=True, kw_only=True)
class EarlierHint:
    """An "earlier we wrote" line: `text` is what was written then, `outlet` who claims to have written it.

    `outlet` is None when the line says "we" or uses the passive voice. `line` is all of it.
    """

    text: str
    outlet: str | None
    line: str


@dataclass(frozen=True, kw_only=True)
class Teaser:
    """An unrelated story from the margin. `age` is the page's own phrase ("2 minutes ago").

    `interval` is when that was; None without a capture, without a phrase, and where the two do not agree.
    """

    title: str
    lead: str | None
    age: str | None
    interval: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """A time that the page shows of itself: its words, when that was, and the moment where the words alone
    say it to the minute. `exact` is the same whenever the page is copied; `interval` is not."""

    phrase: str
    interval: Interval | None
    exact: datetime | None


@dataclass(frozen=True, kw_only=True)
class Page:
    """A copied page taken apart; every text is the page's own, with only white space and marks tidied.

    Everything that was copied is in exactly one place: `paragraphs` holds neither the lead nor its
    repetition, no byline, no hint, no teaser, and is never empty; `left_out` holds the rest in page order.
    `attributions` are the agencies and papers that the body quotes, as it writes them; `language` is a
    two-letter guess, None when neither the text nor the caller's hint decides.
    """

    section: str | None
    headline: str
    lead: str | None
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    bylines: tuple[str, ...] = ()
    published: Stamp | None = None
    updated: Stamp | None = None
    earlier: tuple[EarlierHint, ...]
    attributions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    teasers: tuple[Teaser, ...]
    left_out: tuple[str, ...] = ()
    language: str | None
