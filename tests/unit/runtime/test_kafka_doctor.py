"""What the doctor says of copies, as Kafka describes them."""

from typing import Any

import pytest

from newsloom_runtime.kafka_doctor import _copies


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
