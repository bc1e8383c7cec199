"""The one entry: from pasted text to a Page. Pure: no clock, no I/O; linear in the length of the text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.sources.page.ages import Line, read_lines
from ingest.sources.page.attributions import find_attributions
from ingest.sources.page.bylines import take_bylines
from ingest.sources.page.clean import clean_lines
from ingest.sources.page.earlier import take_earlier
from ingest.sources.page.furniture import take_furniture
from ingest.sources.page.language import guess_language
from ingest.sources.page.model import NotAPage, Page, Teaser
from ingest.sources.page.phrases import SECTIONS
from ingest.sources.page.shape import (
    has_dateline,
    is_section_size,
    is_title,
    may_be_headline,
    sameness,
    sentence_count,
)
from ingest.sources.page.stamps import read_own_times, take_stamps
from ingest.sources.page.teasers import cut_teasers
from ingest.sources.page.times import Capture, read_time

HEADLINE_CHARS = 300
LEAD_CHARS = 250


def parse_page(
    text: str, *, language_hint: str | None = None, outlet: str | None = None, capture: Capture | None = None
) -> Page:
    """Takes a copied news page apart.

    `outlet` is the name under which the source writes about itself: with it, "earlier X wrote" lines are
    told from quoted agencies by name instead of by place. `language_hint` decides only where the text does
    not. With a `capture`, times become intervals. Raises NotAPage when there is no headline or no body.
    """
    around = take_furniture(read_lines(clean_lines(text)))
    margin = cut_teasers(around.lines)
    stamped = take_stamps(margin.lines)
    signed = take_bylines(stamped.lines)
    head = _read_head(signed.lines)
    body = _Body.of(head, signed.lines, signed.positions)
    earlier = take_earlier(body.paragraphs, outlet=outlet)
    if not earlier.paragraphs and body.lead is None:
        raise NotAPage("no body below the headline: paste the whole article, one paragraph a line")
    language = guess_language("\n".join(line.text for line in signed.lines), hint=language_hint)
    seen = replace(capture, month_first=language == "en") if capture is not None else None
    times = read_own_times(stamped.stamps, head_ends=body.starts, capture=seen)
    crumb = around.crumb if head.section is None else None
    lead = body.lead if earlier.paragraphs else None
    paragraphs = earlier.paragraphs or (body.lead or "",)
    return Page(
        section=crumb.text if crumb else head.section,
        headline=head.headline,
        lead=lead,
        paragraphs=paragraphs,
        authors=signed.authors,
        bylines=tuple(line.text for line in signed.bylines),
        published=times.published,
        updated=times.updated,
        earlier=earlier.hints,
        attributions=find_attributions((lead or "", *paragraphs)),
        keywords=around.keywords,
        teasers=tuple(_dated(teaser, seen) for teaser in margin.teasers),
        left_out=_in_order(
            [_without(line, crumb) for line in around.left_out],
            margin.left_out,
            [Line(text=line.age or "", number=line.number) for line in times.others],
            head.above,
            body.repeated,
        ),
        language=language,
    )


def _dated(teaser: Teaser, capture: Capture | None) -> Teaser:
    reading = read_time(teaser.age) if capture is not None and teaser.age is not None else None
    return replace(teaser, interval=reading.at(capture)) if reading and capture else teaser


def _in_order(*cuts: Sequence[Line]) -> tuple[str, ...]:
    ordered = sorted((line for cut in cuts for line in cut), key=lambda line: line.number)
    return tuple(part for line in ordered for part in (line.text, line.age) if part)


def _without(line: Line, crumb: Line | None) -> Line:
    """What is left of the way to a page when its last step was taken for the section."""
    taken = crumb is not None and crumb.number == line.number
    return replace(line, text=line.text.removesuffix(crumb.text).rstrip()) if crumb and taken else line


@dataclass(frozen=True, kw_only=True)
class _Head:
    section: str | None
    headline: str
    above: tuple[Line, ...]
    end: int  # the first line below the headline


def _read_head(page: Sequence[Line]) -> _Head:
    lines = [line.text for line in page]
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
    return _Head(
        section=lines[at - 1] if has_section else None,
        headline=lines[at],
        above=tuple(page[: at - 1 if has_section else at]),
        end=at + 1,
    )


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
    """`starts` is the number of the line below which no bare time is the article's own."""

    lead: str | None
    paragraphs: tuple[str, ...]
    repeated: tuple[Line, ...]
    starts: int

    @classmethod
    def of(cls, head: _Head, lines: Sequence[Line], byline_positions: Sequence[int]) -> "_Body":
        below, again = _apart(lines[head.end :], head.headline)
        if not below:
            return cls(lead=None, paragraphs=(), repeated=again, starts=0)
        first, rest = below[0].text, below[1:]
        others, first_again = _apart(rest, first)
        texts = tuple(line.text for line in others)
        starts = below[min(1, len(below) - 1)].number
        set_apart = bool(first_again) or head.end + 1 in byline_positions
        if not texts or not (set_apart or _is_stand_first(first, texts)):
            return cls(lead=None, paragraphs=(first, *texts), repeated=again + first_again, starts=starts)
        return cls(lead=first, paragraphs=texts, repeated=again + first_again, starts=starts)


def _apart(lines: Sequence[Line], text: str) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines that say something else than a text, and those that repeat it."""
    key = sameness(text)
    same = [sameness(line.text) == key for line in lines]
    return (
        tuple(line for line, repeats in zip(lines, same, strict=True) if not repeats),
        tuple(line for line, repeats in zip(lines, same, strict=True) if repeats),
    )


def _is_stand_first(first: str, others: Sequence[str]) -> bool:
    """Without a repetition or a byline below, only a short opening above longer text is taken for a lead."""
    if len(first) > LEAD_CHARS or len(others) < 2 or has_dateline(first):
        return False
    return is_title(first) or (sentence_count(first) <= 2 and len(first) <= max(map(len, others[:2])))
