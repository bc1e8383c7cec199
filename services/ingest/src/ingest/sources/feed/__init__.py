"""Reading feeds: RSS 2.0, RDF 1.0, Atom and JSON Feed become submissions, item by item."""

from ingest.sources.feed.document import FeedDocument, FeedItem
from ingest.sources.feed.read import MEDIA_TYPES, read_feed
from ingest.sources.feed.submission import to_submission

__all__ = ["MEDIA_TYPES", "FeedDocument", "FeedItem", "read_feed", "to_submission"]
