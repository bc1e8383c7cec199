"""What enrichers read: the plain texts of an article, and a joined text that maps back to them."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.enrichment import Evidence, TextPart
from newsloom_schemas.text import plain_text

# Longer bodies are read up to here: three times the longest feature, and a bound on the cost of one article.
MAX_BODY_CHARS = 40_000
_ENDS_A_SENTENCE = frozenset(".!?…:;")
_CLOSING = "»\"'”’)]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """The plain text of one revision, with what its source declares about it."""

    source: str
    headline: str
    lead: str
    body: str
    language: str | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    cut: bool = False

    @classmethod
    def of(cls, source: str, content: ArticleContent) -> "ArticleText":
        body = plain_text(content.body_html)
        return cls(
            source=source,
            headline=content.headline,
            lead=content.lead or "",
            body=body[:MAX_BODY_CHARS],
            language=content.language,
            section=content.section,
            authors=content.author_names,
            keywords=content.keywords,
            cut=len(body) > MAX_BODY_CHARS,
        )

    def parts(self) -> tuple[tuple[TextPart, str], ...]:
        """The texts that evidence offsets count in, in reading order."""
        return (("headline", self.headline), ("lead", self.lead), ("body", self.body))

    def part(self, name: TextPart) -> str:
        return {"headline": self.headline, "lead": self.lead, "body": self.body}[name]


@dataclass(frozen=True, slots=True)
class _Segment:
    start: int
    end: int
    part: TextPart
    part_start: int
    line: int


@dataclass(frozen=True, slots=True)
class JoinedText:
    """All lines of an article as one text, so that a model sees whole sentences across paragraphs.

    A line without an end mark gets a full stop: otherwise the names at the end of a headline and at the start
    of the next line melt together.
    """

    text: str
    segments: tuple[_Segment, ...]

    @classmethod
    def of(cls, article: ArticleText) -> "JoinedText":
        pieces: list[str] = []
        segments: list[_Segment] = []
        length = 0
        for part, number, part_start, line in _lines(article):
            segments.append(_Segment(length, length + len(line), part, part_start, number))
            piece = line + ("\n" if _is_ended(line) else ".\n")
            pieces.append(piece)
            length += len(piece)
        return cls("".join(pieces), tuple(segments))

    def part(self, start: int, end: int) -> TextPart | None:
        """The part of the article that holds a span of the joined text: all that most spans are asked for."""
        segment = self._segment(start, end)
        return None if segment is None else segment.part

    def evidence(self, start: int, end: int) -> Evidence | None:
        """The place in the article of a span of the joined text; None when it lies in no single line."""
        segment = self._segment(start, end)
        if segment is None:
            return None
        offset = segment.part_start - segment.start
        in_body = segment.part == "body"
        return Evidence(
            part=segment.part,
            start=start + offset,
            end=end + offset,
            quote=self.text[start:end],
            block=segment.line if in_body else None,
            block_start=start - segment.start if in_body else None,
        )

    def _segment(self, start: int, end: int) -> _Segment | None:
        at = bisect_right(self.segments, start, key=lambda segment: segment.start) - 1
        if at < 0 or end > self.segments[at].end or start >= end:
            return None
        return self.segments[at]


def _lines(article: ArticleText) -> Iterator[tuple[TextPart, int, int, str]]:
    """Part, number of the line in it, offset of the line in it, and the line. A body has a line a block."""
    for part, text in article.parts():
        at = 0
        for number, line in enumerate(text.split("\n")):
            if line.strip():
                yield part, number, at, line
            at += len(line) + 1


def _is_ended(line: str) -> bool:
    return line.rstrip().rstrip(_CLOSING)[-1:] in _ENDS_A_SENTENCE
