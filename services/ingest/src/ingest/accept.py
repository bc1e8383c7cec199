"""The use case: what a source hands in becomes an event on the log, or nothing happened."""

from functools import partial

from ingest import tags_request
from ingest.clean import plain
from ingest.ports import Clock, InPlace, NoGuard, Publisher, RevisionGuard, Workers
from ingest.submission import canonical, to_content
from ingest.tags_request import TagsRequest
from newsloom_schemas.catalog import ARTICLES_SUBMITTED
from newsloom_schemas.events import ArticleKilledV1, ArticleSubmittedV2, TagsEditedV1
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.identity import article_id, event_id
from newsloom_schemas.submission import KillRequest, Submission

INLINE_CHARS = 6_000  # a longer body would hold the event loop for more than half a millisecond
_IN_PLACE = InPlace()
_UNGUARDED = NoGuard()


async def accept(publisher: Publisher, *events: ArticleEvent) -> None:
    """Put events on the log. Returning means that it holds them all; any failure means repeat, which is
    harmless. Raises what the publisher raises."""
    if events:
        await publisher.publish([(ARTICLES_SUBMITTED, event) for event in events])


async def submitted(
    submission: Submission,
    *,
    source: str,
    dialect: str,
    clock: Clock,
    workers: Workers = _IN_PLACE,
    image_hosts: frozenset[str] = frozenset(),
    guard: RevisionGuard = _UNGUARDED,
    source_class: str | None = None,
) -> ArticleSubmittedV2:
    """The event of a submission, cleaned, which nobody has seen yet. Raises Refused. The same submission
    always gets the same event id. `workers` clean the long ones; pictures in the body stay when they come
    from one of `image_hosts`.

    When the submission says which revision it corrects, the event has the guard's leave to be the next.
    """
    clean = partial(to_content, image_hosts=image_hosts)
    long = len(submission.body_html or submission.body_text or "") > INLINE_CHARS
    content = await workers.run(clean, submission) if long else clean(submission)
    article = article_id(source, submission.external_id)
    event = ArticleSubmittedV2(
        event_id=event_id(article, submission.revision, ArticleSubmittedV2.EVENT_TYPE, canonical(content)),
        article_id=article,
        source=source,
        external_id=submission.external_id,
        revision=submission.revision,
        accepted_at=clock.now(),
        dialect=dialect,
        content=content,
        source_class=source_class,
    )
    if submission.previous_revision is not None:
        await guard.claim(event, submission.previous_revision)
    return event


async def kill(
    request: KillRequest, *, source: str, external_id: str, clock: Clock, publisher: Publisher
) -> ArticleKilledV1:
    """Withdraw an article for ever, known or not. Every kill of an article is the same event."""
    event = killed(request, source=source, external_id=external_id, clock=clock)
    await accept(publisher, event)
    return event


def killed(request: KillRequest, *, source: str, external_id: str, clock: Clock) -> ArticleKilledV1:
    """The event of a kill, which nobody has seen yet."""
    article = article_id(source, external_id)
    return ArticleKilledV1(
        event_id=event_id(article, 0, ArticleKilledV1.EVENT_TYPE),
        article_id=article,
        source=source,
        external_id=external_id,
        reason=(plain(request.reason) or None) if request.reason else None,
        killed_at=clock.now(),
    )


async def edit_tags(
    request: TagsRequest, *, source: str, external_id: str, clock: Clock, publisher: Publisher
) -> TagsEditedV1:
    """Replace what the editor says about an article's tags."""
    article = article_id(source, external_id)
    tags = tags_request.to_editor_tags(request)
    canonical_tags = tags_request.canonical(tags)
    event = TagsEditedV1(
        event_id=event_id(article, tags.edit, TagsEditedV1.EVENT_TYPE, canonical_tags),
        article_id=article,
        source=source,
        external_id=external_id,
        tags=tags,
        edited_at=clock.now(),
    )
    await accept(publisher, event)
    return event
