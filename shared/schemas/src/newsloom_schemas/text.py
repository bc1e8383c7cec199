"""The plain text of an article's body: the text that evidence offsets count in, and its way back."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser

_BLOCKS = frozenset(
    """
    p div h1 h2 h3 h4 h5 h6 ul ol li blockquote pre table tr td th figure figcaption section article hr
    br dl dt dd
    """.split()
)
_EMPTY = frozenset({"br", "hr"})
SUMMARY_CHARS = 200
SUMMARY_SOURCE_CHARS = 4_000  # enough markup for a summary; parsing a whole body costs more than all the rest

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a body that has text.

    `index` counts such blocks from 0; `tag` is the innermost block element around it, empty for none. `text`
    is its line of the body's plain text, and `start` the offset of that line there. Its own markup is
    `body_html[html_start:html_end]`, whose plain text is `text` again.
    """

    index: int
    tag: str
    text: str
    start: int
    html_start: int
    html_end: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class InBlock:
    """A span inside one block: `block.text[start:end]`."""

    block: Block
    start: int
    end: int


@dataclass(frozen=True)
class BodyText:
    """The plain text of a body as its blocks."""

    blocks: tuple[Block, ...]

    @cached_property
    def text(self) -> str:
        """The same as `plain_text` of the body."""
        return "\n".join(block.text for block in self.blocks)

    @cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def locate(self, start: int, end: int) -> InBlock | None:
        """Where `text[start:end]`, such as a tag's evidence, stands; None when it lies in no single block."""
        at = bisect_right(self._starts, start) - 1
        if at < 0 or not start < end <= self.blocks[at].end:
            return None
        block = self.blocks[at]
        return InBlock(block=block, start=start - block.start, end=end - block.start)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of plain text; `began` and `ended` are (line, column) in the markup, as the parser counts."""

    text: str
    tag: str
    began: tuple[int, int]
    ended: tuple[int, int]


class _BlockText(HTMLParser):
    """Collects text, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[_Line] = []
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._began: tuple[int, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _BLOCKS:
            self._begin()
            return
        self.end_line()
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _BLOCKS:
            self._begin()
            return
        self.end_line()
        while tag in self._open and self._open.pop() != tag:
            pass  # what was left open inside it ends with it

    def handle_data(self, data: str) -> None:
        self._begin()
        self._pieces.append(data)

    def end_line(self) -> None:
        text = _SPACES.sub(" ", "".join(self._pieces)).strip()
        if text and self._began is not None:
            self.lines.append(_Line(text, self._open[-1] if self._open else "", self._began, self.getpos()))
        self._pieces.clear()
        self._began = None

    def _begin(self) -> None:
        if self._began is None:
            self._began = self.getpos()


def plain_text(body_html: str) -> str:
    """Plain text of sanitised HTML: one line a block, white space collapsed, entities resolved.

    The function is part of the contract: evidence offsets into the body are offsets into its result.
    """
    return "\n".join(line.text for line in _lines(body_html))


def body_text(body_html: str) -> BodyText:
    """The plain text of sanitised HTML with the way back to its blocks, and from those into the markup."""
    lines_start = [0, *(found.end() for found in re.finditer("\n", body_html))]
    blocks: list[Block] = []
    start = 0
    for index, line in enumerate(_lines(body_html)):
        html_start, html_end = (lines_start[row - 1] + column for row, column in (line.began, line.ended))
        blocks.append(
            Block(
                index=index,
                tag=line.tag,
                text=line.text,
                start=start,
                html_start=html_start,
                html_end=html_end,
            )
        )
        start += len(line.text) + 1
    return BodyText(tuple(blocks))


def _lines(body_html: str) -> list[_Line]:
    parser = _BlockText()
    parser.feed(body_html)
    parser.close()
    parser.end_line()
    return parser.lines


def summary_of(lead: str | None, body_html: str) -> str | None:
    """What stands for an article in a list: the lead, else the start of the body, cut between words.

    None when there is no text. One rule for feed updates and for feeds, so that both say the same.
    """
    if lead:
        return lead
    text = " ".join(plain_text(_head_of(body_html)).split())
    if len(text) <= SUMMARY_CHARS:
        return text or None
    cut = text[: SUMMARY_CHARS + 1].rpartition(" ")[0] or text[:SUMMARY_CHARS]
    return f"{cut.rstrip(' ,;:–—-')}…"


def _head_of(body_html: str) -> str:
    """The first part of a body, not cut inside a tag."""
    if len(body_html) <= SUMMARY_SOURCE_CHARS:
        return body_html
    head = body_html[:SUMMARY_SOURCE_CHARS]
    return head[: head.rfind("<")] if head.rfind("<") > head.rfind(">") else head
