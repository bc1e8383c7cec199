"""Cutting out the margin: blocks of unrelated stories, known by their header or by their relative times."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import count, pairwise
from statistics import mode

from ingest.sources.page.ages import Line
from ingest.sources.page.bylines import read_byline
from ingest.sources.page.model import Teaser
from ingest.sources.page.phrases import INLINE_TEASER_HEADERS, TEASER_HEADERS
from ingest.sources.page.shape import is_sentence, is_title
from ingest.sources.page.stamps import is_entry, is_live_report

ITEM_LINES = 3  # a title and at most two lines of text between two times
_BODY_CHARS = 40


@dataclass(frozen=True, kw_only=True)
class Margin:
    """The page without its teaser blocks, the teasers in page order, and what else stood in the blocks."""

    lines: tuple[Line, ...]
    teasers: tuple[Teaser, ...]
    left_out: tuple[Line, ...]


def cut_teasers(lines: Sequence[Line]) -> Margin:
    """Takes out every block of teasers, wherever it stands; lines outside a block are never lost."""
    scan = _Scan(lines)
    kept: list[Line] = []
    teasers: list[Teaser] = []
    left_out: list[Line] = []
    at = 0
    while at < len(lines):
        block = scan.block_at(at)
        if block is None:
            kept.append(lines[at])
            at += 1
        else:
            teasers += block.teasers
            left_out += block.left_out
            at = block.end
    return Margin(lines=tuple(kept), teasers=tuple(teasers), left_out=tuple(left_out))


@dataclass(frozen=True, kw_only=True)
class _Item:
    """The lines of at most a few teasers that one time stands at, above or below them."""

    lines: tuple[Line, ...]
    age: str | None = None
    timed_at: int = 0

    @property
    def teasers(self) -> Iterator[Teaser]:
        return _split_item(self.lines, self.age)

    @property
    def left_out(self) -> Iterator[Line]:
        """Times that no teaser takes."""
        if self.age is not None and not any(line.text for line in self.lines):
            yield Line(text=self.age, number=self.timed_at)


@dataclass(frozen=True, kw_only=True)
class _Block:
    teasers: tuple[Teaser, ...]
    left_out: tuple[Line, ...] = ()
    end: int

    @classmethod
    def of(cls, items: Iterable[_Item], end: int) -> "_Block":
        known = tuple(items)
        return cls(
            teasers=tuple(teaser for item in known for teaser in item.teasers),
            left_out=tuple(line for item in known for line in item.left_out),
            end=end,
        )


class _Scan:
    """One pass over the page that remembers whether prose and a byline were already passed."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._texts = [line.text for line in lines]
        self._tickers = frozenset(_headerless_tickers(lines))
        self._starts = dict(_headerless_blocks(lines, self._tickers))
        self._prose = 0
        self._signed = False

    def block_at(self, at: int) -> _Block | None:
        line = self._lines[at]
        block = self._starting(at)
        if block is None and len(line.text) >= _BODY_CHARS and is_sentence(line.text):
            self._prose, self._signed = self._prose + 1, False
        if block is None and self._prose > 1 and read_byline(self._texts, at)[1]:
            self._signed = True
        return block

    @property
    def _in_body(self) -> bool:
        return self._prose > 0

    def _starting(self, at: int) -> _Block | None:
        if _is_header(self._lines[at]):
            block = self._headed(at + 1)
            return block and replace(block, left_out=(self._lines[at], *block.left_out))
        if self._in_body and (inline := _inline_teaser(self._lines[at], at)):
            return inline
        if at in self._tickers:
            return self._times_first(at)
        if at in self._starts:
            return self._closed(at, self._starts[at])
        return None

    def _headed(self, first: int) -> _Block | None:
        if first < len(self._lines) and self._lines[first].is_age:
            return self._times_first(first)
        last = _last_age(self._lines, first)
        if last is not None:
            return self._closed(first, last + 1)
        return self._timeless(first)

    def _closed(self, first: int, end: int) -> _Block | None:
        """A block whose last line is a time; a page's own head at its end is given back."""
        stop = self._without_page_head(first, end)
        if stop is None:
            return None
        if self._in_body and len(self._lines) - stop <= 2 and self._may_be_cut_off(stop):
            stop = len(self._lines)
        return _Block.of(_items(self._lines[first:stop]), stop)

    def _without_page_head(self, first: int, end: int) -> int | None:
        """Above the article, [section, headline, time of the article] looks like one more teaser.

        It is none when prose follows at once; None when nothing but such a head was found.
        """
        if self._in_body or not self._prose_follows(end):
            return end
        earlier = [at for at in range(first, end - 1) if self._lines[at].age is not None]
        last_item = first if not earlier else earlier[-1] + 1
        if any(is_sentence(line.text) for line in self._lines[last_item:end] if line.text):
            return end
        return last_item if earlier else None

    def _prose_follows(self, at: int) -> bool:
        while at < len(self._lines) and (used := read_byline(self._texts, at)[1]):
            at += used
        return at < len(self._lines) and is_sentence(self._texts[at])

    def _times_first(self, first: int) -> _Block:
        ages = [first]
        for at in range(first + 1, len(self._lines)):
            if at - ages[-1] > ITEM_LINES + 1 or _is_header(self._lines[at]):
                break
            if self._lines[at].is_age:
                ages.append(at)
        sizes = [later - earlier - 1 for earlier, later in pairwise(ages)]
        end = min(len(self._lines), ages[-1] + 1 + (mode(sizes) if sizes else 2))
        bounds = pairwise([*ages, end])
        return _Block.of((_below(self._lines[age], self._lines[age + 1 : stop]) for age, stop in bounds), end)

    def _timeless(self, first: int) -> _Block | None:
        """Without times only titles are safe to cut; below the byline nothing belongs to the article."""
        if not self._in_body or first >= len(self._lines):
            return None
        if self._signed:
            return _Block.of(_items(self._lines[first:]), len(self._lines))
        stop = next((at for at in count(first) if not self._may_be_bare_title(at)), first)
        return _Block(teasers=tuple(_titles(self._lines[first:stop])), end=stop)

    def _may_be_cut_off(self, at: int) -> bool:
        """The copy ended inside a teaser: its title, perhaps its text, but no time any more."""
        return self._may_be_bare_title(at) and len(self._texts[at].split()) > 2

    def _may_be_bare_title(self, at: int) -> bool:
        if at >= len(self._lines):
            return False
        text = self._texts[at]
        labelled = _is_header(self._lines[at]) or read_byline(self._texts, at)[1] > 0
        return bool(text) and is_title(text) and not labelled


def _is_header(line: Line) -> bool:
    return len(line.text) <= 40 and line.text.rstrip(": ").casefold() in TEASER_HEADERS


def _inline_teaser(line: Line, at: int) -> _Block | None:
    label, colon, title = line.text[:300].partition(":")
    known = colon and label.strip().casefold() in INLINE_TEASER_HEADERS
    if not known or not title.strip() or len(line.text) >= 300:
        return None
    teaser = Teaser(title=title.strip(), lead=None, age=line.age)
    return _Block(teasers=(teaser,), left_out=(Line(text=label + colon, number=line.number),), end=at + 1)


def _last_age(lines: Sequence[Line], first: int) -> int | None:
    """The last time of a chain in which no two are further apart than one teaser is long."""
    last: int | None = None
    content = 0
    for at in range(first, len(lines)):
        if _is_header(lines[at]):
            break
        content += bool(lines[at].text)
        limit = ITEM_LINES if last is not None else ITEM_LINES + 1
        if content > limit:
            break
        if lines[at].age is not None:
            last, content = at, 0
    return last


def _headerless_blocks(lines: Sequence[Line], tickers: Set[int]) -> Iterator[tuple[int, int]]:
    """(first line, line after the last) of each run of two or more times that no header announces, and
    whose times stand below their teasers."""
    at = after_header = 0
    while at < len(lines):
        if lines[at].age is None:
            at += 1
            after_header = at if _is_header(lines[at - 1]) else after_header
            continue
        sizes = list(_item_sizes(lines, at))
        end = at + 1 + sum(span for span, _ in sizes)
        contents = [content for _, content in sizes if content]
        if contents and at not in tickers and not is_live_report(lines[at:end]):
            yield max(_first_line(lines, at, mode(contents)), after_header), end
        at = end


def _headerless_tickers(lines: Sequence[Line]) -> Iterator[int]:
    """The first time of each run of clock times with a title below each, where prose stands above the run."""
    for at in range(1, len(lines)):
        below_prose = lines[at - 1].age is None and len(lines[at - 1].text) >= _BODY_CHARS
        opens = below_prose and is_entry(lines[at]) and is_sentence(lines[at - 1].text)
        if opens and _opens_item(lines, at) and _opens_item(lines, at + 2):
            yield at


def _opens_item(lines: Sequence[Line], at: int) -> bool:
    """A clock time with a title of its own below."""
    if at + 1 >= len(lines) or not is_entry(lines[at]):
        return False
    title = lines[at + 1]
    return title.age is None and is_title(title.text) and not _is_header(title)


def _item_sizes(lines: Sequence[Line], age: int) -> Iterator[tuple[int, int]]:
    """(lines, lines with text) of each teaser that follows the one whose time is given."""
    content, previous = 0, age
    for at in range(age + 1, len(lines)):
        content += bool(lines[at].text)
        if content > ITEM_LINES or _is_header(lines[at]):
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


def _items(lines: Sequence[Line]) -> Iterator[_Item]:
    """Items whose time stands at their end; the last may have lost it."""
    item: list[Line] = []
    for line in lines:
        item.append(line)
        if line.age is not None:
            yield _Item(lines=tuple(item), age=line.age, timed_at=line.number)
            item = []
    yield _Item(lines=tuple(item))


def _below(time: Line, lines: Sequence[Line]) -> _Item:
    """An item whose time stands above it."""
    return _Item(lines=tuple(lines), age=time.age, timed_at=time.number)


def _split_item(item: Sequence[Line], age: str | None) -> Iterator[Teaser]:
    """The last teaser of the lines has the time; those before it lost theirs in copying."""
    texts = [line.text for line in item if line.text]
    groups: list[list[str]] = []
    for text in texts:
        opens = not groups or (len(groups[-1]) > 1 and is_title(text))
        if opens:
            groups.append([text])
        else:
            groups[-1].append(text)
    for group in groups:
        own = age if group is groups[-1] else None
        yield Teaser(title=group[0], lead=" ".join(group[1:]) or None, age=own)


def _titles(lines: Sequence[Line]) -> Iterator[Teaser]:
    return (Teaser(title=line.text, lead=None, age=line.age) for line in lines)
