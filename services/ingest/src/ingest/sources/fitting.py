"""What a strict submission can take of what a tool says beside the article: what does not fit is left out."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

import nh3
from pydantic import TypeAdapter, ValidationError

from ingest.clean import plain
from newsloom_schemas.article import Label
from newsloom_schemas.submission import MAX_AUTHORS, MAX_IMAGES, MAX_KEYWORDS, SubmittedImage
from newsloom_schemas.types import MAX_URL_CHARS, LanguageTag, WebAddress

LEAD_CHARS = 5_000
_ADDRESS: TypeAdapter[str] = TypeAdapter(WebAddress)
_LABEL: TypeAdapter[str] = TypeAdapter(Label)
_LANGUAGE: TypeAdapter[str] = TypeAdapter(LanguageTag)
# A tag's end or a break separates words where its removal alone would glue them.
_BREAK = re.compile(r"<(?:/(?:p|div|li|h[1-6]|blockquote|figcaption|td|tr)|br)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
# What tools put where they cut a text: an ellipsis, in brackets or not, perhaps with a link behind it.
_CUT_OFF = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)\s*[^.…]{0,40}$")


def text_of(html: str) -> str:
    """HTML as one line of plain text."""
    return plain(unescape(nh3.clean(_BREAK.sub(" ", html), tags=set())))


def without_markup(html: str | None) -> str | None:
    """A short text, such as a caption, with a space in the place of each tag; cleaning joins spaces later."""
    return unescape(_TAG.sub(" ", html)).strip() if html else None


def lead_of(summary: str, body: str) -> str | None:
    """A summary in plain text as the lead, None when it is only the beginning of the body, or too long."""
    bare = _CUT_OFF.sub("", summary).strip()
    if not bare or len(summary) > LEAD_CHARS or plain(body).startswith(bare):
        return None
    return summary


def address(value: Any) -> str | None:
    """A plain http(s) address."""
    if not isinstance(value, str) or len(value) > MAX_URL_CHARS:
        return None
    return _fitting(_ADDRESS, value.strip())


def label(value: Any) -> str | None:
    """A name or keyword: one line of at most 200 characters."""
    return _fitting(_LABEL, plain(value)) if isinstance(value, str) and len(value) <= 2_000 else None


def labels(values: Iterable[Any], *, most: int = MAX_KEYWORDS) -> tuple[str, ...]:
    """Keywords, each once."""
    return tuple(dict.fromkeys(filter(None, map(label, values))))[:most]


def names(values: Iterable[Any]) -> tuple[str, ...]:
    """A byline of bare names, each once."""
    return labels(values, most=MAX_AUTHORS)


def language(*values: Any) -> str | None:
    """The first that is a language tag, written as BCP 47 has it: `en_us` is en-US."""
    for value in values:
        if isinstance(value, str) and len(value) <= 35 and (found := _fitting(_LANGUAGE, _tag(value))):
            return found
    return None


def images(values: Iterable[SubmittedImage]) -> tuple[SubmittedImage, ...]:
    """Pictures, each address once; what is said of the first counts."""
    found: dict[str, SubmittedImage] = {}
    for image in values:
        found.setdefault(image.url, image)
    return tuple(found.values())[:MAX_IMAGES]


def pixels(value: Any) -> int | None:
    """A width or height that can be meant."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        return None
    return number if 1 <= number <= 100_000 else None


def _tag(value: str) -> str:
    first, *rest = value.strip().replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _fitting(kind: TypeAdapter[str], value: str) -> str | None:
    try:
        return kind.validate_python(value)
    except ValidationError:
        return None
