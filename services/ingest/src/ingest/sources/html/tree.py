"""A page as a tree: within bounds, read once, then freed of what is no part of the article."""

import re
from itertools import pairwise
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.refusal import Refused

MAX_DEPTH: Final = 400
_CONTAINER = re.compile(
    r"<(/?)(?:div|span|section|article|main|ul|ol|table|blockquote|font|b|i|em|strong|a|figure)(?=[\s/>])",
    re.IGNORECASE,
)
_FURNITURE: Final = frozenset(
    """
    script style noscript template iframe object embed svg math canvas form button select textarea nav aside
    dialog audio video amp-sidebar amp-ad amp-analytics amp-consent amp-iframe
    """.split()
)
_FURNITURE_ROLES: Final = frozenset({"navigation", "complementary", "dialog"})
_FURNITURE_WORDS: Final = frozenset(
    """
    related teaser teasers promo promos recommended recommendations recirculation readmore readalso share
    sharing social subscribe subscription newsletter comments comment cookie cookies breadcrumb breadcrumbs
    tags taglist advert advertisement banner paywall popular trending mostread sidebar outbrain taboola
    """.split()
)
_LEAD_WORDS: Final = frozenset(
    "lead lede standfirst dek deck subtitle subheadline intro summary excerpt".split()
)
_NOT_IN_HEADINGS: Final = frozenset("p div table ul ol section article figure blockquote h2 h3".split())
_WORD = re.compile(r"[A-Za-z]+")


def parse(page: str) -> LexborHTMLParser:
    """The page. Raises Refused: `too-complex`."""
    depth = 0
    for tag in _CONTAINER.finditer(page):
        depth = max(depth + (-1 if tag[1] else 1), 0)
        if depth > MAX_DEPTH:
            raise Refused("too-complex", f"save another page: this one nests more than {MAX_DEPTH} elements")
    return LexborHTMLParser(page)


def shown(node: LexborNode | None) -> str:
    """The text of an element in one line."""
    return "" if node is None else " ".join(node.text(separator=" ").split())


def heading(tree: LexborHTMLParser) -> str:
    """The page's main heading. One that is never closed holds all that follows, which is not meant."""
    node = tree.css_first("h1")
    parts: list[str] = []
    for child in node.iter(include_text=True) if node is not None else ():
        if child.tag in _NOT_IN_HEADINGS:
            break
        parts.append(child.text() or "")
    return " ".join("".join(parts).split())


def leads(tree: LexborHTMLParser) -> list[str]:
    """The texts that a page calls its lead."""
    named = (node for node in tree.css("p[class], h2[class], div[class], [itemprop='description']"))
    return [shown(node) for node in named if _LEAD_WORDS & set(_words(node)) or "itemprop" in node.attributes]


def remove_furniture(tree: LexborHTMLParser) -> None:
    """Take out what surrounds an article: menus, teasers, forms, calls to share and to subscribe."""
    body = tree.body
    if body is None:
        return
    half = len(body.text()) / 2
    # From the outside in, and never into what was taken out: its inner nodes are gone with it.
    remaining = [body]
    while remaining:
        for child in list(remaining.pop().iter()):
            if _is_furniture(child) and child.css_first("h1") is None and len(child.text()) <= half:
                child.decompose()
            else:
                remaining.append(child)


def _is_furniture(node: LexborNode) -> bool:
    if node.tag in _FURNITURE:
        return True
    if node.tag in ("main", "article"):
        return False
    said = node.attributes
    if "hidden" in said or said.get("aria-hidden") == "true" or said.get("role") in _FURNITURE_ROLES:
        return True
    words = _words(node)
    pairs = {first + second for first, second in pairwise(words)}
    return bool(_FURNITURE_WORDS & (pairs | set(words)))


def _words(node: LexborNode) -> list[str]:
    said = node.attributes
    return _WORD.findall(f"{said.get('class') or ''} {said.get('id') or ''}".lower())
