"""What became of a delivery, part by part, before a tool hears it in its own way."""

from dataclasses import dataclass

from ingest.refusal import Refused
from newsloom_schemas.events.article_event import ArticleEvent


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """A part of a delivery that is no article, or not yet one; `why` is told to the tool."""

    why: str


Outcome = ArticleEvent | Ignored | Refused
