"""What the world is shown of an article, in one canonical form: the same content always has the same digest.

The store and the log both hold it, beside things that depend on the order in which events arrived (versions,
history, translations of older revisions). This is the part that must not (invariant I8), so that a rebuilt
store, the live one and the compacted topic can be compared.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from newsloom_schemas.article import ArticleContent
from newsloom_schemas.base import Event, Value
from newsloom_schemas.document import Publication, StoredArticleV3
from newsloom_schemas.enrichment import Enrichment, RelatedLink, Tag, Translation, shown_tags
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2, ArticleWithheldV1
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.types import (
    ArticleId,
    ExternalId,
    FeedId,
    LanguageTag,
    Revision,
    SourceId,
    Timestamp,
)

# Half of the 4 MiB that a record may have; the article itself, with its tags, takes at most the other half.
TOLD_TRANSLATIONS_BYTES = 2 * 1024 * 1024
_NOT_TOLD = {
    "body_html": None,
    "reason": "too large for the log; read it from feeds at /v1/articles/ID/translations/LANGUAGE",
}
_TAKEN_APART = frozenset({"content", "translations"})  # a difference in them names the part


class PublicState(Value):
    """One article as readers may see it. Only a public one has content.

    `absent`: there is nothing to show, and never was; also an article of which only an edit is known.
    """

    article_id: ArticleId
    state: Literal["public", "withheld", "killed", "absent"]
    source: SourceId | None = None
    external_id: ExternalId | None = None
    withheld_until: Timestamp | None = None
    revision: Revision | None = None
    run: int | None = None
    published_at: Timestamp | None = None
    language: LanguageTag | None = None
    content: ArticleContent | None = None
    tags: tuple[Tag, ...] = ()
    related: tuple[RelatedLink, ...] = ()
    translations: dict[str, Translation] = Field(default_factory=dict)
    enrichment: Enrichment | None = None
    feeds: tuple[FeedId, ...] = ()

    def canonical(self) -> bytes:
        """The state as JSON in UTF-8: fields in their order, absent ones left out."""
        return self.__pydantic_serializer__.to_json(self, exclude_none=True)

    def digest(self) -> str:
        """SHA-256 of the canonical form, in hex."""
        return hashlib.sha256(self.canonical()).hexdigest()


def absent(article_id: str) -> PublicState:
    """The state of an article that there is nothing to show of."""
    return PublicState.model_construct(article_id=article_id, state="absent")


def of_document(document: StoredArticleV3) -> PublicState:
    """What the store says that readers may see."""
    whose = _whose(document)
    if document.killed:
        return PublicState.model_construct(state="killed", feeds=document.feeds, **whose)
    if document.withheld:
        return PublicState.model_construct(
            state="withheld", withheld_until=document.withheld_until, feeds=document.feeds, **whose
        )
    if document.publication is None:
        return absent(document.article_id)
    return PublicState.model_construct(
        **whose,
        **_content(document.publication),
        tags=shown_tags(document.publication.tags, document.editor_tags),
        translations=told_translations(document),
        feeds=tuple(sorted(document.feeds)),
        state="public",
    )


def told_translations(document: StoredArticleV3) -> dict[str, Translation]:
    """The translations that are told with an article, by language: those of the revision that is shown.

    A record has a largest size. When the texts together would come near it, the first languages keep theirs
    and the others are told without: headline, state and a reason that says where the text is.
    """
    told: dict[str, Translation] = {}
    left = TOLD_TRANSLATIONS_BYTES
    for language, stored in sorted(document.translations.items()):
        if stored.stale:
            continue
        size = len((stored.translation.body_html or "").encode())
        fits = size <= left
        left -= size if fits else 0
        told[language] = stored.translation if fits else stored.translation.model_copy(update=_NOT_TOLD)
    return told


def of_record(event: Event) -> PublicState:
    """What a record of `articles-published` says. TypeError for an event that does not belong there."""
    match event:
        case ArticlePublishedV2():
            return PublicState.model_construct(
                **_whose(event),
                **_content(event),
                tags=shown_tags(event.tags, event.editor_tags),
                translations=dict(sorted(event.translations.items())),
                feeds=tuple(sorted(event.feeds)),
                state="public",
            )
        case ArticleWithheldV1():
            return PublicState.model_construct(
                state="withheld", withheld_until=event.withheld_until, **_whose(event)
            )
        case ArticleKilledV1():
            return PublicState.model_construct(state="killed", **_whose(event))
    raise TypeError(f"{type(event).__name__} tells no public state; it does not belong on articles-published")


def _whose(of: StoredArticleV3 | ArticleEvent) -> dict[str, Any]:
    return {"article_id": of.article_id, "source": of.source, "external_id": of.external_id}


def _content(of: Publication | ArticlePublishedV2) -> dict[str, Any]:
    """What the document and the record hold in the same form. When newsloom accepted it is not content."""
    return {
        "revision": of.revision,
        "run": of.run,
        "published_at": of.published_at,
        "language": of.language,
        "content": of.content,
        "related": of.related,
        "enrichment": of.enrichment,
    }


def differing(one: PublicState, other: PublicState) -> tuple[str, ...]:
    """Names of the fields in which two states differ, such as `tags`, `content/lead`, `translations/es`."""
    first, second = dict(_leaves(one)), dict(_leaves(other))
    return tuple(
        name
        for name in dict.fromkeys([*first, *second])
        if name not in first or first[name] != second.get(name)
    )


def _leaves(state: PublicState) -> Iterator[tuple[str, Any]]:
    for name, value in json.loads(state.canonical()).items():
        if name in _TAKEN_APART:
            yield from ((f"{name}/{part}", inner) for part, inner in value.items())
        else:
            yield name, value
