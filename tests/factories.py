"""Builders of data for tests: a valid value with one call, every field open to change."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from newsloom_schemas import identity
from newsloom_schemas.article import ArticleContent, Author
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import versions
from newsloom_schemas.enrichment import Enrichment, Facet
from newsloom_schemas.events import (
    ArticleEnrichedV2,
    ArticleKilledV1,
    ArticleSubmittedV2,
    ReindexRequestedV2,
)
from newsloom_store import SubmissionFact

MOMENT = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)


def authors(*names: str) -> tuple[Author, ...]:
    """Authors of whom the name is known; like everything clean that reaches the feeds, it is not checked."""
    return tuple(Author.model_construct(name=name) for name in names)


def content(**fields: Any) -> ArticleContent:
    """The content of a small article in English."""
    return ArticleContent(
        **{
            "headline": "Harbour bridge reopens",
            "lead": "Traffic returns after two years.",
            "body_html": "<p>The bridge over the old harbour reopened on Thursday.</p>",
            "language": "en",
            "section": "City",
        }
        | fields
    )


def submitted(
    external_id: str | None = None, revision: int = 1, *, source: str = "meridian", **fields: Any
) -> ArticleSubmittedV2:
    """A submission; `fields` change its content."""
    external_id = external_id or f"story-{uuid4().hex}"
    article = content(**fields)
    article_id = identity.article_id(source, external_id)
    return ArticleSubmittedV2(
        event_id=identity.event_id(
            article_id, revision, ArticleSubmittedV2.EVENT_TYPE, article.model_dump_json(exclude_none=True)
        ),
        article_id=article_id,
        source=source,
        external_id=external_id,
        revision=revision,
        accepted_at=MOMENT,
        dialect="json",
        content=article,
    )


def skipped() -> Enrichment:
    """An enrichment in which nothing was done."""
    facet = Facet(status="skipped", reason="not part of this test")
    return Enrichment(
        language=facet, entities=facet, subjects=facet, keyphrases=facet, related=facet, translations=facet
    )


def enriched(
    submission: ArticleSubmittedV2 | None = None, *, run: int = 0, **fields: Any
) -> ArticleEnrichedV2:
    """The enrichment of a submission (a fresh one by default)."""
    of = submission or submitted()
    return ArticleEnrichedV2(
        **{
            **_run_of(of, run, ArticleEnrichedV2.EVENT_TYPE),
            "language": of.content.language or "und",
            "enrichment": skipped(),
        }
        | fields
    )


def _run_of(of: ArticleSubmittedV2, run: int, event_type: str) -> dict[str, Any]:
    """What every event about one run of a submission says."""
    return {
        "event_id": identity.event_id(of.article_id, of.revision, event_type, f"{of.event_id}\n{run}"),
        "article_id": of.article_id,
        "source": of.source,
        "external_id": of.external_id,
        "submission_event_id": of.event_id,
        "revision": of.revision,
        "run": run,
        "accepted_at": of.accepted_at,
        "content": of.content,
    }


def reindex_requested(
    submission: ArticleSubmittedV2 | None = None, *, run: int = 1, **fields: Any
) -> ReindexRequestedV2:
    """The wish that a submission (a fresh one by default) is enriched once more."""
    of = submission or submitted()
    return ReindexRequestedV2(
        **{
            **_run_of(of, run, ReindexRequestedV2.EVENT_TYPE),
            "requested_at": MOMENT,
        }
        | fields
    )


def killed(
    external_id: str, *, source: str = "meridian", reason: str | None = "withdrawn"
) -> ArticleKilledV1:
    """A kill of an article."""
    article_id = identity.article_id(source, external_id)
    return ArticleKilledV1(
        event_id=identity.event_id(article_id, 0, ArticleKilledV1.EVENT_TYPE),
        article_id=article_id,
        source=source,
        external_id=external_id,
        reason=reason,
        killed_at=MOMENT,
    )


def of_version_1(event: Event) -> Event:
    """The event as it was written when authors were names: what old producers send and old topics hold."""
    oldest = versions(event.NAME)[0]
    content = event.content.downcast()  # type: ignore[attr-defined]  # every event of several versions has one
    return oldest.model_construct(**{**event.__dict__, "content": content})


def submission_fact(**fields: Any) -> SubmissionFact:
    """What the register keeps of a submission, the first of an article."""
    given: dict[str, Any] = {
        "event_id": "mine",
        "article_id": "story",
        "source": "harbour",
        "kind": "article",
        "number": 1,
        "accepted_at": MOMENT,
        "logged_at": MOMENT,
        "partition": 0,
        "offset": 0,
    }
    return SubmissionFact(**given | fields)
