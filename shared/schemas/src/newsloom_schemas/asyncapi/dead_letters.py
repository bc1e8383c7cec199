"""Messages of the dead-letter topics: the record that failed with a report, and an operator's word on it."""

from typing import Any

JSON = dict[str, Any]
DEAD_LETTER = "DeadLetter"
RESOLUTION = "DeadLetterResolution"
DEAD_LETTERS = (DEAD_LETTER, RESOLUTION)

REPORT = {
    "dlq_topic": "Topic that the record came from.",
    "dlq_partition": "Partition there.",
    "dlq_offset": "Offset there.",
    "dlq_timestamp": "The record's own Kafka timestamp, milliseconds since 1970.",
    "dlq_service": "Service that could not process it.",
    "dlq_version": "Version of newsloom that the service ran.",
    "dlq_stage": "Role of the service that was reading.",
    "dlq_error": "Stable code of the reason, such as `schema` or `conflict`.",
    "dlq_message": "The reason in words, without any of the payload.",
    "dlq_attempts": "How often it was tried.",
}
REPORT_OPTIONAL = {
    "dlq_value_omitted": "`too-large` when the value did not fit; it still lies where the record came from.",
    "dlq_value_null": "`true` when the record had neither key nor value.",
}
WORD = {
    "dlq_resolution": "What became of the letter: `replayed` or `discarded`.",
    "dlq_of": "Which letter of this topic it is about, as `partition:offset`.",
    "dlq_by": "Who decided.",
    "dlq_why": "Why, in their words.",
    "dlq_at": "When.",
}
WORD_OPTIONAL = {"dlq_to": "Where the replayed record lies now, as `topic/partition/offset`."}


def dead_letter_messages() -> JSON:
    """Both kinds of records in a dead-letter topic."""
    return {
        DEAD_LETTER: {
            **_common("Dead letter", "A record that could not be processed, bytes untouched, and why."),
            "description": (
                "Key and value are those of the record that failed. Its own headers come back with "
                "`original-` before their names, so that none can pass for one of the report."
            ),
            "headers": _headers(REPORT, REPORT_OPTIONAL),
            "payload": {
                "title": "The original value",
                "description": "Whatever it was: an event, some other JSON, or no JSON at all.",
            },
            "examples": [_letter()],
        },
        RESOLUTION: {
            **_common("Dead letter, resolved", "What an operator decided about a dead letter."),
            "description": "A record in the letter's own partition, without a value; the last word counts.",
            "headers": _headers(WORD, WORD_OPTIONAL),
            "payload": {"type": "null", "title": "No value", "description": "The headers say all there is."},
            "examples": [_word()],
        },
    }


def _common(title: str, summary: str) -> JSON:
    return {
        "name": title.lower().replace(", ", "-").replace(" ", "-"),
        "title": title,
        "summary": summary,
        "contentType": "application/octet-stream",
        "tags": [{"name": "dead-letter"}],
        "bindings": {
            "kafka": {
                "key": {
                    "description": "The key of the record that failed, bytes untouched; it may be absent."
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def _headers(required: dict[str, str], optional: dict[str, str]) -> JSON:
    return {
        "type": "object",
        "description": "Header values are UTF-8 text.",
        "required": list(required),
        "properties": {
            name: {"type": "string", "title": name, "description": text}
            for name, text in {**required, **optional}.items()
        },
    }


def _letter() -> JSON:
    return {
        "name": "a value that is no JSON",
        "headers": {
            "dlq_topic": "articles-submitted",
            "dlq_partition": "3",
            "dlq_offset": "117",
            "dlq_timestamp": "1793957400000",
            "dlq_service": "enrich",
            "dlq_version": "0.1.0",
            "dlq_stage": "enricher",
            "dlq_error": "not-json",
            "dlq_message": "the value is no valid JSON document in UTF-8",
            "dlq_attempts": "1",
            "original-ce_type": "newsloom.article.submitted.v2",
        },
        "payload": '{"headline": "Мост открыт',
    }


def _word() -> JSON:
    return {
        "name": "set aside",
        "headers": {
            "dlq_resolution": "discarded",
            "dlq_of": "3:117",
            "dlq_by": "m.orlova",
            "dlq_why": "cut off by its producer, which has sent it again",
            "dlq_at": "2026-11-05T10:02:11Z",
        },
        "payload": None,
    }
