"""The one entry: from pasted text to a Page. Pure: no clock, no I/O; linear in the length of the text."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.sources.page.ages import read_lines
from ingest.sources.page.bylines import take_bylines
from ingest.sources.page.clean import clean_lines
from ingest.sources.page.earlier import take_earlier
from ingest.sources.page.language import guess_language
from ingest.sources.page.model import NotAPage, Page
from ingest.sources.page.phrases import SECTIONS
from ingest.sources.page.shape import (
    has_dateline,
    is_section_size,
    is_title,
    may_be_headline,
    sameness,
    sentence_count,
)
from ingest.sources.page.teasers import cut_teasers

HEADLINE_CHARS = 300
LEAD_CHARS = 250


def parse_page(text: str, *, language_hint: str | None = None, outlet: str | None = None) -> Page:
    """Takes a copied news page apart.

    `outlet` is the name under which the source writes about itself: with it, "earlier X wrote" lines are
    told from quoted agencies by name instead of by place. `language_hint` decides only where the text does
    not. Raises NotAPage when there is no headline or no body.
    """
    margin = cut_teasers(read_lines(clean_lines(text)))
    signed = take_bylines([line.text for line in margin.lines if line.text])
    head = _read_head(signed.lines)
    body = _Body.of(head, signed.lines, signed.positions)
    earlier = take_earlier(body.paragraphs, outlet=outlet)
    if not earlier.paragraphs and body.lead is None:
        raise NotAPage("no body below the headline: paste the whole article, one paragraph a line")
    return Page(
        section=head.section,
        headline=head.headline,
        lead=body.lead if earlier.paragraphs else None,
        paragraphs=earlier.paragraphs or (body.lead or "",),
        authors=signed.authors,
        earlier=earlier.hints,
        teasers=margin.teasers,
        language=guess_language("\n".join(signed.lines), hint=language_hint),
    )


@dataclass(frozen=True, kw_only=True)
class _Head:
    section: str | None
    headline: str
    end: int  # the first line below the headline


def _read_head(lines: Sequence[str]) -> _Head:
    if not lines:
        raise NotAPage("no text of an article: paste its headline and its paragraphs, not only the teasers")
    titles = next(
        (at for at, line in enumerate(lines[:12]) if not may_be_headline(line)), min(len(lines), 12)
    )
    at = _headline_line(lines, titles)
    if len(lines[at]) > HEADLINE_CHARS:
        raise NotAPage(
            f"no headline: the first line is a paragraph of {len(lines[at])} characters;"
            f" put the headline, of at most {HEADLINE_CHARS}, on a line of its own above it"
        )
    has_section = at > 0 and is_section_size(lines[at - 1])
    return _Head(section=lines[at - 1] if has_section else None, headline=lines[at], end=at + 1)


def _headline_line(lines: Sequence[str], titles: int) -> int:
    """Among the title-like lines on top, the headline is the first that is too long for a section's name."""
    if len(lines) > 1 and lines[0].casefold().rstrip(":") in SECTIONS and titles <= 1:
        return 1
    if titles <= 1:
        return 0
    long = next((at for at in range(titles) if not is_section_size(lines[at])), None)
    if long is not None:
        return long
    return max(range(1, titles), key=lambda at: len(lines[at]))


@dataclass(frozen=True, kw_only=True)
class _Body:
    lead: str | None
    paragraphs: tuple[str, ...]

    @classmethod
    def of(cls, head: _Head, lines: Sequence[str], byline_positions: Sequence[int]) -> "_Body":
        headline = sameness(head.headline)
        below = tuple(line for line in lines[head.end :] if sameness(line) != headline)
        if not below:
            return cls(lead=None, paragraphs=())
        lead, rest = below[0], below[1:]
        others = tuple(line for line in rest if sameness(line) != sameness(lead))
        set_apart = len(others) < len(rest) or head.end + 1 in byline_positions
        if not others or not (set_apart or _is_stand_first(lead, others)):
            return cls(lead=None, paragraphs=(lead, *others))
        return cls(lead=lead, paragraphs=others)


def _is_stand_first(first: str, others: Sequence[str]) -> bool:
    """Without a repetition or a byline below, only a short opening above longer text is taken for a lead."""
    if len(first) > LEAD_CHARS or len(others) < 2 or has_dateline(first):
        return False
    return is_title(first) or (sentence_count(first) <= 2 and len(first) <= max(map(len, others[:2])))
