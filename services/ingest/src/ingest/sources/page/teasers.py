"""Cutting out the margin: blocks of unrelated stories, known by their header or by their relative times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count, pairwise
from statistics import mode

from ingest.sources.page.ages import Line
from ingest.sources.page.bylines import read_byline
from ingest.sources.page.items import Item, bare_titles, item_below, items_of
from ingest.sources.page.model import Teaser
from ingest.sources.page.phrases import INLINE_TEASER_HEADERS
from ingest.sources.page.runs import (
    BODY_CHARS,
    ITEM_LINES,
    headerless_blocks,
    headerless_tickers,
    is_header,
    last_age,
)
from ingest.sources.page.shape import is_sentence, is_title


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
class _Block:
    teasers: tuple[Teaser, ...]
    left_out: tuple[Line, ...] = ()
    end: int

    @classmethod
    def of(cls, items: Iterable[Item], end: int) -> "_Block":
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
        self._tickers = frozenset(headerless_tickers(lines))
        self._starts = dict(headerless_blocks(lines, self._tickers))
        self._prose = 0
        self._signed = False

    def block_at(self, at: int) -> _Block | None:
        line = self._lines[at]
        block = self._starting(at)
        if block is None and len(line.text) >= BODY_CHARS and is_sentence(line.text):
            self._prose, self._signed = self._prose + 1, False
        if block is None and self._prose > 1 and read_byline(self._texts, at)[1]:
            self._signed = True
        return block

    @property
    def _in_body(self) -> bool:
        return self._prose > 0

    def _starting(self, at: int) -> _Block | None:
        if is_header(self._lines[at]):
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
        end = last_age(self._lines, first)
        if end is not None:
            return self._closed(first, end + 1)
        return self._timeless(first)

    def _closed(self, first: int, end: int) -> _Block | None:
        """A block whose last line is a time; a page's own head at its end is given back."""
        stop = self._without_page_head(first, end)
        if stop is None:
            return None
        if self._in_body and len(self._lines) - stop <= 2 and self._may_be_cut_off(stop):
            stop = len(self._lines)
        return _Block.of(items_of(self._lines[first:stop]), stop)

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
            if at - ages[-1] > ITEM_LINES + 1 or is_header(self._lines[at]):
                break
            if self._lines[at].is_age:
                ages.append(at)
        sizes = [later - earlier - 1 for earlier, later in pairwise(ages)]
        end = min(len(self._lines), ages[-1] + 1 + (mode(sizes) if sizes else 2))
        bounds = pairwise([*ages, end])
        return _Block.of(
            (item_below(self._lines[age], self._lines[age + 1 : stop]) for age, stop in bounds), end
        )

    def _timeless(self, first: int) -> _Block | None:
        """Without times only titles are safe to cut; below the byline nothing belongs to the article."""
        if not self._in_body or first >= len(self._lines):
            return None
        if self._signed:
            return _Block.of(items_of(self._lines[first:]), len(self._lines))
        stop = next((at for at in count(first) if not self._may_be_bare_title(at)), first)
        return _Block(teasers=tuple(bare_titles(self._lines[first:stop])), end=stop)

    def _may_be_cut_off(self, at: int) -> bool:
        """The copy ended inside a teaser: its title, perhaps its text, but no time any more."""
        return self._may_be_bare_title(at) and len(self._texts[at].split()) > 2

    def _may_be_bare_title(self, at: int) -> bool:
        if at >= len(self._lines):
            return False
        text = self._texts[at]
        labelled = is_header(self._lines[at]) or read_byline(self._texts, at)[1] > 0
        return bool(text) and is_title(text) and not labelled


def _inline_teaser(line: Line, at: int) -> _Block | None:
    label, colon, title = line.text[:300].partition(":")
    known = colon and label.strip().casefold() in INLINE_TEASER_HEADERS
    if not known or not title.strip() or len(line.text) >= 300:
        return None
    teaser = Teaser(title=title.strip(), lead=None, age=line.age)
    return _Block(teasers=(teaser,), left_out=(Line(text=label + colon, number=line.number),), end=at + 1)
