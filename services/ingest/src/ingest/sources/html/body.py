"""The article's text on a page, as HTML with its structure: trafilatura finds it, else a few selectors do."""

import logging
import re
from typing import Final

import lxml.html
from selectolax.lexbor import LexborHTMLParser, LexborNode
from trafilatura import extract

from ingest.sources.html.tree import shown

# Where pages keep the article, the surest first.
_PLACES: Final = (
    '[itemprop="articleBody"]',
    ".article-body, .post-content, .entry-content",
    "article",
    "main",
    "body",
)
_TEXT: Final = "p, li, blockquote, h2, h3, h4"
_BLOCKS: Final = "p, h1, h2, h3, h4, h5, h6"
_GAP = re.compile(r">\s*\n\s*<")
_SAID: Final = frozenset("href src alt width height colspan rowspan start".split())
_HEADINGS: Final = frozenset("h1 h2 h3 h4 h5 h6".split())


def find_body(tree: LexborHTMLParser) -> LexborHTMLParser | None:
    """The text of the article without what surrounds it; None when the page has none."""
    found = _extracted(tree)
    place = _place(tree)
    if place is None:
        return found
    # trafilatura takes a part for the whole now and then, above all of short articles.
    if found is None or 2 * _length(found.body) < _length(place):
        return LexborHTMLParser(f"<body>{place.html}</body>")
    return found


def without_repetitions(body: LexborHTMLParser, repeated: frozenset[str]) -> str:
    """The body's HTML without blocks that repeat what stands elsewhere, and without headings of nothing."""
    for node in body.css(_BLOCKS):
        if shown(node) in repeated:
            node.decompose()
    blocks = body.css(_BLOCKS + ", li, figure, table, blockquote")
    while blocks and blocks[-1].tag in _HEADINGS:
        blocks.pop().decompose()
    _forget_looks(body)
    html = (body.body.inner_html or "") if body.body is not None else ""
    return _GAP.sub(r">\n<", html).strip()


def _forget_looks(body: LexborHTMLParser) -> None:
    """Pages saved as one file hold their pictures as text in attributes, which would count as the body's."""
    for node in body.css("*"):
        for name, value in node.attributes.items():
            if name not in _SAID or (value or "").startswith("data:"):
                del node.attrs[name]


def blocks(body: LexborHTMLParser) -> list[str]:
    """The texts of paragraphs and headings, in their order."""
    return [text for node in body.css(_BLOCKS) if (text := shown(node))]


def _extracted(tree: LexborHTMLParser) -> LexborHTMLParser | None:
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it tells of pages that have no article
    html = extract(
        tree.html or "",
        output_format="html",
        fast=True,
        favor_precision=True,
        include_comments=False,
        include_formatting=True,
        include_links=True,
        include_tables=True,
        with_metadata=False,
    )
    return None if html is None else LexborHTMLParser(_numbered(html, tree))


def _numbered(html: str, tree: LexborHTMLParser) -> str:
    """The lists that have numbers on the page have them again: trafilatura forgets which ones."""
    firsts = {shown(node.css_first("li")) for node in tree.css("ol")}
    if not firsts:
        return html
    found = lxml.html.fromstring(html)
    for items in found.iter("ul"):
        if " ".join("".join(items[0].itertext()).split() if len(items) else ()) in firsts:
            items.tag = "ol"
    return str(lxml.html.tostring(found, encoding="unicode"))


def _place(tree: LexborHTMLParser) -> LexborNode | None:
    found = (tree.css_first(selector) for selector in _PLACES)
    return next((node for node in found if node is not None and _length(node)), None)


def _length(node: LexborNode | None) -> int:
    return (
        0 if node is None else sum(len(shown(each)) for each in node.css(_TEXT) if not each.css_first(_TEXT))
    )
