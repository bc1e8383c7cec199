"""Which reader a feed needs: by its media type, or by how it begins."""

from zoneinfo import ZoneInfo

from ingest.sources.feed.document import FeedDocument
from ingest.sources.feed.json_feed import read_json_feed
from ingest.sources.feed.syndication import read_syndication

JSON_TYPES = ("application/feed+json", "application/json")
XML_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
)
MEDIA_TYPES = (*XML_TYPES, *JSON_TYPES)


def read_feed(
    raw: bytes, *, content_type: str = "", base: str | None = None, zone: ZoneInfo | None = None
) -> FeedDocument:
    """The feed in a document. Times without an offset are meant in `zone`, UTC if it is not given.

    Raises Refused: `not-a-feed`, and what is said of JSON.
    """
    meant = zone or ZoneInfo("UTC")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in JSON_TYPES or raw.lstrip()[:1] == b"{":
        return read_json_feed(raw, zone=meant)
    return read_syndication(raw, content_type=content_type, base=base, zone=meant)
