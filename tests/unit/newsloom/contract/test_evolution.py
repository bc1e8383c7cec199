"""What became of versions, examples and topics between two states of the contract."""

from dataclasses import replace
from typing import Any

import pytest

from newsloom.contract.evolution import changes
from newsloom.contract.released import TopicFacts
from newsloom.contract.state import Contract
from newsloom.contract.versions import EventVersion

TOLD_V1 = EventVersion("article.told", 1)
TOLD_V2 = EventVersion("article.told", 2)
DAY_MS = 24 * 60 * 60 * 1000


def a_topic(**facts: Any) -> TopicFacts:
    usual: dict[str, Any] = {
        "key": "article_id",
        "events": ("article.told",),
        "partitions": 8,
        "compacted": False,
        "retention_ms": 30 * DAY_MS,
        "written_by": ("publish",),
        "read_by": ("anyone",),
    }
    return TopicFacts(**{**usual, **facts})


def a_contract(
    *versions: EventVersion, topic: TopicFacts | None = None, examples: dict[str, str] | None = None
) -> Contract:
    return Contract(
        schemas={version: {"type": "object"} for version in versions or (TOLD_V1,)},
        examples={TOLD_V1: examples or {}},
        topics={"articles-told": topic} if topic else {},
    )


def told(old: Contract, new: Contract) -> list[tuple[str, str]]:
    return [(found.rule.name, found.subject) for found in changes(old, new)]


def test_a_released_version_stays() -> None:
    assert told(a_contract(TOLD_V1, TOLD_V2), a_contract(TOLD_V2)) == [("removed-version", "article.told@v1")]


def test_a_new_version_and_a_new_event_are_told_apart() -> None:
    new = a_contract(TOLD_V1, TOLD_V2, EventVersion("article.sung", 1))

    assert told(a_contract(TOLD_V1), new) == [
        ("new-event", "article.sung@v1"),
        ("new-version", "article.told@v2"),
    ]


@pytest.mark.parametrize(
    ("after", "rule"),
    [
        ({}, "changed-examples"),
        ({"001-a.json": "sha256:2"}, "changed-examples"),
        ({"001-a.json": "sha256:1", "002-b.json": "sha256:2"}, "new-example"),
    ],
)
def test_examples_are_only_added(after: dict[str, str], rule: str) -> None:
    old, new = a_contract(examples={"001-a.json": "sha256:1"}), a_contract(examples=after)

    assert told(old, new) == [(rule, "article.told@v1")]


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"key": "source"}, "changed-key"),
        ({"partitions": 12}, "changed-topic"),
        ({"compacted": True}, "changed-topic"),
        ({"retention_ms": 29 * DAY_MS}, "changed-topic"),
        ({"events": ()}, "changed-topic"),
        ({"retention_ms": 31 * DAY_MS}, "extended-topic"),
        ({"events": ("article.told", "article.sung")}, "extended-topic"),
        ({"read_by": ("anyone", "enrich")}, "extended-topic"),
        ({"written_by": ()}, "extended-topic"),
    ],
)
def test_a_topic_keeps_what_consumers_rely_on(facts: dict[str, Any], rule: str) -> None:
    old, new = a_contract(topic=a_topic()), a_contract(topic=a_topic(**facts))

    assert told(old, new) == [(rule, "articles-told")]


def test_a_topic_may_come_and_never_go() -> None:
    without, with_topic = a_contract(), a_contract(topic=a_topic())

    assert told(without, with_topic) == [("new-topic", "articles-told")]
    assert told(with_topic, without) == [("removed-topic", "articles-told")]


def test_a_rule_that_old_models_enforced_unsaid_is_no_break_when_it_is_written_down() -> None:
    told_more = Contract(schemas={TOLD_V1: {"type": "object", "minProperties": 1}}, examples={}, topics={})
    unsaid = Contract(schemas={TOLD_V1: {"type": "object"}}, examples={}, topics={}, frozen=False)

    assert told(unsaid, told_more) == [("written-constraint", "article.told@v1")]
    assert told(replace(unsaid, frozen=True), told_more) == [("new-constraint", "article.told@v1")]
