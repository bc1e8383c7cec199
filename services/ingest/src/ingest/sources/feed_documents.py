"""The dialect of feeds that are pushed: a whole RSS, Atom or JSON Feed document, judged item by item."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from ingest.outcome import Outcome
from ingest.receipt import told
from ingest.refusal import Refused
from ingest.reply import Reply
from ingest.sources.dialect import Delivery, Dialect, Said
from ingest.sources.feed import MAX_ITEMS, MEDIA_TYPES, judged, read_feed

EXAMPLE = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
  <channel>
    <title>Harbour Gazette</title>
    <link>https://paper.example/</link>
    <description>News of the port</description>
    <language>en</language>
    <item>
      <guid isPermaLink="false">harbour-bridge-2026-11-05</guid>
      <link>https://paper.example/city/harbour-bridge</link>
      <title>Harbour bridge reopens after repairs</title>
      <description>The first cars crossed at dawn, three weeks ahead of plan.</description>
      <content:encoded>&lt;p&gt;The northern bridge reopened on Thursday.&lt;/p&gt;</content:encoded>
      <category>City</category>
      <pubDate>Thu, 05 Nov 2026 06:30:00 GMT</pubDate>
    </item>
  </channel>
</rss>"""


def read_feed_document(delivery: Delivery) -> tuple[Said, ...]:
    """The submission in each item, or why there is none. Raises Refused when the document is no feed."""
    feed = read_feed(
        delivery.body,
        content_type=delivery.headers.get("content-type", delivery.media_type),
        zone=ZoneInfo(delivery.profile.timezone),
    )
    if len(feed.items) > MAX_ITEMS:
        raise Refused("too-large", f"send at most {MAX_ITEMS} items in one feed")
    return tuple(judged(item, otherwise=feed.changed) for item in feed.items)


def answer_items(outcomes: Sequence[Outcome], feeds_url: str) -> Reply:
    """A verdict for each item, in the feed's order. 202 when all were accepted (an empty feed: 200), 207
    when only some were, 422 when none was."""
    results = [{"item": number, **told(each, feeds_url)} for number, each in enumerate(outcomes, 1)]
    refused = sum(isinstance(outcome, Refused) for outcome in outcomes)
    return Reply(status=_status(len(results), refused), document={"results": results})


def _status(items: int, refused: int) -> int:
    if items == 0:
        return 200
    if refused == 0:
        return 202
    return 207 if refused < items else 422


FEED = Dialect(
    name="feed",
    path="/v1/feed-documents",
    media_types=MEDIA_TYPES,
    summary="Submit the items of a feed",
    description=(
        "RSS 2.0, RDF 1.0, Atom or JSON Feed. The `guid` or `id` of an item is the article, the time of its"
        " last change (`updated`, else `pubDate`) in milliseconds the revision; an item without a date has"
        " that of the feed. Items are judged alone: `results` has a verdict for each in the feed's order, and"
        " the status is 202 when all were accepted, 207 when some were, 422 when none was. An article that is"
        " missing in a later feed stays."
    ),
    example=EXAMPLE,
    read=read_feed_document,
    answer=answer_items,
    partial=True,
    inline_bytes=0,  # a parser in Python: a hundred milliseconds for 20 kB that are made to hurt
)
