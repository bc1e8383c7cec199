"""Text made safe to print: valid in XML, harmless on one line, short where a summary is due."""

import re

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.text import summary_of

# XML 1.0 allows tab, line feed, carriage return and everything from space up, without
# surrogates, U+FFFE and U+FFFF.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Controls that turn the reading direction of what follows them, and characters nobody can see.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PILED_MARKS = re.compile("([\u0300-\u036f]{3})[\u0300-\u036f]+")
_SPACES = re.compile(r"\s+")


def xml_text(text: str) -> str:
    """The text without the characters that no XML 1.0 document may hold; line ends as XML reads them."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """A title or name as one visible line: no control, direction or invisible characters, no piled marks."""
    visible = _INVISIBLE.sub("", _NOT_XML.sub("", text))
    return _SPACES.sub(" ", _PILED_MARKS.sub(r"\1", visible)).strip()


def summary(content: ArticleContent) -> str:
    """The article's summary as one line of plain text."""
    return one_line(summary_of(content.lead, content.body_html) or "")
