"""Apertium's marks: `*` before a word it does not know, `@` and `#` before one it cannot finish."""

import re
from typing import Final

from enrich.translator.ports import Rendered

_MARK: Final = re.compile(r"(?<![\w*])[*@#](?=\w)")


def without_marks(original: str, answer: str) -> Rendered:
    """The answer without the engine's marks, and how many there were. A mark of the original's own stays."""
    own = len(_MARK.findall(original))
    found = len(_MARK.findall(answer))
    if found <= own:
        return Rendered(html=answer)
    # With marks of both kinds nobody can tell them apart; readers are better off without any.
    return Rendered(html=_MARK.sub("", answer), unknown_words=found - own)
