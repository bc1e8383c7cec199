"""The article that a round sends on its way: it says what it is, and every revision of it is told apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from newsloom_schemas.identity import CANARY_SOURCE, article_id, language_feed, section_feed, source_feed

LANGUAGE: Final = "en"
SECTION: Final = "Canary"
# Where it would show up if anything took it for an article.
PUBLIC_FEEDS: Final = ("all", source_feed(CANARY_SOURCE), section_feed(SECTION), language_feed(LANGUAGE))
REASON: Final = "a canary, at the end of its round"

_HEADLINE: Final = re.compile(r"Canary (?P<name>\S+), revision (?P<revision>[0-9]+)")


@dataclass(frozen=True, kw_only=True)
class CanaryArticle:
    """One canary, by its external id."""

    external_id: str

    @property
    def article_id(self) -> str:
        return article_id(CANARY_SOURCE, self.external_id)

    def headline(self, revision: int) -> str:
        """What it is called in a revision, and in no other."""
        return f"Canary {self.external_id}, revision {revision}"

    def submission(self, revision: int, at: datetime) -> Mapping[str, object]:
        """The body of `POST /v1/articles`."""
        return {
            "external_id": self.external_id,
            "revision": revision,
            "headline": self.headline(revision),
            "lead": "This is no news: a canary proves that submitted articles become public.",
            "body_text": f"Sent at {at.isoformat()} as revision {revision}. It is withdrawn within minutes.",
            "language": LANGUAGE,
            "section": SECTION,
        }

    def revision_in(self, headline: str) -> int | None:
        """The revision of this canary that a headline tells; None when it is none of it."""
        found = _HEADLINE.fullmatch(headline)
        return int(found["revision"]) if found and found["name"] == self.external_id else None
