"""The source's own word: which topic its sections and keywords stand for.

A file of tables, one a source (`*` for every source), each line a section or keyword and a topic. What a
newsroom lists for its own source is taken at its word; what is listed for every source is one more cue.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from enrich.topics.vocabulary import PREFIX, Vocabulary

EVERY_SOURCE: Final = "*"
Table = Mapping[str, str]


class SectionMapInvalid(ValueError):
    """The section map cannot be used; the message names the line and the fix."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Codes of the topics that a source's section and keywords stand for."""

    certain: frozenset[str] = frozenset()
    likely: frozenset[str] = frozenset()

    @property
    def any(self) -> frozenset[str]:
        return self.certain | self.likely


class SectionMap:
    """Sections and keywords of sources -> topics."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables

    @classmethod
    def load(cls, vocabulary: Vocabulary, own: Path | None = None) -> "SectionMap":
        """The shipped map, with the newsroom's `own` file over it. Raises SectionMapInvalid."""
        shipped = (files("enrich") / "data" / "sections.toml").read_text(encoding="utf-8")
        tables = _tables(shipped, "sections.toml", vocabulary)
        if own is not None:
            for source, table in _tables(_read(own), str(own), vocabulary).items():
                tables[source] = {**tables.get(source, {}), **table}
        return cls(tables)

    def declared(self, source: str, names: Iterable[str]) -> Declared:
        """What a source declares by the names of an article's section and keywords."""
        known = [_normal(name) for name in names]
        return Declared(self._looked_up(source, known), self._looked_up(EVERY_SOURCE, known))

    def _looked_up(self, source: str, names: Iterable[str]) -> frozenset[str]:
        table = self._tables.get(source, {})
        return frozenset(table[name] for name in names if name in table)


def usable(own: Path | None) -> Path | None:
    """The path, once the file was read: a slip is told before a worker starts. Raises SectionMapInvalid."""
    if own is not None:
        SectionMap.load(Vocabulary.load(), own)
    return own


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SectionMapInvalid(f"{file} cannot be read ({type(error).__name__}); check the path") from None


def _tables(text: str, name: str, vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SectionMapInvalid(f"{name} is not TOML: {error}") from None
    return {source: dict(_lines(table, f"{name}: [{source}]", vocabulary)) for source, table in read.items()}


def _lines(table: Any, where: str, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    if not isinstance(table, dict):
        raise SectionMapInvalid(f'{where} is no table; write [source] and below it "section" = "medtop:…"')
    for section, topic in table.items():
        code = str(topic).removeprefix(PREFIX)
        if code not in vocabulary:
            raise SectionMapInvalid(f"{where} {section}: {topic} is no IPTC Media Topic; look its code up")
        yield _normal(section), code


def _normal(name: str) -> str:
    return " ".join(name.casefold().split())
