"""What of a feed is new: decided by the log's memory and the source's clocks, never by ours."""

from datetime import UTC, datetime, timedelta

from ingest.accept import submitted
from ingest.importing.news import Old, news_in
from newsloom_schemas.events import ArticleSubmittedV2
from newsloom_schemas.submission import Submission
from tests.factories import MOMENT
from tests.unit.ingest.importing.registers import LogOfSubmissions

DATED = datetime(2026, 11, 5, 6, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class FixedClock:
    def now(self) -> datetime:
        return MOMENT


def ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def item(text: str, when: datetime = DATED) -> Submission:
    return Submission(external_id="g-1", revision=ms(when), headline="Bridge", body_text=text)


async def event_of(submission: Submission) -> ArticleSubmittedV2:
    return await submitted(submission, source="harbour", dialect="feed", clock=FixedClock())


async def seen(log: LogOfSubmissions, submission: Submission, changed: datetime | None = None) -> str | int:
    """What becomes of an item; a revision means that it was submitted under it."""
    found = await news_in(submission, changed=changed, register=log, event_of=event_of)
    if isinstance(found, Old):
        return found.why
    log.events.append(found)
    return found.revision


async def test_an_article_that_the_log_does_not_know_is_new() -> None:
    assert await seen(LogOfSubmissions(), item("a")) == ms(DATED)


async def test_an_item_that_did_not_change_is_submitted_once_whoever_asks() -> None:
    """Another process, or this one after a restart, knows nothing but the log."""
    log = LogOfSubmissions()
    assert [await seen(log, item("a"), DATED + n * MINUTE) for n in range(4)] == [
        ms(DATED),
        *["unchanged"] * 3,
    ]


async def test_a_later_date_is_a_correction() -> None:
    log = LogOfSubmissions()
    await seen(log, item("a"))
    assert await seen(log, item("b", DATED + MINUTE)) == ms(DATED + MINUTE)


async def test_a_text_that_changed_under_its_date_gets_the_time_of_the_feed() -> None:
    log = LogOfSubmissions()
    await seen(log, item("a"))
    later = DATED + 5 * MINUTE
    assert await seen(log, item("b"), later) == ms(later)
    assert await seen(log, item("b"), later + MINUTE) == "unchanged"
    assert await seen(log, item("a"), later + 2 * MINUTE) == ms(later + 2 * MINUTE)  # taken back again


async def test_without_a_later_time_of_the_source_the_change_waits() -> None:
    """A copy that a cache kept must not undo what came after it, and our clock must not order anything."""
    log = LogOfSubmissions()
    await seen(log, item("a"))
    await seen(log, item("b"), DATED + 5 * MINUTE)
    assert await seen(log, item("a"), DATED + 3 * MINUTE) == "held-back"
    assert await seen(log, item("a"), DATED + 5 * MINUTE) == "held-back"
    assert await seen(log, item("a"), None) == "held-back"


async def test_an_item_without_a_date_is_not_new_because_another_item_is() -> None:
    log = LogOfSubmissions()
    assert await seen(log, item("a", DATED)) == ms(DATED)
    assert await seen(log, item("a", DATED + MINUTE)) == "unchanged"
    assert await seen(log, item("b", DATED + 2 * MINUTE)) == ms(DATED + 2 * MINUTE)


async def test_what_is_older_than_the_memory_of_the_log_is_left_alone() -> None:
    log = LogOfSubmissions()
    await seen(log, item("a"))
    log.events[0] = log.events[0].model_copy(update={"event_id": "0" * 36})  # forgotten but for its revision
    assert await seen(log, item("a"), DATED + timedelta(days=31)) == "unchanged"
