"""The questions readers ask of the store. Ids and feed names stand as values only, never as operators."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from newsloom_schemas.document import StoredArticleV3
from newsloom_store.changes import Head, Summary
from newsloom_store.codec import ID, from_raw, readable
from newsloom_store.connection import Collection, Raw, aggregate
from newsloom_store.errors import translated

PUBLISHED_AT = "publication.published_at"
Place = tuple[datetime, str]  # of an article in a feed: when it was published, and its id
# What no line of a feed shows; a page without it is read several times faster.
_NOT_ON_A_PAGE = {"publication.tags.evidence": 0, "publication.related": 0, "translations": 0, "history": 0}
_HEAD_FIELDS = {"document_version": 1, "publication.accepted_at": 1}
_SUMMARY_FIELDS = {
    "source": 1,
    "document_version": 1,
    "publication.language": 1,
    PUBLISHED_AT: 1,
    "publication.content.headline": 1,
}


async def get(collection: Collection, article_id: str) -> StoredArticleV3 | None:
    """One document, or None."""
    with translated():
        raw = await collection.find_one({ID: article_id})
    return None if raw is None else from_raw(raw)


async def heads(collection: Collection, article_ids: Sequence[str]) -> dict[str, Head]:
    """What the documents are at; absent ones are left out."""
    with translated():
        found = await collection.find({ID: {"$in": list(article_ids)}}, _HEAD_FIELDS).to_list(None)
    return {raw[ID]: _head(raw) for raw in found}


def _head(raw: Raw) -> Head:
    accepted_at = raw.get("publication", {}).get("accepted_at")
    return Head(document_version=raw["document_version"], accepted_at=accepted_at)


async def summaries(collection: Collection, article_ids: Sequence[str]) -> dict[str, Summary]:
    """What links show, of articles that are in a feed; the others are left out."""
    query = {ID: {"$in": list(article_ids)}, "feeds.0": {"$exists": True}}
    with translated():
        found = await collection.find(query, _SUMMARY_FIELDS).to_list(None)
    return {raw[ID]: _summary(raw) for raw in found}


def _summary(raw: Raw) -> Summary:
    publication = raw["publication"]
    return Summary(
        article_id=raw[ID],
        headline=publication["content"]["headline"],
        language=publication["language"],
        source=raw["source"],
        published_at=publication["published_at"],
        document_version=raw["document_version"],
    )


async def feed_page(
    collection: Collection, feed_id: str, *, limit: int, before: Place | None, within: Sequence[str]
) -> list[StoredArticleV3]:
    """A page of a feed in its order, after the place `before`; without evidence, links and translations.

    A document that does not fit the contract is left out and logged: it must not hide the others.
    """
    page: list[StoredArticleV3] = []
    while (wanted := limit - len(page)) > 0:
        query = page_query(feed_id, before, within)
        found = await _newest_first(collection, query, _NOT_ON_A_PAGE, wanted)
        page += [document for raw in found if (document := readable(raw, where="a feed page")) is not None]
        last_published = found[-1].get("publication", {}).get("published_at") if found else None
        if len(found) < wanted or last_published is None:
            break
        before = (last_published, found[-1][ID])
    return page


async def newest(
    collection: Collection, feed_id: str, *, since: datetime, until: datetime, limit: int
) -> list[Summary]:
    """The articles of a feed published in a span of time, both ends included, in the feed's order."""
    query = {"feeds": feed_id, PUBLISHED_AT: {"$gte": since, "$lte": until}}
    return [_summary(raw) for raw in await _newest_first(collection, query, _SUMMARY_FIELDS, limit)]


async def _newest_first(
    collection: Collection, query: dict[str, Any], fields: dict[str, int], limit: int
) -> list[Raw]:
    cursor = collection.find(query, fields).sort([(PUBLISHED_AT, -1), (ID, 1)]).limit(limit)
    with translated():
        return await cursor.to_list(None)


def page_query(feed_id: str, before: Place | None, within: Sequence[str] = ()) -> dict[str, Any]:
    """The query of a page, apart so that its plan can be tested."""
    feeds = {"$all": [feed_id, *within]} if within else feed_id
    if before is None:
        return {"feeds": feeds}
    published_at, article_id = before
    # Two ranges of the one index, merged in its order: no sorting, and a deep page costs what the first does.
    earlier = {"feeds": feeds, PUBLISHED_AT: {"$lt": published_at}}
    same_moment = {"feeds": feeds, PUBLISHED_AT: published_at, ID: {"$gt": article_id}}
    return {"$or": [earlier, same_moment]}


async def feed_ids(collection: Collection) -> list[tuple[str, int]]:
    """Every feed that holds an article, with how many, by name."""
    pipeline: list[Raw] = [
        {"$project": {"feeds": 1}},
        {"$unwind": "$feeds"},
        {"$group": {ID: "$feeds", "articles": {"$sum": 1}}},
        {"$sort": {ID: 1}},
    ]
    with translated():
        counted = await aggregate(collection, pipeline)
    return [(raw[ID], raw["articles"]) for raw in counted]
