"""The top of a page: which of its first lines is the headline, and whether a section stands above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.sources.page.ages import Line
from ingest.sources.page.model import NotAPage
from ingest.sources.page.phrases import SECTIONS
from ingest.sources.page.shape import is_section_size, may_be_headline

HEADLINE_CHARS = 300
_TOP_LINES = 12  # a headline is not looked for further down


@dataclass(frozen=True, kw_only=True)
class Head:
    """`above` is what stands over the section; `end` is the first line below the headline."""

    section: str | None
    headline: str
    above: tuple[Line, ...]
    end: int


def read_head(page: Sequence[Line]) -> Head:
    """The section and the headline. Raises NotAPage when there are no lines, or only paragraphs."""
    lines = [line.text for line in page]
    if not lines:
        raise NotAPage("no text of an article: paste its headline and its paragraphs, not only the teasers")
    top = lines[:_TOP_LINES]
    titles = next((at for at, line in enumerate(top) if not may_be_headline(line)), len(top))
    at = _headline_line(lines, titles)
    if len(lines[at]) > HEADLINE_CHARS:
        raise NotAPage(
            f"no headline: the first line is a paragraph of {len(lines[at])} characters;"
            f" put the headline, of at most {HEADLINE_CHARS}, on a line of its own above it"
        )
    has_section = at > 0 and is_section_size(lines[at - 1])
    return Head(
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
