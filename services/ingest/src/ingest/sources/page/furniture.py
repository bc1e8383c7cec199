"""What a page puts around any article: share buttons, credits, tags, counters, notices, the way to it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.sources.page.ages import Line
from ingest.sources.page.furniture_phrases import (
    BUTTONS,
    COMMENT_WORDS,
    CONSENT,
    COOKIE,
    CREDIT_LABELS,
    HOMES,
    OPENERS,
    READING_TIMES,
    TAG_LABELS,
    VIEW_WORDS,
)
from ingest.sources.page.shape import is_section_size, is_sentence

_CHARS = 200
_NOTICE_CHARS = 400
_CREDIT_WORDS = 8
_LABELLED = re.compile(r"(?P<label>[^:/|]{1,30}?)\s?[:/|]\s?(?P<rest>\S.*)")
_HASHTAGS = re.compile(r"#[\w-]+(?:[\s,;]+#[\w-]+)*")
_TAG_BREAK = re.compile(r"\s*[,;|•·]\s*|\s*#")
_CRUMB_BREAK = re.compile(r"\s*[>›»→]\s*|\s+/\s+")
_COUNT = r"\(?\d[\d\s.,]*[kк]?\)?"
_COMMENTS = re.compile(
    rf"(?:{_COUNT}\s?)?(?:{'|'.join(COMMENT_WORDS)})(?:\s?:?\s?{_COUNT})?:?", re.IGNORECASE
)
_VIEWS = re.compile(
    rf"(?:{_COUNT}\s?(?:{'|'.join(VIEW_WORDS)})|(?:{'|'.join(VIEW_WORDS)}):?\s?{_COUNT})", re.IGNORECASE
)
_READING = re.compile("|".join(READING_TIMES), re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Furniture:
    """The page without its furniture. `crumb` is the section that a line such as "Home > World" ends in."""

    lines: tuple[Line, ...]
    left_out: tuple[Line, ...]
    keywords: tuple[str, ...]
    crumb: Line | None


def take_furniture(lines: Sequence[Line]) -> Furniture:
    """Takes the furniture out, wherever it stands."""
    kept: list[Line] = []
    left_out: list[Line] = []
    keywords: dict[str, None] = {}
    for line in lines:
        tags = _tags(line.text)
        keywords.update(dict.fromkeys(tags))
        (left_out if tags or is_furniture(line.text) else kept).append(line)
    return Furniture(
        lines=tuple(kept), left_out=tuple(left_out), keywords=tuple(keywords), crumb=_crumb(left_out)
    )


def is_furniture(text: str) -> bool:
    """Whether a line belongs to the page rather than to what stands on it."""
    if not text or len(text) > _NOTICE_CHARS:
        return False
    folded = text.casefold()
    if _is_cookie_notice(folded):
        return True
    return len(text) <= _CHARS and (
        folded.strip(" .!:…→›»>") in BUTTONS
        or folded.startswith(OPENERS)
        or _is_credit(text)
        or any(pattern.fullmatch(folded) for pattern in (_COMMENTS, _VIEWS, _READING))
        or len(_crumbs(text)) > 1
    )


def _is_cookie_notice(folded: str) -> bool:
    return any(word in folded for word in COOKIE) and any(word in folded for word in CONSENT)


def _is_credit(text: str) -> bool:
    """ "Photo: Ann Lee / AFP"; "Photo: nobody was hurt." is prose."""
    found = _LABELLED.fullmatch(text)
    if found is None or found["label"].strip().casefold() not in CREDIT_LABELS:
        return False
    return len(found["rest"].split()) <= _CREDIT_WORDS and not is_sentence(found["rest"])


def _tags(text: str) -> tuple[str, ...]:
    if len(text) > _NOTICE_CHARS:
        return ()
    if _HASHTAGS.fullmatch(text):
        return _split_tags(text)
    found = _LABELLED.fullmatch(text)
    known = found is not None and found["label"].strip(" #").casefold() in TAG_LABELS
    return _split_tags(found["rest"]) if found is not None and known else ()


def _split_tags(text: str) -> tuple[str, ...]:
    return tuple(tag for part in _TAG_BREAK.split(text) if (tag := part.strip(" #.")))


def _crumbs(text: str) -> list[str]:
    """ "Home > World > Bridge reopens": the steps are short, only the last may be a headline."""
    parts = [part for part in _CRUMB_BREAK.split(text) if part]
    known = len(parts) > 1 and parts[0].casefold() in HOMES and not is_sentence(parts[-1])
    return parts if known and all(map(is_section_size, parts[:-1])) else []


def _crumb(left_out: Iterable[Line]) -> Line | None:
    ways = ((line, _crumbs(line.text)) for line in left_out)
    ends = (Line(text=parts[-1], number=line.number) for line, parts in ways if parts)
    return next((end for end in ends if is_section_size(end.text)), None)
