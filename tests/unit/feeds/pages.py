"""Pages of feeds for the tests of formats."""

from feeds.addresses import FeedAddress
from feeds.links import Links
from feeds.reading import FeedPage, PublicArticle
from newsloom_schemas.document import StoredArticleV2

LINKS = Links("https://news.example")
HOSTILE = "a ]]> <script>alert(1)</script> &amp; \x00\x0b\x1f\ufffe\ud800 \u202egnp \r end"


def public(document: StoredArticleV2) -> PublicArticle:
    assert document.publication is not None
    return PublicArticle(document=document, publication=document.publication)


def page(
    *documents: StoredArticleV2, feed_id: str = "all", cursor: str | None = "3:42", more: str | None = None
) -> FeedPage:
    return FeedPage(
        address=FeedAddress(feed_id=feed_id, title=f"newsloom: {feed_id}"),
        limit=50,
        articles=tuple(public(document) for document in documents),
        next_before=more,
        cursor=cursor,
    )
