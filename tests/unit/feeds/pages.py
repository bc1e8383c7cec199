"""Pages of feeds for the tests of formats."""

from feeds.addresses import FeedAddress
from feeds.filters import EVERYTHING, Filter
from feeds.links import Links
from feeds.reading import FeedPage, LinkedArticle, PageAsked, PublicArticle
from newsloom_schemas.document import StoredArticleV3
from newsloom_store import Summary
from tests.factories import MOMENT

LINKS = Links("https://news.example")
HOSTILE = "a ]]> <script>alert(1)</script> &amp; \x00\x0b\x1f\ufffe\ud800 \u202egnp \r end"


def public(document: StoredArticleV3) -> PublicArticle:
    assert document.publication is not None
    return PublicArticle(document=document, publication=document.publication)


def linked(document: StoredArticleV3, *targets: Summary) -> LinkedArticle:
    """The article with what its links point to."""
    return LinkedArticle(article=public(document), targets={target.article_id: target for target in targets})


def page(
    *documents: StoredArticleV3,
    feed_id: str = "all",
    cursor: str | None = "3:42",
    more: str | None = None,
    wanted: Filter = EVERYTHING,
    asked: PageAsked | None = None,
) -> FeedPage:
    return FeedPage(
        address=FeedAddress(feed_id=feed_id, title=f"newsloom: {feed_id}").narrowed(wanted),
        asked=asked or PageAsked(),
        articles=tuple(public(document) for document in documents),
        next_before=more,
        cursor=cursor,
        read_at=MOMENT,
    )
