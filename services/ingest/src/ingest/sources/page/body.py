"""The text of an article: its lead, its paragraphs, and what in it only repeats or points elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.sources.page.ages import Line
from ingest.sources.page.earlier import take_earlier
from ingest.sources.page.head import Head
from ingest.sources.page.model import EarlierHint, NotAPage
from ingest.sources.page.shape import has_dateline, is_title, sameness, sentence_count

LEAD_CHARS = 250
_NOTHING = "no body below the headline: paste the whole article, one paragraph a line"


@dataclass(frozen=True, kw_only=True)
class Body:
    """`repeated` copies headline or lead; a bare time above line `starts` is the time of the article."""

    lead: str | None
    paragraphs: tuple[str, ...]
    hints: tuple[EarlierHint, ...]
    repeated: tuple[Line, ...]
    starts: int


def read_body(
    head: Head, lines: Sequence[Line], *, byline_positions: Sequence[int], outlet: str | None
) -> Body:
    """What stands below the headline. Raises NotAPage when nothing does."""
    below, headline_again = _apart(lines[head.end :], head.headline)
    if not below:
        raise NotAPage(_NOTHING)
    others, first_again = _apart(below[1:], below[0].text)
    texts = tuple(line.text for line in others)
    set_apart = bool(first_again) or head.end + 1 in byline_positions
    has_lead = bool(texts) and (set_apart or _is_stand_first(below[0].text, texts))
    lead, body = (below[0].text, texts) if has_lead else (None, (below[0].text, *texts))
    earlier = take_earlier(body, outlet=outlet)
    if not earlier.paragraphs and lead is None:
        raise NotAPage(_NOTHING)
    return Body(
        lead=lead if earlier.paragraphs else None,
        paragraphs=earlier.paragraphs or (lead or "",),
        hints=earlier.hints,
        repeated=headline_again + first_again,
        starts=below[min(1, len(below) - 1)].number,
    )


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
