"""The topics that the naive services write, so that theirs and ours never mix."""

from dataclasses import replace

from newsloom_schemas.catalog import ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES

NAIVE_ENRICHED = replace(ARTICLES_ENRICHED, name="naive-enriched")
NAIVE_PUBLISHED = replace(ARTICLES_PUBLISHED, name="naive-published")
NAIVE_FEED_UPDATES = replace(FEED_UPDATES, name="naive-feed-updates")
NAIVE_TOPICS = (NAIVE_ENRICHED, NAIVE_PUBLISHED, NAIVE_FEED_UPDATES)
