"""Spans: one for a batch with links, some for its records, one for a request; and none when they are off."""

import subprocess
import sys
from collections.abc import Sequence

import httpx2
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from newsloom_runtime.otel_spans import RECORDS_A_BATCH, OtelSpans
from newsloom_runtime.records import RawRecord, Received, Rejection
from newsloom_runtime.spans import NO_SPANS, spans_of
from newsloom_runtime.traced_http import TracedHttp
from newsloom_runtime.traces import Traces, trace_id, valid
from newsloom_schemas.base import Event
from tests.factories import enriched, submitted

SAMPLED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
ALSO_SAMPLED = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01"
RECORD = "publisher articles-submitted"
UNSAMPLED = "00-cccccccccccccccccccccccccccccccc-dddddddddddddddd-00"


class Recorded:
    """Spans that are kept in memory; what begins here is always sampled."""

    def __init__(self) -> None:
        self.memory = InMemorySpanExporter()
        self.spans = OtelSpans("enrich", SimpleSpanProcessor(self.memory), sampler=ParentBased(ALWAYS_ON))

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.memory.get_finished_spans() if span.name == name]


def received(event: Event, traceparent: str | None) -> Received:
    headers = () if traceparent is None else (("traceparent", traceparent.encode()),)
    return Received(event=event, raw=RawRecord("articles-submitted", 3, 7, 0, b"k", b"a secret", headers))


def ids_of(links: Sequence[object]) -> set[str]:
    return {f"{link.context.trace_id:032x}" for link in links}  # type: ignore[attr-defined] # a Link


def test_a_batch_is_one_span_with_a_link_to_each_trace_and_a_span_for_each_sampled_record() -> None:
    recorded, traces = Recorded(), Traces()
    one, two, three = submitted(), submitted(), submitted()
    items = [received(one, SAMPLED), received(two, UNSAMPLED), received(three, None)]
    for item in items[:2]:
        traces.note(item.event, item.raw.header("traceparent").decode())  # type: ignore[union-attr] # is there
    with recorded.spans.batch("enricher", items, traces):
        handed_on = [traces.of(event) for event in (one, two, three)]
    [batch] = recorded.named("enricher batch")
    [record] = recorded.named("enricher articles-submitted")
    assert ids_of(batch.links) == {trace_id(SAMPLED), trace_id(UNSAMPLED)}
    assert batch.parent is None
    assert record.parent is not None
    assert f"{record.parent.span_id:016x}" == SAMPLED[36:52]
    assert record.attributes is not None
    assert record.attributes["newsloom.article_id"] == one.article_id
    # What becomes of the sampled record hangs below its span; of the others it passes on as it came.
    assert handed_on == [f"{SAMPLED[:36]}{record.context.span_id:016x}-01", UNSAMPLED, None]
    assert "a secret" not in batch.to_json() + record.to_json()


def test_of_several_events_of_an_article_each_span_links_to_the_others() -> None:
    recorded, first, second = Recorded(), enriched(submitted("a")), enriched(submitted("a", 2))
    items = [received(first, SAMPLED), received(second, ALSO_SAMPLED)]
    with recorded.spans.batch("publisher", items, Traces()):
        pass
    links = {f"{span.context.trace_id:032x}": ids_of(span.links) for span in recorded.named(RECORD)}
    assert links == {trace_id(SAMPLED): {trace_id(ALSO_SAMPLED)}, trace_id(ALSO_SAMPLED): {trace_id(SAMPLED)}}


def test_a_dead_letter_is_an_error_of_its_record_and_a_failure_one_of_the_batch() -> None:
    recorded = Recorded()
    item = received(submitted(), SAMPLED)
    with recorded.spans.batch("publisher", [item], Traces()) as work:
        work.rejected([Rejection(record=item, reason="conflict", message="")])
    with pytest.raises(ZeroDivisionError), recorded.spans.batch("publisher", [item], Traces()):
        raise ZeroDivisionError
    rejected, untouched = recorded.named(RECORD)
    good, failed = recorded.named("publisher batch")
    assert rejected.status.description == "conflict"
    assert untouched.status.is_unset
    assert good.status.is_unset
    assert (failed.status.is_ok, failed.status.description) == (False, "ZeroDivisionError")


def test_however_many_are_sampled_a_batch_has_few_spans() -> None:
    recorded = Recorded()
    items = [received(submitted(), SAMPLED) for _ in range(3 * RECORDS_A_BATCH)]
    with recorded.spans.batch("publisher", items, Traces()):
        pass
    assert len(recorded.named(RECORD)) == RECORDS_A_BATCH


@pytest.fixture
async def served() -> "tuple[Recorded, httpx2.AsyncClient]":
    """A service with a route, a live stream and probes; its routes answer with the trace they are in."""

    async def told(request: Request) -> Response:
        return Response(request.headers.get("traceparent", "none"))

    async def live(_request: Request) -> Response:
        return StreamingResponse(iter([b"data: 1\n\n"]), media_type="text/event-stream")

    routes = [Route("/v1/articles/{id}", told), Route("/events", live), Route("/readyz", told)]
    recorded, app = Recorded(), Starlette(routes=routes)
    app.add_middleware(TracedHttp, spans=recorded.spans)
    client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://feeds")
    return recorded, client


async def test_a_request_is_a_span_in_its_senders_trace_and_its_work_is_inside(
    served: tuple[Recorded, httpx2.AsyncClient],
) -> None:
    recorded, client = served
    answer = await client.get("/v1/articles/7?key=secret", headers={"traceparent": SAMPLED})
    [span] = recorded.named("GET /v1/articles/{id}")
    assert answer.text == f"{SAMPLED[:36]}{span.context.span_id:016x}-01"
    assert span.parent is not None
    assert span.attributes is not None
    assert span.attributes["http.response.status_code"] == 200
    assert "secret" not in span.to_json()
    begun = await client.get("/v1/articles/7", headers={"traceparent": "00-rubbish"})
    assert valid(begun.text) == begun.text
    assert trace_id(begun.text) != trace_id(SAMPLED)


async def test_a_live_stream_is_over_when_it_begins_and_probes_have_no_span(
    served: tuple[Recorded, httpx2.AsyncClient],
) -> None:
    recorded, client = served
    await client.get("/events")
    assert (await client.get("/readyz", headers={"traceparent": SAMPLED})).text == SAMPLED
    assert [span.name for span in recorded.memory.get_finished_spans()] == ["GET /events"]


@pytest.mark.parametrize(
    "environment", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"}]
)
def test_without_an_endpoint_nothing_is_recorded(environment: dict[str, str]) -> None:
    assert spans_of("publish", environment) is NO_SPANS
    traces, item = Traces(), received(submitted(), SAMPLED)
    with NO_SPANS.batch("publisher", [item], traces) as work, NO_SPANS.request("GET", SAMPLED) as request:
        work.rejected([])
        request.answered(200, "/", live=False)
    assert traces.of(item.event) is None
    NO_SPANS.close()


def test_a_service_that_records_nothing_imports_nothing_for_it() -> None:
    told = (
        "import sys; import newsloom_runtime.chassis, newsloom_runtime.spans;"
        "newsloom_runtime.spans.spans_of('enrich', {});"
        "sys.exit(any(name.startswith('opentelemetry.sdk') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0
