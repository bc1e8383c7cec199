"""The events, one file each; the newest version of each is the language the services speak."""

from newsloom_schemas.events.article_enriched import ArticleEnrichedV1, ArticleEnrichedV2
from newsloom_schemas.events.article_killed import ArticleKilledV1
from newsloom_schemas.events.article_published import ArticlePublishedV1, ArticlePublishedV2
from newsloom_schemas.events.article_submitted import ArticleSubmittedV1, ArticleSubmittedV2
from newsloom_schemas.events.article_translated import ArticleTranslatedV1
from newsloom_schemas.events.article_withheld import ArticleWithheldV1
from newsloom_schemas.events.feed_updated import FeedEntry, FeedUpdatedV1
from newsloom_schemas.events.reindex_requested import ReindexRequestedV1, ReindexRequestedV2
from newsloom_schemas.events.tags_edited import TagsEditedV1
from newsloom_schemas.events.translation_requested import TranslationRequestedV1, TranslationRequestedV2

__all__ = [
    "ArticleEnrichedV1",
    "ArticleEnrichedV2",
    "ArticleKilledV1",
    "ArticlePublishedV1",
    "ArticlePublishedV2",
    "ArticleSubmittedV1",
    "ArticleSubmittedV2",
    "ArticleTranslatedV1",
    "ArticleWithheldV1",
    "FeedEntry",
    "FeedUpdatedV1",
    "ReindexRequestedV1",
    "ReindexRequestedV2",
    "TagsEditedV1",
    "TranslationRequestedV1",
    "TranslationRequestedV2",
]
