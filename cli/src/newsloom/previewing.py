"""What ingest understands of a copied page, in words for whoever is about to hand it in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PARTS = (
    "section",
    "headline",
    "lead",
    "authors",
    "published",
    "updated",
    "language",
    "keywords",
    "attributions",
)


def told(page: Mapping[str, Any]) -> Iterator[str]:
    """The parts of a page, one a line, and its paragraphs numbered; parts that it lacks are left out."""
    for name in _PARTS:
        if text := _text(page[name]):
            yield f"{name:<13}{text}"
    yield from (f"{'earlier':<13}{hint['text']}" for hint in page["earlier"])
    yield ""
    yield from (f"{number:>4}  {text}" for number, text in enumerate(page["paragraphs"], start=1))
    if page["left_out"]:
        yield f"\nleft out: {' · '.join(page['left_out'])}"


def teaser_rows(page: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    """The teasers as rows: title, what the page says of its time, and when that was."""
    for teaser in page["teasers"]:
        yield teaser["title"], teaser["age"] or "", _interval(teaser)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return value["exact"] or f"{value['phrase']} ({_interval(value)})"
    return ", ".join(value) if isinstance(value, list) else value or ""


def _interval(value: Mapping[str, Any]) -> str:
    return f"{value['earliest']} to {value['latest']}" if value["earliest"] else "not known"
