"""Spans as a collector receives them over OTLP, from a consumer of the real broker; and without one."""

import threading
from collections.abc import Iterator, Sequence
from gzip import decompress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from newsloom_runtime.records import Received, Rejection
from newsloom_runtime.spans import spans_of
from newsloom_runtime.traces import Traces, in_hand, trace_id
from newsloom_schemas.codec import encode
from tests.eventually import eventually
from tests.factories import MOMENT, submitted
from tests.integration.runtime.members import World

SAMPLED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Collector:
    """A collector of spans by OTLP over HTTP, as its protocol says."""

    def __init__(self) -> None:
        self.requests: list[ExportTraceServiceRequest] = []
        self.heard = threading.Event()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                body = decompress(body) if self.headers.get("content-encoding") == "gzip" else body
                assert self.path == "/v1/traces"
                collector.requests.append(ExportTraceServiceRequest.FromString(body))
                self.send_response(200)
                self.end_headers()
                collector.heard.set()

            def log_message(self, *_arguments: object) -> None:
                return None

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def spans(self, service: str) -> dict[str, Span]:
        """The spans of a service, by name."""
        found: dict[str, Span] = {}
        for resource in (each for request in self.requests for each in request.resource_spans):
            attributes = {each.key: each.value.string_value for each in resource.resource.attributes}
            if attributes["service.name"] == service:
                found |= {span.name: span for scope in resource.scope_spans for span in scope.spans}
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    running = Collector()
    yield running
    running.server.shutdown()
    running.server.server_close()


async def test_a_record_of_the_broker_becomes_a_span_in_its_trace_and_hands_it_on(
    world: World, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_always_on")
    handed_on: list[str | None] = []

    async def handle(batch: Sequence[Received]) -> Sequence[Rejection]:
        traces = in_hand()
        handed_on.extend(traces.of(each.event) if traces else None for each in batch)
        return [Rejection(record=each, reason="conflict", message="send a higher one") for each in batch]

    event = submitted()
    wire = encode(event, source="/newsloom/test", time=MOMENT, traceparent=SAMPLED)
    async with world.producer() as producer:
        await producer.send_and_wait(world.topic.name, wire.value, key=wire.key, headers=list(wire.headers))
    async with world.member(handle):
        [letter] = await world.dead_letters(1)
        await world.all_committed()
    names = {"tester batch", f"tester {world.topic.name}"}
    await eventually(lambda: collector.spans(world.service).keys() >= names, what="both spans have arrived")
    spans = collector.spans(world.service)
    record, batch = spans[f"tester {world.topic.name}"], spans["tester batch"]
    assert (record.trace_id.hex(), record.parent_span_id.hex()) == (trace_id(SAMPLED), SAMPLED[36:52])
    assert [link.trace_id.hex() for link in batch.links] == [trace_id(SAMPLED)]
    assert record.status.message == "conflict"
    assert handed_on == [f"{SAMPLED[:36]}{record.span_id.hex()}-01"]
    assert dict(letter.headers)["original-traceparent"] == SAMPLED.encode()


def test_a_collector_that_is_away_costs_nothing_but_the_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    spans = spans_of("publish")
    for _ in range(100):
        with spans.batch("publisher", [], Traces()):
            pass
    spans.close()  # returns, whatever the exporter still tries
