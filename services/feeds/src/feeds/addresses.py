"""The names of feeds: which there are, and what a reader's address means."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from feeds.filters import EVERYTHING, Filter
from newsloom_schemas.identity import (
    FEED_ALL,
    FEED_CANARY,
    language_feed,
    section_feed,
    source_feed,
    topic_feed,
)
from newsloom_schemas.languages import is_language_tag, primary_language

_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
MAX_VALUE_CHARS = 200
_NOT_IN_SECTIONS = frozenset("./")  # left to endings, those to come included


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAddress:
    """One feed: its id as the log and the store know it, what it is narrowed to, and a title for people."""

    feed_id: str
    title: str
    wanted: Filter = EVERYTHING

    @property
    def language(self) -> str | None:
        """The one language of all its articles, if the address says so."""
        kind, _, value = self.feed_id.partition("/")
        return self.wanted.language or (value if kind == "language" else None)

    def narrowed(self, wanted: Filter) -> "FeedAddress":
        """The same feed, of which only a part is asked for."""
        title = ", ".join([self.title, *(f"{name} {value}" for name, value in wanted.query)])
        return FeedAddress(feed_id=self.feed_id, title=title, wanted=wanted)


def parse_address(text: str) -> FeedAddress | None:
    """The feed that `all` or `kind/value` names; None when there can be no such feed.

    A value nobody has used yet names a valid, empty feed. Sections may be written as people write
    them: `section/World News` is `section/world-news`.
    """
    if text == FEED_ALL:
        return FeedAddress(feed_id=FEED_ALL, title="newsloom: all articles")
    if text == FEED_CANARY:  # listed nowhere; the prober knows its name
        return FeedAddress(feed_id=FEED_CANARY, title="newsloom: canaries, which are no news")
    kind, slash, value = text.partition("/")
    to_id = _KINDS.get(kind)
    if not slash or to_id is None or not 0 < len(value) <= MAX_VALUE_CHARS:
        return None
    feed_id = to_id(value)
    return FeedAddress(feed_id=feed_id, title=f"newsloom: {feed_id}") if feed_id else None


def is_source(text: str) -> bool:
    """Whether the text can be the id of a source."""
    return _SOURCE.fullmatch(text) is not None


def _source(value: str) -> str | None:
    return source_feed(value) if is_source(value) else None


def _section(value: str) -> str | None:
    return section_feed(value) if value.isprintable() and not _NOT_IN_SECTIONS & set(value) else None


def _language(value: str) -> str | None:
    primary = primary_language(value.lower())
    return language_feed(primary) if is_language_tag(primary) else None


_KINDS: dict[str, Callable[[str], str | None]] = {
    "source": _source,
    "section": _section,
    "language": _language,
    "topic": topic_feed,
}
