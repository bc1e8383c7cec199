"""Runs of times: where a block of teasers begins and ends, told by nothing but how its times stand."""

from collections.abc import Iterator, Sequence, Set
from statistics import mode

from ingest.sources.page.ages import Line
from ingest.sources.page.phrases import TEASER_HEADERS
from ingest.sources.page.shape import is_sentence, is_title
from ingest.sources.page.stamps import is_entry, is_live_report

ITEM_LINES = 3  # a title and at most two lines of text between two times
BODY_CHARS = 40  # a shorter sentence may be the text of a teaser


def is_header(line: Line) -> bool:
    """A line such as "Latest news" or "Read also"."""
    return len(line.text) <= 40 and line.text.rstrip(": ").casefold() in TEASER_HEADERS


def last_age(lines: Sequence[Line], first: int) -> int | None:
    """The last time of a chain in which no two are further apart than one teaser is long."""
    last: int | None = None
    content = 0
    for at in range(first, len(lines)):
        if is_header(lines[at]):
            break
        content += bool(lines[at].text)
        limit = ITEM_LINES if last is not None else ITEM_LINES + 1
        if content > limit:
            break
        if lines[at].age is not None:
            last, content = at, 0
    return last


def headerless_blocks(lines: Sequence[Line], tickers: Set[int]) -> Iterator[tuple[int, int]]:
    """(first line, line after the last) of each run of two or more times that no header announces, and
    whose times stand below their teasers."""
    at = after_header = 0
    while at < len(lines):
        if lines[at].age is None:
            at += 1
            after_header = at if is_header(lines[at - 1]) else after_header
            continue
        sizes = list(_item_sizes(lines, at))
        end = at + 1 + sum(span for span, _ in sizes)
        contents = [content for _, content in sizes if content]
        if contents and at not in tickers and not is_live_report(lines[at:end]):
            yield max(_first_line(lines, at, mode(contents)), after_header), end
        at = end


def headerless_tickers(lines: Sequence[Line]) -> Iterator[int]:
    """The first time of each run of clock times with a title below each, where prose stands above the run."""
    for at in range(1, len(lines)):
        below_prose = lines[at - 1].age is None and len(lines[at - 1].text) >= BODY_CHARS
        opens = below_prose and is_entry(lines[at]) and is_sentence(lines[at - 1].text)
        if opens and _opens_item(lines, at) and _opens_item(lines, at + 2):
            yield at


def _opens_item(lines: Sequence[Line], at: int) -> bool:
    """A clock time with a title of its own below."""
    if at + 1 >= len(lines) or not is_entry(lines[at]):
        return False
    title = lines[at + 1]
    return title.age is None and is_title(title.text) and not is_header(title)


def _item_sizes(lines: Sequence[Line], age: int) -> Iterator[tuple[int, int]]:
    """(lines, lines with text) of each teaser that follows the one whose time is given."""
    content, previous = 0, age
    for at in range(age + 1, len(lines)):
        content += bool(lines[at].text)
        if content > ITEM_LINES or is_header(lines[at]):
            return
        if lines[at].age is not None:
            yield at - previous, content
            content, previous = 0, at


def _first_line(lines: Sequence[Line], age: int, usual: int) -> int:
    """Where the first teaser begins: as long as the others are, corrected by what looks like a title."""
    last_text = age if lines[age].text else age - 1
    first = max(0, last_text - usual + 1)
    if not is_sentence(lines[first].text):
        return first
    if first < last_text and is_title(lines[first + 1].text):
        return first + 1
    above = lines[first - 1].text if first else ""
    return first - 1 if above and is_title(above) else first
