"""Which decisions have a line in the log: kills and leaps always, the others at DEBUG."""

import logging
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from newsloom_runtime.records import RawRecord, Received
from newsloom_schemas.events.article_event import ArticleEvent
from publish.decide import JUMPED, NEWER, Kind
from publish.log_lines import log_healed, log_verdicts
from publish.publish import Verdict
from tests.factories import killed
from tests.unit.publish.builders import revision

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CLIENTS = f"00-{TRACE}-00f067aa0ba902b7-01".encode()


@pytest.fixture
def _all_levels() -> Iterator[None]:
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(before)


def received(event: ArticleEvent) -> Received:
    raw = RawRecord("articles-enriched", 0, 0, 0, b"k", b"v", (("traceparent", CLIENTS),))
    return Received(event=event, raw=raw)


def logged(event: ArticleEvent, kind: Kind, reason: str) -> list[dict[str, object]]:
    with capture_logs() as lines:
        log_verdicts([received(event)], [Verdict(event=event, kind=kind, reason=reason)])
    return [dict(line) for line in lines]


def test_a_kill_has_a_line_that_names_its_article_and_its_trace() -> None:
    event = killed("story")
    [line] = logged(event, Kind.KILL, "killed by its source")
    assert (line["event"], line["log_level"], line["role"]) == ("article_killed", "info", "publisher")
    assert (line["event_id"], line["article_id"], line["source"], line["trace_id"]) == (
        event.event_id,
        event.article_id,
        event.source,
        TRACE,
    )


def test_a_leap_of_the_revision_has_a_line() -> None:
    [line] = logged(revision(2), Kind.APPLY, JUMPED)
    assert (line["event"], line["log_level"]) == ("revision_jumped", "warning")


def test_other_decisions_have_none_at_full_load() -> None:
    assert logged(revision(2), Kind.APPLY, NEWER) == []
    assert logged(revision(2), Kind.CONFLICT, "taken") == []  # its dead letter has one


@pytest.mark.usefixtures("_all_levels")
def test_at_debug_every_decision_has_one_with_its_reason() -> None:
    [line] = logged(revision(2), Kind.STALE, "a newer revision or run is stored")
    assert (line["event"], line["decision"], line["why"]) == (
        "decided",
        "stale",
        "a newer revision or run is stored",
    )


def test_what_is_healed_is_named() -> None:
    with capture_logs() as lines:
        log_healed(["one", "two"])
    assert [line["article_id"] for line in lines] == ["one", "two"]
