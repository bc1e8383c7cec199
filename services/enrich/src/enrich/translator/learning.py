"""Translations that editors give: from the command line, from lines with a tab between, from TMX."""

import csv
import io
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Final, NamedTuple

from enrich.translator.checks import fault
from enrich.translator.keys import editors_key
from enrich.translator.markup import cut
from enrich.translator.ports import Pair
from enrich.translator.sentence import Sentence

MAX_FILE_BYTES: Final = 64 * 1024 * 1024


class Unlearnable(ValueError):
    """A pair or a file that cannot be taken over; the message says where and why."""


class Lesson(NamedTuple):
    """A sentence and an editor's translation of it, as HTML fragments."""

    original: str
    translation: str


def remembered(pair: Pair, lessons: Iterable[Lesson]) -> dict[str, str]:
    """Entries for the memory. Inline tags are allowed, the same on both sides.

    Raises Unlearnable for what is no single sentence, or has other tags in its translation.
    """
    entries: dict[str, str] = {}
    for number, lesson in enumerate(lessons, start=1):
        original, translation = _whole(lesson.original), _whole(lesson.translation)
        if original is None or translation is None:
            raise Unlearnable(f"pair {number}: give one sentence on both sides, without blocks such as <p>")
        if sorted(original.tags) != sorted(translation.tags):
            raise Unlearnable(f"pair {number}: {fault(original, translation)}")
        entries[editors_key(pair, original.to_html())] = translation.to_html()
    return entries


def _whole(html: str) -> Sentence | None:
    """A fragment as the one sentence that it must be, with tags around all of it left out as articles do."""
    sentences = cut(html.strip(), "und").sentences
    return sentences[0] if len(sentences) == 1 else None


def lessons_in(name: str, raw: bytes, pair: Pair) -> list[Lesson]:
    """The pairs in a file: TMX by its name, else one pair a line, a tab between. Raises Unlearnable."""
    if len(raw) > MAX_FILE_BYTES:
        raise Unlearnable(f"{name} is larger than {MAX_FILE_BYTES // 1024**2} MB: split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unlearnable(f"{name} is not UTF-8") from None
    return _of_tmx(text, pair) if name.lower().endswith(".tmx") else list(_of_lines(text))


def _of_lines(text: str) -> Iterator[Lesson]:
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE), 1):
        if not row or not "".join(row).strip():
            continue
        if len(row) != 2:
            raise Unlearnable(f"line {number}: write the sentence, a tab, and its translation")
        yield Lesson(*row)


def _of_tmx(text: str, pair: Pair) -> list[Lesson]:
    reader = _TmxReader(pair)
    reader.feed(text)
    reader.close()
    return reader.lessons


class _TmxReader(HTMLParser):
    """Reads translation units as tools write them; resolves no entity of a document's own."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(convert_charrefs=True)
        self.lessons: list[Lesson] = []
        self._pair = pair
        self._unit: dict[str, str] = {}
        self._language = ""
        self._segment: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "tu":
            self._unit = {}
        elif tag == "tuv":
            self._language = (given.get("xml:lang") or given.get("lang") or "").lower().split("-")[0]
        elif tag == "seg":
            self._segment = []

    def handle_data(self, data: str) -> None:
        if self._segment is not None:
            self._segment.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "seg" and self._segment is not None:
            self._unit[self._language] = _escaped("".join(self._segment))
            self._segment = None
        elif tag == "tu" and set(self._pair) <= self._unit.keys():
            self.lessons.append(Lesson(*(self._unit[language] for language in self._pair)))


def _escaped(text: str) -> str:
    """Segments are plain text here; tags inside them are left out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
