"""Laws of the grants: derived from the catalogue, complete, and no more than that."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsloom_schemas.access import (
    CANARY,
    GROUPS,
    JOB,
    OPERATOR,
    PRINCIPALS,
    READER,
    Grant,
    Operation,
    inbox_principal,
    wanted_grants,
)
from newsloom_schemas.catalog import ANYONE, SERVICES, TOPICS, Topic, editorial_inbox

ROOT = Path(__file__).parents[3]
INBOX = editorial_inbox("desk")
GRANTS = wanted_grants([INBOX])


def who_may(operation: Operation, topic: Topic) -> set[str]:
    everybody = (*PRINCIPALS, inbox_principal("desk"), inbox_principal("another"))
    return {who for who in everybody if any(g.allows(who, operation, "Topic", topic.name) for g in GRANTS)}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_service_writes_and_reads_what_the_catalogue_says_and_nothing_else(topic: Topic) -> None:
    assert who_may("Write", topic) & set(SERVICES) == set(topic.written_by) & set(SERVICES)
    assert who_may("Read", topic) & set(SERVICES) == set(topic.read_by) & set(SERVICES)
    assert (READER in who_may("Read", topic)) == (ANYONE in topic.read_by)


def test_states_that_readers_rest_on_are_written_by_publish_alone() -> None:
    for topic in TOPICS:
        if topic.name in ("articles-published", "feed-updates"):
            assert who_may("Write", topic) == {"publish"}


def test_an_inbox_is_written_by_the_tool_of_its_source_and_read_by_ingest_alone() -> None:
    assert who_may("Write", INBOX) == {inbox_principal("desk"), OPERATOR}
    assert who_may("Read", INBOX) == {"ingest"}


def test_onlookers_and_readers_write_nothing() -> None:
    writing = {grant.principal for grant in GRANTS if grant.operation in ("Write", "Create", "Delete")}
    assert writing.isdisjoint({CANARY, READER})
    assert {grant.principal for grant in GRANTS if grant.operation == "Create"} == {JOB}


def test_nobody_is_granted_everything() -> None:
    assert {grant.operation for grant in GRANTS}.isdisjoint({"All", "Alter", "AlterConfigs", "ClusterAction"})
    assert all(len(grant.name) >= len(READER) for grant in GRANTS if grant.pattern == "Prefixed")


def test_the_groups_are_those_that_the_services_join() -> None:
    """One that is missing here gets no grant and is seen by no alert about lag."""
    assert {group.name for group in GROUPS} == set(_groups_in_the_code())


def _groups_in_the_code() -> Iterator[str]:
    """Texts that are given as `group=` or named GROUP where a subscription is made."""
    for path in ROOT.glob("services/*/src/**/*.py"):
        text = path.read_text(encoding="utf-8")
        if "Subscription(" not in text:
            continue
        constants = {
            name.id: node.value
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for name in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(name, ast.Name)
        }
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.keyword) and node.arg == "group":
                value = constants.get(node.value.id) if isinstance(node.value, ast.Name) else node.value
                assert isinstance(value, ast.Constant), f"{path}: write the group as a text"
                yield str(value.value)


def test_what_is_allowed_includes_to_describe_it() -> None:
    grant = Grant(principal="a", operation="Read", kind="Topic", name="t", pattern="Prefixed")
    assert grant.allows("a", "Describe", "Topic", "topic")
    assert not grant.allows("a", "Write", "Topic", "topic")
    assert not grant.allows("b", "Read", "Topic", "topic")
    assert not grant.allows("a", "Read", "Group", "topic")
