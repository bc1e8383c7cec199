"""Reading feeds: RSS 2.0, RDF 1.0, Atom and JSON Feed become submissions, item by item."""

from ingest.sources.feed.document import MAX_ITEMS, FeedDocument, FeedItem
from ingest.sources.feed.read import MEDIA_TYPES, read_feed
from ingest.sources.feed.submission import judged, to_submission

__all__ = ["MAX_ITEMS", "MEDIA_TYPES", "FeedDocument", "FeedItem", "judged", "read_feed", "to_submission"]
