"""Text made safe to print: valid in XML, harmless on one line, short where a summary is due."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from newsloom_schemas.article import ArticleContent, Author
from newsloom_schemas.text import summary_of

# XML 1.0 forbids most controls and surrogates; HTML forbids the controls above U+007E and non-characters too.
_PLANES = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17))
_FORBIDDEN = re.compile(f"[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{_PLANES}]")
_LINE_END = re.compile("\r\n?|\u0085")
# Controls that turn the reading direction of what follows them, and characters nobody can see.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PILED_MARKS = re.compile("([\u0300-\u036f]{3})[\u0300-\u036f]+")
UNTITLED = "Untitled"

_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IN_PATH = "/%:@!$&'()*+,;=~"
_IN_QUERY = f"{_IN_PATH}?"


def printable(text: str) -> str:
    """The text without the characters that no XML or HTML document may hold; line ends as both read them."""
    return _FORBIDDEN.sub("", _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """A title or name as one visible line: no control, direction or invisible characters, no piled marks."""
    # Almost every text is printable: then it has no control, no invisible character, no space but the usual.
    visible = text if text.isprintable() else _INVISIBLE.sub("", printable(text))
    return " ".join(_PILED_MARKS.sub(r"\1", visible).split())


def uri(address: str) -> str:
    """A web address in ASCII as RFC 3986 writes it; people may have written any letters and brackets."""
    parts = urlsplit(_STRAY_PERCENT.sub("%25", address))
    return urlunsplit(
        (
            parts.scheme,
            _authority(parts),
            quote(parts.path, safe=_IN_PATH),
            quote(parts.query, safe=_IN_QUERY),
            quote(parts.fragment, safe=_IN_QUERY),
        )
    )


def _authority(parts: SplitResult) -> str:
    host = parts.hostname or ""
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        ascii_host = host
    bracketed = f"[{ascii_host}]" if ":" in ascii_host else quote(ascii_host, safe="%")
    return f"{bracketed}:{parts.port}" if parts.port else bracketed


def headline(text: str) -> str:
    """A headline as one visible line; never nothing, because lists and links need something to show."""
    return one_line(text) or UNTITLED


def shortened(line: str, characters: int) -> str:
    """The line, cut between words to at most so many characters."""
    if len(line) <= characters:
        return line
    start = line[:characters]
    return f"{start.rpartition(' ')[0] or start[:-1]}…"


def names(texts: Iterable[str]) -> list[str]:
    """Names as visible lines, each once, in their order; those that show nothing are left out."""
    return [name for name in dict.fromkeys(one_line(text) for text in texts) if name]


def authors(content: ArticleContent) -> list[Author]:
    """The byline fit to show: visible names, each once and in their order, with what is known beside them."""
    shown: dict[str, Author] = {}
    for author in content.authors:
        if name := one_line(author.name):
            role, address = one_line(author.role or "") or None, uri(author.uri) if author.uri else None
            shown.setdefault(name, Author.model_construct(name=name, role=role, uri=address))
    return list(shown.values())


def summary(content: ArticleContent) -> str:
    """The article's summary as one line of plain text."""
    return one_line(summary_of(content.lead, content.body_html) or "")
