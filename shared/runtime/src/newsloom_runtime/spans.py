"""Spans of the work, for whoever collects them: off unless OpenTelemetry is installed and told where to send.

What is handed on from record to record does not depend on it: see newsloom_runtime.traces.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from typing import Final, Protocol

import structlog

from newsloom_runtime.records import RawRecord, Received, Rejection
from newsloom_runtime.traces import Traces

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
Items = Sequence[Received] | Sequence[RawRecord]


class BatchSpan(Protocol):
    """The work on one batch."""

    def rejected(self, rejections: Sequence[Rejection]) -> None:
        """These of its records become dead letters."""
        ...


class RequestSpan(Protocol):
    """The work on one request. `traceparent` is what belongs to it, None when nothing is recorded."""

    @property
    def traceparent(self) -> str | None: ...

    def answered(self, status: int, route: str, *, live: bool) -> None:
        """The answer begins; a live one is over with that, since what follows is its reader's patience."""
        ...


class Spans(Protocol):
    """Where spans are begun. Nothing of it fails, whatever becomes of the spans."""

    @property
    def on(self) -> bool: ...

    def batch(self, role: str, items: Items, traces: Traces) -> AbstractContextManager[BatchSpan]:
        """Around the work on a batch. The traces of its sampled records go on from here."""
        ...

    def request(self, method: str, traceparent: str | None) -> AbstractContextManager[RequestSpan]:
        """Around the work on a request."""
        ...

    def close(self) -> None:
        """Send what is left, within two seconds."""
        ...


class NoSpans:
    """Nothing is recorded."""

    on = False
    traceparent = None

    @contextmanager
    def batch(self, role: str, items: Items, traces: Traces) -> Iterator["NoSpans"]:
        yield self

    @contextmanager
    def request(self, method: str, traceparent: str | None) -> Iterator["NoSpans"]:
        yield self

    def rejected(self, rejections: Sequence[Rejection]) -> None:
        return None

    def answered(self, status: int, route: str, *, live: bool) -> None:
        return None

    def close(self) -> None:
        return None


NO_SPANS: Final = NoSpans()


def spans_of(service: str, environment: Mapping[str, str] = os.environ) -> Spans:
    """The spans of a service, as OpenTelemetry's own variables say (docs/tracing.md)."""
    wanted = any(environment.get(name) for name in ENDPOINTS)
    if not wanted or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return NO_SPANS
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        structlog.get_logger().error(
            "tracing_not_installed", fix=f"install {service}[tracing], or unset {ENDPOINTS[1]}"
        )
        return NO_SPANS
    from newsloom_runtime.otel_spans import exporting_spans  # only where it is wanted: it costs 30 MB

    return exporting_spans(service)
