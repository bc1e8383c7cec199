"""The article among what a page says about itself as JSON-LD, the vocabulary of schema.org."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any, Final

Node = Mapping[str, Any]
MAX_NODES: Final = 2_000
MAX_DEPTH: Final = 8
_ARTICLES: Final = frozenset(
    """
    NewsArticle ReportageNewsArticle AnalysisNewsArticle BackgroundNewsArticle OpinionNewsArticle
    ReviewNewsArticle AskPublicNewsArticle LiveBlogPosting Article BlogPosting Report
    """.split()
)
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")


class Described:
    """Everything the page's scripts describe, with references between them followed."""

    def __init__(self, scripts: Iterable[str]) -> None:
        self._nodes: list[Node] = []
        for script in scripts:
            self._nodes.extend(_nodes(_parsed(script), MAX_NODES - len(self._nodes)))
        self._by_id = {node["@id"]: node for node in self._nodes if _is_whole(node)}

    def article(self, *, addresses: frozenset[str], heading: str) -> Node:
        """The article that the page is about, empty when none is described.

        Pages describe the articles of their teasers too: whose address or headline is the page's own counts.
        """
        found = [node for node in self._nodes if _ARTICLES & types(node) and len(node) > 2]
        for node in found:
            if addresses & set(self.addresses(node)):
                return node
        for node in found:
            if heading and text(node.get("headline")) == heading:
                return node
        return found[0] if len(found) == 1 or (found and not heading) else {}

    def addresses(self, article: Node) -> list[str]:
        """What an article calls its own address, the surest first."""
        entity = article.get("mainEntityOfPage")
        named = (
            article.get("url"),
            entity.get("@id") if isinstance(entity, dict) else entity,
            article.get("@id"),
        )
        return [each for each in named if isinstance(each, str)]

    def things(self, value: Any) -> list[Node | str]:
        """A value that may be one or many, texts or objects or references to objects."""
        items = value if isinstance(value, list) else [value]
        followed = (self._by_id.get(item["@id"], item) if _is_reference(item) else item for item in items)
        return [item for item in followed if isinstance(item, dict | str) and item]


def types(node: Node) -> frozenset[str]:
    """The types of a thing, which may have several."""
    named = node.get("@type")
    items = named if isinstance(named, list) else [named]
    return frozenset(item for item in items if isinstance(item, str))


def text(value: Any) -> str:
    """A text in one line; tools escape it as if it were HTML. Empty when it is none."""
    if not isinstance(value, str):
        return ""
    whole = value.encode(errors="ignore").decode()  # half a character can stand in JSON
    return " ".join(unescape(whole).split())


def texts(value: Any) -> list[str]:
    """Texts in a list, or in one text with commas between."""
    items = value.split(",") if isinstance(value, str) else value
    return [found for item in items if (found := text(item))] if isinstance(items, list) else []


def _parsed(script: str) -> Any:
    for attempt in (script, _WRAPPING.sub("", script)):
        try:
            return json.loads(attempt, strict=False)  # line breaks within texts are common
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any, most: int) -> Iterator[Node]:
    """The objects in a document from the outside in: an article stands before what belongs to it."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH and most > 0:
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict) and most > 0:
                most -= 1
                yield item
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        level, depth = [item for item in inner if isinstance(item, dict | list)], depth + 1


def _is_whole(node: Node) -> bool:
    return isinstance(node.get("@id"), str) and len(node) > 1


def _is_reference(item: Any) -> bool:
    return isinstance(item, dict) and len(item) == 1 and isinstance(item.get("@id"), str)
