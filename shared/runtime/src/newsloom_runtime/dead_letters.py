"""Dead letters: records that can never be processed, kept whole with the reason."""

from collections.abc import Sequence
from importlib.metadata import version

import structlog

from newsloom_runtime.letters import ORIGINAL, VALUE_NULL, VALUE_OMITTED
from newsloom_runtime.log_fields import fields_of
from newsloom_runtime.metrics import ConsumerMetrics
from newsloom_runtime.publisher import EventPublisher, RecordTooLarge
from newsloom_runtime.records import RawRecord, Rejection
from newsloom_schemas.catalog import dlq_topic


class DeadLetters:
    """Writes the dead letters of one role to its service's DLQ topic."""

    def __init__(
        self, *, service: str, role: str, publisher: EventPublisher, metrics: ConsumerMetrics
    ) -> None:
        self._service = service
        self._role = role
        self._publisher = publisher
        self._metrics = metrics
        self._version = version("newsloom-runtime")

    async def bury(self, rejection: Rejection) -> None:
        """Put a record into the DLQ and wait for the acknowledgement. Raises PublishFailed."""
        raw = rejection.raw
        headers = [*self._report(rejection), *((ORIGINAL + name, value) for name, value in raw.headers)]
        try:
            await self._publish(raw, raw.value, headers)
        except RecordTooLarge:
            # The bytes stay where they are; the dead letter points at them.
            await self._publish(raw, None, [*headers, (VALUE_OMITTED, b"too-large")])
        self._metrics.dead_letters.labels(self._role, rejection.reason).inc()
        structlog.get_logger().error(
            "dead_letter",
            role=self._role,
            reason=rejection.reason,
            message=rejection.message,
            record=f"{raw.topic}/{raw.partition}/{raw.offset}",
            **fields_of(rejection.record),
        )

    async def _publish(
        self, raw: RawRecord, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]
    ) -> None:
        if value is None and raw.key is None:  # Kafka's client wants one of the two
            value, headers = b"", [*headers, (VALUE_NULL, b"true")]
        await self._publisher.publish_raw(dlq_topic(self._service), raw.key, value, headers)

    def _report(self, rejection: Rejection) -> list[tuple[str, bytes | None]]:
        raw = rejection.raw
        report = {
            "dlq_topic": raw.topic,
            "dlq_partition": str(raw.partition),
            "dlq_offset": str(raw.offset),
            "dlq_timestamp": str(raw.timestamp_ms),
            "dlq_service": self._service,
            "dlq_version": self._version,
            "dlq_stage": self._role,
            "dlq_error": rejection.reason,
            "dlq_message": rejection.message,
            "dlq_attempts": str(rejection.attempts),
        }
        return [(name, text.encode()) for name, text in report.items()]
