"""The alias pack: what people, organisations, media and places are called, and the id that they share.

A pack is a file of JSON lines, one thing a line; `AliasLine` is its format. The starter pack ships with the
service; a newsroom adds its own, and a later line with the same id adds its names to the earlier one's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from enrich.linguistics.gazetteer import fold

STARTER: Final = files("enrich") / "data" / "aliases.jsonl"
AliasType = Literal["person", "organisation", "place"]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Mapping[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], tuple[Name, ...]]
_SPACES: Final = re.compile(r"\s+")
_LONGEST_ACRONYM: Final = 6
_FALLBACK: Final = "en"


class AliasPackError(ValueError):
    """A pack cannot be read; the message names the file, the line and what is wrong with it."""


class AliasLine(BaseModel):
    """One line of a pack. Languages are two- or three-letter codes; names are written as in running text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+:\S+$", max_length=200)]
    type: AliasType
    media: bool = Field(
        default=False, description="news media: cited as a source more often than written about"
    )
    labels: Mapping[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], Name] = Field(
        min_length=1, description="the name to show, one for each language"
    )
    aliases: Names = Field(default={}, description="other names it has in running text")
    weak: Names = Field(
        default={},
        description="names that are ordinary words, cities or surnames too: they never count alone",
    )
    demonyms: Names = Field(
        default={},
        description="of a country: adjectives and names of its people; Russian and Ukrainian as lemmas",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A thing of the pack. `labels` are its names to show by language."""

    id: str
    type: AliasType
    media: bool
    labels: Mapping[str, str]

    def label(self, language: str) -> str:
        """Its name in a language, in English where the pack has none, else in any language it has."""
        return self.labels.get(language) or self.labels.get(_FALLBACK) or next(iter(self.labels.values()))


@dataclass(frozen=True, slots=True)
class _Alias:
    entry: Entry
    written: str
    weak: bool


class AliasPack:
    """Look-up by name and language. English names are found in any language: Reuters, NATO."""

    def __init__(self, lines: Iterable[AliasLine]) -> None:
        self._entries: dict[str, Entry] = {}
        self._names: dict[tuple[str, str], list[_Alias]] = {}
        self._demonyms: dict[tuple[str, str], Entry] = {}
        for line in lines:
            self._add(line)

    @classmethod
    def load(cls, paths: Iterable[Path] = ()) -> "AliasPack":
        """The starter pack and then the given ones. Raises AliasPackError."""
        texts = [("the starter pack", STARTER.read_text("utf-8"))]
        texts += [(str(path), _text(path)) for path in paths]
        return cls(line for name, text in texts for line in _lines(name, text))

    def find(self, name: str, language: str, *, weak: bool = False) -> Entry | None:
        """What is called so. With `weak`, names count too that are ordinary words as well."""
        key = normal(name)
        for spoken in dict.fromkeys((language, _FALLBACK)):
            for alias in self._names.get((spoken, key), ()):
                if (weak or not alias.weak) and _is_written_so(name, alias.written):
                    return alias.entry
        return None

    def demonym(self, word: str, language: str) -> Entry | None:
        """The country of an adjective or of the name of a people: «иранский», Iranian."""
        return self._demonyms.get((language, normal(word)))

    def names(self, language: str, *, media: bool) -> Iterator[str]:
        """Every name in a language, and in English, that counts alone."""
        for (spoken, _), aliases in self._names.items():
            if spoken in (language, _FALLBACK):
                yield from (item.written for item in aliases if item.entry.media == media and not item.weak)

    def __len__(self) -> int:
        return len(self._entries)

    def _add(self, line: AliasLine) -> None:
        known = self._entries.get(line.id)
        labels = {**(known.labels if known else {}), **line.labels}
        entry = Entry(id=line.id, type=line.type, media=line.media, labels=labels)
        self._entries[line.id] = entry
        for language, label in line.labels.items():
            # A country is known to the gazetteer: its line here is for the demonyms.
            if not line.demonyms:
                self._name(entry, language, label, line)
        for language, names in line.aliases.items():
            for name in names:
                self._name(entry, language, name, line)
        for language, words in line.demonyms.items():
            self._demonyms.update({(language, normal(word)): entry for word in words})

    def _name(self, entry: Entry, language: str, name: str, line: AliasLine) -> None:
        alias = _Alias(entry, name, name in line.weak.get(language, ()))
        self._names.setdefault((language, normal(name)), []).append(alias)


def readable(paths: Sequence[Path]) -> Sequence[Path]:
    """The paths, once all were read: mistakes are told before a worker starts. Raises AliasPackError."""
    if paths:
        AliasPack.load(paths)
    return paths


def normal(name: str) -> str:
    """A name as a look-up key: case-folded, ё as е, quotes dropped, spaces single."""
    return _SPACES.sub(" ", fold(name.strip(" \"'«»“”„")))


def _is_written_so(name: str, written: str) -> bool:
    """An acronym counts only in its own capitals: "who" is a word and "WHO" an organisation."""
    is_acronym = written.isupper() and len(written) <= _LONGEST_ACRONYM
    return not is_acronym or written in name


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AliasPackError(f"{path}: cannot be read ({error}); give a UTF-8 file of JSON lines") from error


def _lines(name: str, text: str) -> Iterator[AliasLine]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield AliasLine.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            raise AliasPackError(f"{name}, line {number}: {where}: {first['msg']}") from None
