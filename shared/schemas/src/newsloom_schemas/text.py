"""The plain text of an article's body: the text that evidence offsets count in."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    """
    p div h1 h2 h3 h4 h5 h6 ul ol li blockquote pre table tr td th figure figcaption section article hr
    br dl dt dd
    """.split()
)
SUMMARY_CHARS = 200
SUMMARY_SOURCE_CHARS = 4_000  # enough markup for a summary; parsing a whole body costs more than all the rest

_SPACES = re.compile(r"\s+")


class _BlockText(HTMLParser):
    """Collects text, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)

    def end_line(self) -> None:
        line = _SPACES.sub(" ", "".join(self._pieces)).strip()
        self._pieces.clear()
        if line:
            self.lines.append(line)


def plain_text(body_html: str) -> str:
    """Plain text of sanitised HTML: one line a block, white space collapsed, entities resolved.

    The function is part of the contract: evidence offsets into the body are offsets into its result.
    """
    parser = _BlockText()
    parser.feed(body_html)
    parser.close()
    parser.end_line()
    return "\n".join(parser.lines)


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
