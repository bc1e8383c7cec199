"""Headlines by the beginnings of their words: enough to see through Slavic endings."""

import re
from typing import Final
from urllib.parse import urlsplit

_STEM_CHARS: Final = 5
_WORD: Final = re.compile(r"\w+")
TITLE_MATCH: Final = 0.7
MIN_TITLE_WORDS: Final = 4
MAX_TITLE_WORDS: Final = 255


def title_stems(title: str) -> frozenset[str]:
    """The stems of a title's words of three letters or more."""
    words = _WORD.findall(title.casefold().replace("ё", "е"))
    return frozenset([word[:_STEM_CHARS] for word in words if len(word) > 2][:MAX_TITLE_WORDS])


def enough_to_meet(stems: int) -> int:
    """How many stems of a title must be looked up so that no headline that matches it is overlooked.

    A headline that matches shares at least `TITLE_MATCH / (2 - TITLE_MATCH)` of the title's stems.
    """
    return stems - int(-(-stems * TITLE_MATCH // (2 - TITLE_MATCH))) + 1


def address_key(url: str) -> str:
    """An address without what differs between links to one page: scheme, www, query, closing slash."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"
