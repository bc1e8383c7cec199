"""What a log line says of an article: its names and its trace, and nothing a stranger could smuggle in."""

import contextvars
import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from newsloom_runtime.attempts import Attempts
from newsloom_runtime.log_fields import fields_of
from newsloom_runtime.logs import configure_logs
from newsloom_runtime.records import RawRecord, RawSubscription, Received
from newsloom_runtime.traces import open_request
from newsloom_schemas.catalog import editorial_inbox
from tests.factories import submitted

CLIENTS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def raw(*headers: tuple[str, bytes | None], topic: str = "articles-submitted") -> RawRecord:
    return RawRecord(topic, 1, 2, 3, b"key", b"the secret text", headers)


def test_a_decoded_record_is_named_by_its_event() -> None:
    event = submitted()
    item = Received(event=event, raw=raw(("traceparent", CLIENTS.encode())))
    assert fields_of(item) == {
        "event_id": event.event_id,
        "article_id": event.article_id,
        "source": event.source,
        "trace_id": TRACE,
    }


def test_an_undecoded_record_is_named_by_headers_that_can_be_nothing_but_names() -> None:
    event = submitted()
    named = raw(("ce_id", event.event_id.encode()), ("ce_subject", event.article_id.encode()))
    assert fields_of(named) == {"event_id": event.event_id, "article_id": event.article_id}
    strange = raw(("ce_id", b"the secret text"), ("ce_subject", None), ("traceparent", b"\xff" * 55))
    assert fields_of(strange) == {}


def test_a_record_of_an_inbox_is_named_by_its_source() -> None:
    assert fields_of(raw(topic=editorial_inbox("harbour").name)) == {"source": "harbour"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged in this test, as a service would log it; afterwards all is as before."""
    output, root = io.StringIO(), logging.getLogger()
    before = (list(root.handlers), root.level, structlog.get_config())
    monkeypatch.setattr("sys.stdout", output)
    configure_logs("enrich", "INFO")
    structlog.configure(cache_logger_on_first_use=False)
    yield output
    root.handlers, level = before[0], before[1]
    root.setLevel(level)
    structlog.configure(**before[2])


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_about_a_request_has_its_trace_and_one_about_nothing_has_none(written: io.StringIO) -> None:
    def within_a_request() -> None:
        open_request(CLIENTS)
        structlog.get_logger().warning("worker_ended")

    contextvars.copy_context().run(within_a_request)
    structlog.get_logger().info("started")
    first, second = lines(written)
    assert (first["event"], first["trace_id"], first["service"]) == ("worker_ended", TRACE, "enrich")
    assert "trace_id" not in second


async def test_whatever_is_logged_while_one_record_is_tried_names_it(written: io.StringIO) -> None:
    event = submitted()
    item = raw(("ce_id", event.event_id.encode()), ("traceparent", CLIENTS.encode()))

    async def handle(records: object) -> list[object]:
        structlog.get_logger().warning("said_by_the_handler")
        raise ZeroDivisionError

    attempts = Attempts(
        RawSubscription(role="r", group="g", topics=(), handle=handle),  # type: ignore[arg-type] # never returns
        metrics=SilentMetrics(),  # type: ignore[arg-type] # counts nothing
    )
    [rejection] = await attempts.settle([item])
    structlog.get_logger().warning("afterwards")
    first, *said = lines(written)
    assert (rejection.reason, first["event"]) == ("bug", "said_by_the_handler")
    assert "event_id" not in first or first["event_id"] == event.event_id
    while_tried = [line for line in said if line["event"] != "afterwards"]
    assert {(line["event_id"], line["trace_id"]) for line in while_tried} == {(event.event_id, TRACE)}
    assert {line["event"] for line in while_tried} == {"said_by_the_handler", "handler_bug"}
    assert "event_id" not in said[-1]
    assert "secret" not in written.getvalue()


class SilentMetrics:
    """Counters that count nothing, whatever they are called."""

    def __getattr__(self, _name: str) -> "SilentMetrics":
        return self

    def __call__(self, *_arguments: object) -> "SilentMetrics":
        return self
