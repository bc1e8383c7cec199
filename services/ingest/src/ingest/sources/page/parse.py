"""The one entry: from pasted text to a Page. Pure: no clock, no I/O; linear in the length of the text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.sources.page.ages import Line, read_lines
from ingest.sources.page.attributions import find_attributions
from ingest.sources.page.body import Body, read_body
from ingest.sources.page.bylines import Bylines, take_bylines
from ingest.sources.page.clean import clean_lines
from ingest.sources.page.furniture import Furniture, take_furniture
from ingest.sources.page.head import Head, read_head
from ingest.sources.page.language import guess_language
from ingest.sources.page.model import Page, Teaser
from ingest.sources.page.stamps import Stamped, read_own_times, take_stamps
from ingest.sources.page.teasers import Margin, cut_teasers
from ingest.sources.page.times import Capture, read_time


def parse_page(
    text: str, *, language_hint: str | None = None, outlet: str | None = None, capture: Capture | None = None
) -> Page:
    """Takes a copied news page apart.

    `outlet` is the name under which the source writes about itself: with it, "earlier X wrote" lines are
    told from quoted agencies by name instead of by place. `language_hint` decides only where the text does
    not. With a `capture`, times become intervals. Raises NotAPage when there is no headline or no body.
    """
    parts = _take_apart(text, outlet)
    language = guess_language("\n".join(line.text for line in parts.signed.lines), hint=language_hint)
    seen = replace(capture, month_first=language == "en") if capture is not None else None
    return _put_together(parts, language, seen)


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What each step has taken out of what the steps before it had left."""

    around: Furniture
    margin: Margin
    stamped: Stamped
    signed: Bylines
    head: Head
    body: Body

    @property
    def crumb(self) -> Line | None:
        """The way to the page names the section where nothing else does."""
        return self.around.crumb if self.head.section is None else None


def _take_apart(text: str, outlet: str | None) -> _Parts:
    around = take_furniture(read_lines(clean_lines(text)))
    margin = cut_teasers(around.lines)
    stamped = take_stamps(margin.lines)
    signed = take_bylines(stamped.lines)
    head = read_head(signed.lines)
    body = read_body(head, signed.lines, byline_positions=signed.positions, outlet=outlet)
    return _Parts(around=around, margin=margin, stamped=stamped, signed=signed, head=head, body=body)


def _put_together(parts: _Parts, language: str | None, capture: Capture | None) -> Page:
    head, body = parts.head, parts.body
    times = read_own_times(parts.stamped.stamps, head_ends=body.starts, capture=capture)
    return Page(
        section=parts.crumb.text if parts.crumb else head.section,
        headline=head.headline,
        lead=body.lead,
        paragraphs=body.paragraphs,
        authors=parts.signed.authors,
        bylines=tuple(line.text for line in parts.signed.bylines),
        published=times.published,
        updated=times.updated,
        earlier=body.hints,
        attributions=find_attributions((body.lead or "", *body.paragraphs)),
        keywords=parts.around.keywords,
        teasers=tuple(_dated(teaser, capture) for teaser in parts.margin.teasers),
        left_out=_left_out(parts, times.others),
        language=language,
    )


def _dated(teaser: Teaser, capture: Capture | None) -> Teaser:
    reading = read_time(teaser.age) if capture is not None and teaser.age is not None else None
    return replace(teaser, interval=reading.at(capture)) if reading and capture else teaser


def _left_out(parts: _Parts, times: Sequence[Line]) -> tuple[str, ...]:
    """Whatever no step had a place for, in page order."""
    around = [_without(line, parts.crumb) for line in parts.around.left_out]
    lines = (*around, *parts.margin.left_out, *times, *parts.head.above, *parts.body.repeated)
    ordered = sorted(lines, key=lambda line: line.number)
    return tuple(text for line in ordered for text in (line.text, line.age) if text)


def _without(line: Line, crumb: Line | None) -> Line:
    """What is left of the way to a page when its last step was taken for the section."""
    if crumb is None or crumb.number != line.number:
        return line
    return replace(line, text=line.text.removesuffix(crumb.text).rstrip())
