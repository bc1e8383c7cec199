"""From Kafka's records to events: total, so that no record can fall through or stop the loop."""

from collections.abc import Mapping, Sequence

from aiokafka import ConsumerRecord

from newsloom_runtime.records import RawRecord, Received, Rejection
from newsloom_schemas.codec import decode_record
from newsloom_schemas.envelope import UndecodableEvent

AllowedTypes = Mapping[str, frozenset[str]]  # by topic


def raw_record(record: ConsumerRecord) -> RawRecord:
    """The library's record as a value of ours."""
    return RawRecord(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
    )


def decode_all(records: Sequence[RawRecord], allowed: AllowedTypes) -> tuple[list[Received], list[Rejection]]:
    """Decode records; each ends as an event or as a rejection with the reason."""
    received: list[Received] = []
    rejected: list[Rejection] = []
    for raw in records:
        outcome = _decode(raw, allowed)
        if isinstance(outcome, Received):
            received.append(outcome)
        else:
            rejected.append(outcome)
    return received, rejected


def _decode(raw: RawRecord, allowed: AllowedTypes) -> Received | Rejection:
    try:
        event = decode_record(raw.key, raw.value, raw.headers)
    except UndecodableEvent as error:
        return Rejection(record=raw, reason=error.reason, message=str(error))
    if event.EVENT_TYPE not in allowed[raw.topic]:
        return Rejection(
            record=raw,
            reason="unexpected-type",
            message=f"events of this type do not belong on {raw.topic}",
        )
    return Received(event=event, raw=raw)
