"""How deep a piece of HTML may nest, found without parsing it: deep nesting costs parsers quadratic time."""

import re

MAX_DEPTH = 100

# Parsers close these by themselves, so a long run of them is flat; they nest only inside a counted one.
_SELF_CLOSING = frozenset(
    "p li dd dt option optgroup tr td th thead tbody tfoot caption colgroup rp rt".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_TEXT_ONLY = frozenset("script style textarea title iframe".split())
# Inside these the rules of reading change.
_OTHER_RULES = frozenset("svg math noscript noembed noframes xmp plaintext select template frameset".split())

_ATTRIBUTES = r"""(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>=`]+))?){0,100}+\s*/?>"""
_TOKEN = re.compile(
    rf"""
    (?P<comment> <!--(?:-?>|.*?--!?>) )
    | <(?P<raw>{"|".join(_TEXT_ONLY)}) {_ATTRIBUTES} (?P<inside>(?:(?!<!--|<script).)*?) </(?P=raw)\s*>
    | <(?P<open>[a-z][a-z0-9]*) {_ATTRIBUTES}
    | </(?P<close>[a-z][a-z0-9]*)\s*>
    | (?P<odd><[a-z!?/])
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_OPENING = re.compile(r"<[a-z]", re.IGNORECASE)


def is_too_deep(html: str, limit: int = MAX_DEPTH) -> bool:
    """True when the HTML might nest deeper than `limit` counted elements.

    Errs on the side of refusing: from the first construct that this scan does not understand for certain,
    whatever opens counts as never closed. What the scan passes is at most a few times as deep as the limit.
    """
    if html.count("<") - html.count("</") <= limit:  # no more can open than tags begin
        return False
    still_open: dict[str, int] = {}
    depth = 0
    for token in _TOKEN.finditer(html):
        if _is_odd(token):
            return depth + len(_OPENING.findall(html, token.start())) > limit
        depth += _step(token, still_open)
        if depth > limit:
            return True
    return False


def _is_odd(token: re.Match[str]) -> bool:
    opened = (token["open"] or "").lower()
    return token["odd"] is not None or opened in _TEXT_ONLY or opened in _OTHER_RULES


def _step(token: re.Match[str], still_open: dict[str, int]) -> int:
    if token["inside"]:
        return len(_OPENING.findall(token["inside"]))
    if token["open"]:
        name = token["open"].lower()
        if name in _SELF_CLOSING or name in _VOID:
            return 0
        still_open[name] = still_open.get(name, 0) + 1
        return 1
    name = (token["close"] or "").lower()
    if not still_open.get(name):
        return 0
    still_open[name] -= 1
    return -1
