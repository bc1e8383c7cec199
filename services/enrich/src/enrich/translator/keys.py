"""The key under which a translated sentence is remembered."""

import hashlib
import unicodedata
from typing import Final

from enrich.translator.ports import Pair

EDITOR: Final = "editor"


def sentence_key(pair: Pair, engine: str, version: str, html: str) -> str:
    """A digest of languages, engine with its model's version, and the sentence in Unicode form NFC."""
    parts = (pair.source, pair.target, engine, version, unicodedata.normalize("NFC", html))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def editors_key(pair: Pair, html: str) -> str:
    """The key of an editor's words: no engine has this name, so none can write there."""
    return sentence_key(pair, EDITOR, "", html)
