"""What the doctor says of copies, as Kafka describes them."""

from typing import Any

import pytest
from aiokafka.protocol.metadata import MetadataRequest, MetadataRequest_v5

from newsloom_runtime.kafka_doctor import _boundless, _copies
from newsloom_runtime.topics import described


def topic(replicas: int, in_step: int) -> dict[str, Any]:
    partition = {"replicas": list(range(replicas)), "isr": list(range(in_step))}
    return {"topic": "articles-submitted", "error_code": 0, "partitions": [partition]}


@pytest.mark.parametrize(
    ("replicas", "in_step", "brokers", "level", "said"),
    [
        (3, 3, 3, "ok", "3 of each partition, all in step"),
        (1, 1, 1, "note", "1 of each partition, all in step"),
        (1, 1, 3, "problem", "too few copies: articles-submitted"),
        (3, 2, 3, "problem", "not all copies are in step: articles-submitted"),
    ],
)
def test_copies(replicas: int, in_step: int, brokers: int, level: str, said: str) -> None:
    (finding,) = _copies([topic(replicas, in_step)], brokers)
    assert (finding.level, finding.detail) == (level, said)
    assert bool(finding.fix) == (level == "problem")


def test_topics_that_are_not_there_are_told_elsewhere() -> None:
    assert _copies([{"topic": "x", "error_code": 3, "partitions": []}], 3) == []


def test_who_may_what_nobody_granted_finds_a_broker_that_is_open() -> None:
    finding = _boundless("operator")
    assert finding.level == "problem"
    assert "allow.everyone.if.no.acl.found=false" in finding.fix


def test_a_super_user_is_told_to_look_as_somebody_else() -> None:
    finding = _boundless("admin")
    assert (finding.level, "look as `operator`" in finding.detail) == ("note", True)


async def test_to_ask_for_a_topic_never_makes_it() -> None:
    admin = RecordingAdmin()
    assert await described(admin, ["articles-submitted"]) == [topic(1, 1)]
    assert admin.asked == [["articles-submitted"], False]


class RecordingAdmin:
    """Keeps what it was asked, as it goes over the wire."""

    asked: list[object]

    async def _send_request(self, request: MetadataRequest) -> "RecordingAdmin":
        sent = request.build(MetadataRequest_v5)
        self.asked = [sent.topics, sent.allow_auto_topic_creation]
        return self

    def to_object(self) -> dict[str, object]:
        return {"topics": [topic(1, 1)]}
