"""Spans by OpenTelemetry. The only file that imports it, and only where it is configured."""

import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio, Sampler
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from newsloom_runtime.log_fields import fields_of
from newsloom_runtime.records import RawRecord, Received, Rejection
from newsloom_runtime.spans import Items
from newsloom_runtime.traces import Traces, traceparent_of, valid

CLOSED_WITHIN_S = 2.0
RECORDS_A_BATCH = 50  # have a span of their own; whoever sends may ask for each of his to be sampled
LINKS_A_BATCH = 128
USUAL_RATIO = 0.01


def exporting_spans(service: str) -> "OtelSpans":
    """Spans that are sent by OTLP over HTTP, in the background; what cannot be sent is dropped."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OtelSpans(service, BatchSpanProcessor(OTLPSpanExporter()))


def usual_sampler() -> Sampler | None:
    """One of a hundred of the traces that begin here, unless OTEL_TRACES_SAMPLER says otherwise."""
    return None if os.environ.get("OTEL_TRACES_SAMPLER") else ParentBasedTraceIdRatio(USUAL_RATIO)


class OtelSpans:
    """A provider of its own, so that several services may stand in one process."""

    on = True

    def __init__(self, service: str, processor: SpanProcessor, *, sampler: Sampler | None = None) -> None:
        attributes = {"service.name": service, "service.version": version("newsloom-runtime")}
        self._provider = TracerProvider(
            sampler=sampler or usual_sampler(),
            resource=Resource.create({"service.namespace": "newsloom", **attributes}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("newsloom")

    @contextmanager
    def batch(self, role: str, items: Items, traces: Traces) -> Iterator["_Batch"]:
        batch = _Batch(self._begin_batch(role, items), self._begin_records(role, items))
        batch.hand_on(traces)
        try:
            yield batch
        except BaseException as error:
            batch.failed(error)
            raise
        finally:
            batch.end()

    @contextmanager
    def request(self, method: str, traceparent: str | None) -> Iterator["_Request"]:
        span = self._tracer.start_span(
            method,
            context=_inside(traceparent),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": method},
        )
        request = _Request(span, method)
        try:
            yield request
        except BaseException as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            if span.is_recording():  # a live stream's has ended with its beginning
                span.end()

    def close(self) -> None:
        # In a thread that nobody waits for: an exporter whose collector is away tries for long.
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSED_WITHIN_S)

    def _begin_batch(self, role: str, items: Items) -> Span:
        contexts = (_context_of(_raw(item)) for item in items)
        links = [Link(context) for context in contexts if context is not None][:LINKS_A_BATCH]
        return self._tracer.start_span(
            f"{role} batch",
            context=Context(),
            kind=SpanKind.CONSUMER,
            links=links,
            attributes={
                "messaging.system": "kafka",
                "messaging.operation.name": "process",
                "messaging.batch.message_count": len(items),
                "newsloom.role": role,
            },
        )

    def _begin_records(self, role: str, items: Items) -> dict[int, tuple[Received | RawRecord, Span]]:
        """A span for each record whose trace is sampled, with links to the others of its article."""
        contexts = {id(item): _context_of(_raw(item)) for item in items}
        of_article: dict[str, list[SpanContext]] = defaultdict(list)
        for item in items:
            if (context := contexts[id(item)]) is not None and isinstance(item, Received):
                of_article[item.event.subject].append(context)
        begun: dict[int, tuple[Received | RawRecord, Span]] = {}
        for item in items:
            context = contexts[id(item)]
            if context is None or not context.trace_flags.sampled or len(begun) == RECORDS_A_BATCH:
                continue
            beside = of_article[item.event.subject] if isinstance(item, Received) else ()
            links = [Link(other) for other in beside if other.span_id != context.span_id]
            begun[id(_raw(item))] = (item, self._begin_record(role, item, context, links))
        return begun

    def _begin_record(
        self, role: str, item: Received | RawRecord, context: SpanContext, links: Sequence[Link]
    ) -> Span:
        raw = _raw(item)
        named = {f"newsloom.{name}": value for name, value in fields_of(item).items() if name != "trace_id"}
        return self._tracer.start_span(
            f"{role} {raw.topic}",
            context=_of(context),
            kind=SpanKind.CONSUMER,
            links=links,
            attributes={
                "messaging.system": "kafka",
                "messaging.operation.name": "process",
                "messaging.destination.name": raw.topic,
                "messaging.destination.partition.id": str(raw.partition),
                "messaging.kafka.offset": raw.offset,
                **named,
            },
        )


class _Batch:
    """The span of a batch and those of its records."""

    def __init__(self, span: Span, records: dict[int, tuple[Received | RawRecord, Span]]) -> None:
        self._span = span
        self._records = records

    def hand_on(self, traces: Traces) -> None:
        """What is published because of a record goes on from its span."""
        for item, span in self._records.values():
            if isinstance(item, Received):
                traces.note(item.event, written(span.get_span_context()))

    def rejected(self, rejections: Sequence[Rejection]) -> None:
        for rejection in rejections:
            if (found := self._records.get(id(rejection.raw))) is not None:
                found[1].set_status(Status(StatusCode.ERROR, rejection.reason))
        if rejections:
            self._span.set_attribute("newsloom.dead_letters", len(rejections))

    def failed(self, error: BaseException) -> None:
        self._span.set_status(Status(StatusCode.ERROR, type(error).__name__))

    def end(self) -> None:
        for _, span in self._records.values():
            span.end()
        self._span.end()


class _Request:
    """The span of a request."""

    def __init__(self, span: Span, method: str) -> None:
        self._span = span
        self._method = method

    @property
    def traceparent(self) -> str:
        return written(self._span.get_span_context())

    def answered(self, status: int, route: str, *, live: bool) -> None:
        self._span.update_name(f"{self._method} {route}")
        self._span.set_attributes({"http.response.status_code": status, "http.route": route})
        if status >= 500:
            self._span.set_status(Status(StatusCode.ERROR))
        if live:
            self._span.end()


def written(context: SpanContext) -> str:
    """A span's context as a `traceparent`."""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def _raw(item: Received | RawRecord) -> RawRecord:
    return item.raw if isinstance(item, Received) else item


def _context_of(raw: RawRecord) -> SpanContext | None:
    return _read(traceparent_of(raw))


def _read(traceparent: str | None) -> SpanContext | None:
    if traceparent is None:
        return None
    _, trace, span, flags = traceparent.split("-")
    return SpanContext(
        trace_id=int(trace, 16), span_id=int(span, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16))
    )


def _of(context: SpanContext | None) -> Context:
    return set_span_in_context(INVALID_SPAN if context is None else NonRecordingSpan(context), Context())


def _inside(traceparent: str | None) -> Context:
    return _of(_read(valid(traceparent)))
