"""Who is who: deterministic ids for articles and events, and the ids of feeds."""

import hashlib
import re
import unicodedata
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5

NEWSLOOM = uuid5(NAMESPACE_URL, "urn:newsloom")

_VERSION = re.compile(r"\.v[0-9]+$")
_NOT_WORD = re.compile(r"[^\w]+")
_TOPIC = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,99}")


def article_id(source: str, external_id: str) -> str:
    """The article's id: the same source and external id always give the same article."""
    return str(uuid5(NEWSLOOM, f"{source}\n{external_id}"))


def event_id(of: str, revision: int, event_type: str, content: bytes | str = b"") -> str:
    """The event's id, from what it is about, its revision, its type and its canonical content.

    The version in the type does not count: a fact told in a newer version is the same fact.
    """
    raw = content.encode() if isinstance(content, str) else content
    digest = hashlib.sha256(raw).hexdigest()
    return _uuid5(of, f"{revision}\n{_first_version(event_type)}\n{digest}")


@lru_cache(maxsize=64)
def _first_version(event_type: str) -> str:
    return _VERSION.sub(".v1", event_type)


def _uuid5(namespace: str, name: str) -> str:
    """The text of `uuid5(UUID(namespace), name)` without the objects: every article told needs five ids."""
    hashed = hashlib.sha1(bytes.fromhex(namespace.replace("-", "")) + name.encode(), usedforsecurity=False)
    text = hashed.hexdigest()
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"


def feed_value(name: str) -> str:
    """The value part of a feed id, from a name people chose: lower case, words joined by hyphens.

    >>> feed_value("Мировые новости")
    'мировые-новости'
    """
    words = _NOT_WORD.sub("-", unicodedata.normalize("NFKC", name).casefold())
    return words.strip("-_")[:100] or "other"


FEED_ALL = "all"
# The source of the articles that only prove the way to the reader. It is reserved: nobody else may write it,
# and what it publishes is in the feed of this name and in no other, listed nowhere, and related to nothing.
CANARY_SOURCE = "canary"
FEED_CANARY = "canary"


def source_feed(source: str) -> str:
    """Feed of everything one source published."""
    return f"source/{source}"


def section_feed(section: str) -> str:
    """Feed of one section, over all sources."""
    return f"section/{feed_value(section)}"


def language_feed(language: str) -> str:
    """Feed of one language, by its primary subtag."""
    return f"language/{language.split('-', 1)[0]}"


def topic_feed(tag_id: str) -> str | None:
    """Feed of one subject or name by its id in a vocabulary, such as `topic/medtop:20000001`.

    None for an id that would not stand in an address as it is.
    """
    return f"topic/{tag_id}" if _TOPIC.fullmatch(tag_id) else None
