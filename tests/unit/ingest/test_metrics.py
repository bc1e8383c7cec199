"""What ingest takes is counted by class of source, and whoever is refused by why."""

from collections.abc import Sequence

import pytest
from prometheus_client import CollectorRegistry

from ingest.metrics import CountedPublisher, IngestMetrics
from ingest.source_profile import SourceProfile, source_class, told_class
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_SUBMITTED, Topic
from newsloom_schemas.identity import CANARY_SOURCE
from tests import factories

WIRE = SourceProfile.model_validate({"class": "wire"})


class Taking:
    """Takes everything."""

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        return None


class Refusing:
    """Takes nothing."""

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        raise TimeoutError


def accepted(registry: CollectorRegistry, kind: str, dialect: str, of: str) -> float | None:
    labels = {"kind": kind, "dialect": dialect, "source_class": of}
    return registry.get_sample_value("newsloom_ingest_accepted_total", labels)


async def test_what_the_log_has_is_counted_by_kind_dialect_and_class() -> None:
    registry = CollectorRegistry()
    submitted, kill = factories.submitted("one"), factories.killed("two")
    counted = CountedPublisher(Taking(), IngestMetrics(registry), lambda: {submitted.source: WIRE})
    await counted.publish([(ARTICLES_SUBMITTED, submitted), (ARTICLES_SUBMITTED, kill)])
    assert accepted(registry, "article", submitted.dialect, "wire") == 1
    assert accepted(registry, "kill", "", "wire") == 1


async def test_what_the_log_does_not_have_is_not_counted() -> None:
    registry = CollectorRegistry()
    counted = CountedPublisher(Refusing(), IngestMetrics(registry), dict)
    with pytest.raises(TimeoutError):
        await counted.publish([(ARTICLES_SUBMITTED, factories.submitted("one"))])
    assert accepted(registry, "article", factories.submitted("one").dialect, "desk") is None


@pytest.mark.parametrize(
    ("source", "profile", "expected"),
    [
        ("river", None, "desk"),
        ("river", SourceProfile(), "desk"),
        ("river", WIRE, "wire"),
        (CANARY_SOURCE, None, "canary"),
    ],
)
def test_a_source_is_a_desk_unless_its_table_says_otherwise(
    source: str, profile: SourceProfile | None, expected: str
) -> None:
    assert source_class(source, profile) == expected
    assert told_class(expected) == (None if expected == "desk" else expected)


def test_nobody_registers_a_class_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="desk"):
        SourceProfile.model_validate({"class": "canary"})


@pytest.mark.parametrize(
    ("code", "why", "shown"),
    [
        ("unauthorized", "no-key", "no-key"),
        ("unauthorized", "expired-key", "expired-key"),
        ("unauthorized", "token-ExpiredSignatureError", "bad-token"),
        ("unauthorized", None, "bad-signature"),
        ("unauthorized", "something-new", "other"),
        ("scope", None, "scope"),
        ("reserved-source", None, "source"),
    ],
)
def test_a_refusal_for_who_sends_is_counted_by_why(code: str, why: str | None, shown: str) -> None:
    registry = CollectorRegistry()
    IngestMetrics(registry).count_refusal(code, why)
    assert registry.get_sample_value("newsloom_ingest_auth_failures_total", {"why": shown}) == 1


def test_other_refusals_are_no_failures_of_who_sends() -> None:
    registry = CollectorRegistry()
    IngestMetrics(registry).count_refusal("too-large", "no-key")
    assert registry.get_sample_value("newsloom_ingest_auth_failures_total", {"why": "no-key"}) == 0
