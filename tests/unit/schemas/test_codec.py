"""Events survive the wire unchanged, and what is no event of ours is told apart with a reason."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from newsloom_schemas.catalog import EVENTS, TOPICS
from newsloom_schemas.codec import decode, decode_record, encode
from newsloom_schemas.envelope import Headers, RawHeaders, Reason, UndecodableEvent, schema_uri
from tests.factories import MOMENT, content, enriched, killed, submitted

EXAMPLES = [submitted(), enriched(), killed("gone"), submitted(headline='Ключ "А" \u2028 & <b>')]


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.EVENT_TYPE)
def test_encode_and_decode_are_the_identity(event: object) -> None:
    wire = encode(event, source="/newsloom/test", time=MOMENT)  # type: ignore[arg-type]
    assert decode_record(wire.key, wire.value, wire.headers) == event


def test_text_is_utf8_and_never_escaped() -> None:
    assert "Зеленский".encode() in encode(submitted(headline="Зеленский"), source="/x", time=MOMENT).value


def test_optional_fields_are_absent_and_not_null() -> None:
    assert b"null" not in encode(enriched(), source="/x", time=MOMENT).value


def test_the_envelope_is_cloudevents_in_binary_mode() -> None:
    event = submitted()
    headers = dict(encode(event, source="/newsloom/ingest", time=MOMENT, traceparent="00-1-2-00").headers)
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": event.event_id.encode(),
        "ce_type": b"newsloom.article.submitted.v2",
        "ce_source": b"/newsloom/ingest",
        "ce_subject": event.article_id.encode(),
        "ce_time": b"2026-11-05T09:30:00.000Z",
        "ce_dataschema": b"urn:newsloom:schema:article.submitted:v2",
        "content-type": b"application/json",
        "traceparent": b"00-1-2-00",
    }


def test_a_field_unknown_to_this_version_is_ignored() -> None:
    event = submitted()
    wire = encode(event, source="/x", time=MOMENT)
    newer = wire.value[:-1] + b', "added_later": 1}'
    assert decode_record(wire.key, newer, wire.headers) == event


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"key": None}, "key"),
        ({"key": b"other"}, "key"),
        ({"value": None}, "no-value"),
        ({"value": b"{"}, "not-json"),
        ({"value": b"[]"}, "schema"),
        ({"headers": (("ce_specversion", None),)}, "header-null"),
        ({"headers": (("ce_specversion", b"\xff"),)}, "header-encoding"),
        ({"headers": (("ce_specversion", b"0.3"),)}, "not-a-cloudevent"),
        (
            {"headers": (("ce_specversion", b"1.0"), ("ce_type", b"newsloom.article.submitted.v99"))},
            "unknown-version",
        ),
        (
            {"headers": (("ce_specversion", b"1.0"), ("ce_type", b"newsloom.article.submitted.v0"))},
            "unknown-type",
        ),
        ({"headers": (("ce_specversion", b"1.0"), ("ce_type", b"newsloom.weather.v2"))}, "unknown-type"),
        ({"headers": None}, "not-a-cloudevent"),
    ],
)
def test_what_is_no_event_is_refused_with_a_stable_reason(change: dict[str, object], reason: str) -> None:
    wire = replace(encode(submitted(), source="/x", time=MOMENT), **change)  # type: ignore[arg-type]
    with pytest.raises(UndecodableEvent) as refusal:
        decode_record(wire.key, wire.value, wire.headers)
    assert refusal.value.reason == reason


FORMS_OF_HEADERS: dict[str, Callable[[Headers], RawHeaders]] = {
    "pairs": list,
    "a mapping": dict,
    "pairs of texts": lambda headers: [(name, value.decode()) for name, value in headers],
    "a mapping of texts": lambda headers: {name: value.decode() for name, value in headers},
}


@pytest.mark.parametrize("form", FORMS_OF_HEADERS)
def test_one_call_decodes_headers_as_any_client_hands_them_over(form: str) -> None:
    event = submitted()
    wire = encode(event, source="/x", time=MOMENT)
    assert decode(wire.value, FORMS_OF_HEADERS[form](wire.headers)) == event


def test_who_only_reads_need_not_have_the_key() -> None:
    event = submitted()
    wire = encode(event, source="/x", time=MOMENT)
    assert decode(wire.value, wire.headers) == event
    with pytest.raises(UndecodableEvent, match="key"):
        decode_record(b"another", wire.value, wire.headers)


def test_a_newer_version_is_told_from_an_unknown_event_and_the_message_says_what_to_do() -> None:
    headers = (("ce_specversion", b"1.0"), ("ce_type", b"newsloom.article.submitted.v99"))
    with pytest.raises(UndecodableEvent, match="upgrade newsloom-schemas") as refusal:
        decode(b"{}", headers)
    assert refusal.value.reason == "unknown-version"


def test_the_readme_of_the_package_tells_every_reason() -> None:
    readme = (Path(__file__).parents[3] / "shared" / "schemas" / "README.md").read_text(encoding="utf-8")
    assert {reason for reason in get_args(Reason) if f"`{reason}`" not in readme} == set()


def test_a_refusal_never_shows_the_payload() -> None:
    wire = encode(submitted(), source="/x", time=MOMENT)
    with pytest.raises(UndecodableEvent) as refusal:
        decode_record(wire.key, b'{"event_id": "secret-text"}', wire.headers)
    assert "secret-text" not in str(refusal.value)


def test_of_a_header_that_stands_twice_the_first_counts() -> None:
    event = submitted()
    wire = encode(event, source="/x", time=MOMENT)
    assert decode_record(wire.key, wire.value, (*wire.headers, ("ce_type", b"other"))) == event


def test_every_event_type_is_named_by_the_grammar_and_has_a_class_of_its_version() -> None:
    for event_type, model in EVENTS.items():
        prefix, _, version = event_type.rpartition(".")
        assert prefix.startswith("newsloom.")
        assert model.__name__.endswith(version.upper())
        assert schema_uri(event_type).endswith(f":{version}")


def test_every_topic_is_written_and_read_by_someone_and_keeps_its_records_long_enough() -> None:
    names = [topic.name for topic in TOPICS]
    assert len(set(names)) == len(names)
    for topic in TOPICS:
        assert topic.written_by
        assert topic.read_by
        assert topic.compacted or topic.retention_ms >= 7 * 24 * 3600 * 1000
        assert not topic.compacted or int(topic.settings["max.compaction.lag.ms"]) <= 3600 * 1000
    assert all(int(t.settings["retention.ms"]) >= 30 * 86_400_000 for t in TOPICS if t.name.endswith("-dlq"))


def test_content_is_immutable() -> None:
    with pytest.raises(ValueError, match="frozen"):
        content().headline = "changed"  # type: ignore[misc]
