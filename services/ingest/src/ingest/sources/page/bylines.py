"""Who wrote the article: labelled lines, "By X" lines, and the names below a bare label."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.sources.page.ages import Line
from ingest.sources.page.phrases import BYLINE_LABELS, TEASER_HEADERS

_NAME_LINES = 4
_LABELLED = re.compile(r"(?P<label>[^:\d]{1,24}?)\s?(?::|\s[—–-]\s)\s?(?P<names>.*)")
_OPENED = re.compile(r"(?:By|BY|by|Por|POR|Written by|Escrito por|Reporting by|Story by)\s(?P<names>\S.*)")
_SEPARATOR = re.compile(r"\s*[,;/&|]\s*|\s+(?:и|та|і|й|and|y|e)\s+")
_WORD = re.compile(r"[^\W\d_][\w’'ʼ`-]*\.?(?:[^\W\d_]\.)*")
_PARTICLES = frozenset("de del la las los da dos di van von der den bin ibn al el le du ап оглы заде".split())
# "Reporting by A; editing by B", "By A in Kyiv": what follows the name is not another author.
_NOT_A_NAME = re.compile(
    r"[;.]\s*(?:editing|edited|additional|edición)\b.*|\s(?:in|for|at)\s.*", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Bylines:
    """The page without its bylines; `positions` are the places in `lines` in front of which one stood."""

    lines: tuple[Line, ...]
    bylines: tuple[Line, ...]
    authors: tuple[str, ...]
    positions: tuple[int, ...]


def take_bylines(lines: Sequence[Line]) -> Bylines:
    """Takes every byline out. The first line is never one: "By land and sea" may be a headline."""
    texts = [line.text for line in lines]
    kept: list[Line] = []
    taken: list[Line] = []
    authors: dict[str, None] = {}
    positions: list[int] = []
    at = 0
    while at < len(lines):
        names, used = read_byline(texts, at) if at else ((), 0)
        if used:
            authors.update(dict.fromkeys(names))
            positions.append(len(kept))
            taken += lines[at : at + used]
        else:
            kept.append(lines[at])
        at += used or 1
    return Bylines(
        lines=tuple(kept), bylines=tuple(taken), authors=tuple(authors), positions=tuple(positions)
    )


def read_byline(lines: Sequence[str], at: int) -> tuple[tuple[str, ...], int]:
    """The names of the byline at a line and how many lines it fills; no line when there is none."""
    line = lines[at]
    if len(line) > 160:
        return (), 0
    if opened := _OPENED.fullmatch(line):
        names = _split(opened["names"])
        return (_authors(names), 1) if names and _is_full_name(names[0]) else ((), 0)
    found = _LABELLED.fullmatch(line)
    if found is None or found["label"].casefold().strip() not in BYLINE_LABELS:
        return (), 0
    if not found["names"]:
        return _names_below(lines, at)
    names = _split(found["names"])
    signed = bool(names) and (_is_full_name(names[0]) or _is_signature(found["names"]))
    return (_authors(names), 1) if signed else ((), 0)


def _authors(names: tuple[str, ...]) -> tuple[str, ...]:
    """Beside the first name a comma may bring a city or a post: only full names stay."""
    return names[:1] + tuple(name for name in names[1:] if _is_full_name(name))


def _names_below(lines: Sequence[str], at: int) -> tuple[tuple[str, ...], int]:
    names: tuple[str, ...] = ()
    below = lines[at + 1 : at + 1 + _NAME_LINES]
    used = 1
    for number, line in enumerate(below):
        found = _split(line) if len(line) <= 80 else ()
        full = bool(found) and all(_is_full_name(name) for name in found)
        if not full and (number or not _is_signature(line)):
            break
        names += found
        used += 1
    return names, used


def _is_signature(line: str) -> bool:
    """A desk or a pen name may sign, too, when it stands right below the label."""
    if not line:
        return False
    known = line.rstrip(": ").casefold() in TEASER_HEADERS
    return len(line) <= 40 and line[-1] not in ".,:;?!…" and len(line.split()) <= 4 and not known


def _split(names: str) -> tuple[str, ...]:
    alone = _NOT_A_NAME.sub("", names).strip()
    last_word = alone.rstrip(".").split(" ")[-1]
    if len(last_word) > 2 and "." not in last_word:  # the dot of an initial belongs to the name
        alone = alone.rstrip(".")
    return tuple(part for part in _SEPARATOR.split(alone) if part)


def _is_full_name(name: str) -> bool:
    words = name.split()
    proper = [word for word in words if word.casefold() not in _PARTICLES or word[0].isupper()]
    return (
        2 <= len(words) <= 5
        and len(proper) >= 2
        and all(word[0].isupper() and _WORD.fullmatch(word) is not None for word in proper)
    )
