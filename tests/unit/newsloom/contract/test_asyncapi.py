"""The AsyncAPI document says what the catalogue, the codec and the services do."""

from collections.abc import Iterator, Sequence
from typing import Any, cast, get_args

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from enrich.archive import lane
from enrich.consumer import GROUP as ENRICHER
from enrich.translator.consumer import GROUP as TRANSLATOR
from newsloom.contract.pages.source import here, published
from newsloom_runtime.dead_letters import DeadLetters
from newsloom_runtime.letters import Outcome, Place, Resolution
from newsloom_runtime.metrics import ConsumerMetrics, new_registry
from newsloom_runtime.records import RawRecord, Rejection
from newsloom_schemas.asyncapi import Published, document
from newsloom_schemas.asyncapi.dead_letters import DEAD_LETTER, RESOLUTION
from newsloom_schemas.asyncapi.messages import COMPONENTS, headers
from newsloom_schemas.catalog import ANYONE, EVENTS, OLDER_VERSIONS, SERVICES, TOPICS
from newsloom_schemas.codec import encode
from newsloom_schemas.readers import READERS, WRITTEN_ON_REQUEST, readers_of
from publish.consumer import Roles
from publish.settings import ConsumingRole, Settings
from tests.factories import MOMENT, submitted

JSON = dict[str, Any]
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(scope="module")
def versions() -> tuple[Published, ...]:
    return published()


@pytest.fixture(scope="module")
def told(versions: tuple[Published, ...]) -> JSON:
    return document(versions, here())


def resolve(document: JSON, reference: str) -> Any:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_leads_somewhere(told: JSON) -> None:
    found = list(references(told))
    assert len(found) > len(EVENTS)
    for reference in found:
        resolve(told, reference)


def test_every_topic_is_a_channel_with_its_settings(told: JSON) -> None:
    assert list(told["channels"]) == [topic.name for topic in TOPICS]
    for topic in TOPICS:
        binding = told["channels"][topic.name]["bindings"]["kafka"]
        assert binding["partitions"] == topic.partitions
        settings = {
            name: ",".join(value) if isinstance(value, list) else str(value)
            for name, value in binding["topicConfiguration"].items()
        }
        assert settings == dict(topic.settings)


def test_a_topic_may_hold_every_version_of_its_events_and_services_write_the_newest(told: JSON) -> None:
    for topic in TOPICS:
        if not topic.events:
            continue
        names = {event.NAME for event in topic.events}
        every = {event.__name__ for event in EVENTS.values() if event.NAME in names}
        assert set(told["channels"][topic.name]["messages"]) == every
        for writer in topic.written_by:
            operation = told["operations"][f"{writer.replace(' ', '-')}-writes-{topic.name}"]
            written = {message["$ref"].rpartition("/")[2] for message in operation["messages"]}
            on_request = {
                EVENTS[event_type].__name__
                for event_type in WRITTEN_ON_REQUEST
                if EVENTS[event_type].NAME in names
            }
            assert written == {event.__name__ for event in topic.events} | on_request


def test_what_is_written_on_request_is_an_older_version_and_a_setting_asks_for_it() -> None:
    for event_type, wish in WRITTEN_ON_REQUEST.items():
        assert EVENTS[event_type] in OLDER_VERSIONS
        name, _, value = wish.partition("=")
        fields = {f"PUBLISH_{field.upper()}": of for field, of in Settings.model_fields.items()}
        assert value in get_args(fields[name].annotation)


def test_the_readers_are_those_of_the_catalogue() -> None:
    for topic in TOPICS:
        assert {reader.name for reader in readers_of(topic.name)} == set(topic.read_by), topic.name


def test_the_groups_are_those_in_which_services_read() -> None:
    nothing = cast(Any, None)
    publish = Roles(
        store=nothing,
        publisher=nothing,
        clock=nothing,
        server_clock=nothing,
        public_url="",
        metrics=nothing,
    )
    roles: tuple[ConsumingRole, ...] = ("publisher", "proofreader")
    in_groups = {
        (topic.name, subscription.role, subscription.group)
        for subscription in map(publish.subscription, roles)
        for topic in subscription.topics
    } | {
        ("articles-submitted", "enricher", ENRICHER),
        ("translations-requested", "translator", TRANSLATOR),
        ("articles-reindex", lane.ROLE, lane.GROUP),
    }
    assert {(reader.topic, reader.role, reader.group) for reader in READERS if reader.group} == in_groups


def test_whoever_reads_in_a_group_is_announced_with_it(told: JSON) -> None:
    groups = {
        operation["bindings"]["kafka"]["groupId"]["const"]
        for operation in told["operations"].values()
        if "bindings" in operation
    }
    assert groups == {reader.group for reader in READERS if reader.group}
    assert all(name in {*SERVICES, ANYONE, "newsloom dlq"} for name in {r.name for r in READERS})


def test_the_headers_that_the_codec_writes_are_those_announced(versions: tuple[Published, ...]) -> None:
    record = encode(submitted(), source="/newsloom/ingest", time=MOMENT, traceparent=TRACE)
    sent = {name: value.decode() for name, value in record.headers}
    (of_submissions,) = (each for each in versions if each.name == "ArticleSubmittedV2")
    schema = headers(of_submissions)
    assert set(schema["properties"]) == set(sent)
    Draft7Validator(schema).validate(sent)
    assert not Draft7Validator(schema).is_valid(sent | {"ce_type": "newsloom.article.killed.v1"})


def test_examples_fit_the_message_that_they_are_examples_of(told: JSON) -> None:
    for name, message in told["components"]["messages"].items():
        for example in message["examples"]:
            of_headers = Draft7Validator(message["headers"])
            assert [fault.message for fault in of_headers.iter_errors(example["headers"])] == [], name
            payload = Draft7Validator({**message["payload"], "components": told["components"]})
            assert [fault.message for fault in payload.iter_errors(example["payload"])] == [], name


def test_a_payload_is_the_published_schema_in_another_form(
    told: JSON, versions: tuple[Published, ...]
) -> None:
    """Only the place of types and the form of references differ, so both accept the same."""
    schemas = told["components"]["schemas"]
    for each in versions:
        defs = {name: back(schemas[name]) for name in each.schema.get("$defs", {})}
        again = back(schemas[each.name])
        assert again.pop("x-json-schema") == each.schema["$id"]
        assert again.pop("deprecated", False) is not each.is_newest
        original = {key: value for key, value in each.schema.items() if key not in ("$schema", "$id")}
        assert {**again, **({"$defs": defs} if defs else {})} == original
        Draft202012Validator.check_schema(each.schema)


def back(schema: Any) -> Any:
    """A schema of the document as it was in its own file."""
    if isinstance(schema, list):
        return [back(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "allOf" in schema:
        (only,) = schema["allOf"]
        schema = {**only, **{key: value for key, value in schema.items() if key != "allOf"}}
    return {
        key: value.replace(COMPONENTS, "#/$defs/") if key == "$ref" else back(value)
        for key, value in schema.items()
    }


class RecordingPublisher:
    """Keeps the headers of what is buried."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    async def publish_raw(
        self, _topic: str, _key: bytes | None, _value: bytes | None, headers: Sequence[tuple[str, bytes]]
    ) -> None:
        self.headers = {name: value.decode() for name, value in headers}


async def test_the_headers_of_a_dead_letter_are_those_announced(told: JSON) -> None:
    publisher = RecordingPublisher()
    metrics = ConsumerMetrics(new_registry())
    letters = DeadLetters(service="enrich", role="enricher", publisher=cast(Any, publisher), metrics=metrics)
    raw = RawRecord("articles-submitted", 3, 117, 1, None, None, (("ce_type", b"x"),))
    await letters.bury(Rejection(record=raw, reason="not-json", message="no JSON"))
    schema = told["components"]["messages"][DEAD_LETTER]["headers"]
    Draft7Validator(schema).validate(publisher.headers)
    assert set(publisher.headers) - set(schema["properties"]) == {"original-ce_type"}


@pytest.mark.parametrize("to", [None, "articles-submitted/3/118"])
def test_the_headers_of_a_word_on_a_dead_letter_are_those_announced(told: JSON, to: str | None) -> None:
    outcome: Outcome = "replayed" if to else "discarded"
    place = Place("enrich-dlq", 3, 117)
    word = Resolution(place=place, of=place, outcome=outcome, by="m", why="w", at="now", to=to)
    schema = told["components"]["messages"][RESOLUTION]["headers"]
    sent = {name: (value or b"").decode() for name, value in word.headers}
    Draft7Validator(schema).validate(sent)
    assert set(sent) <= set(schema["properties"])
