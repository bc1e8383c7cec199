"""What the doctor makes of answers: nothing is taken for a service that is ready but its own word."""

from collections.abc import Sequence

import httpx2
import pytest

from newsloom.deployment.doctor import _connection
from newsloom.deployment.keys import examine_keys
from newsloom.deployment.services import _clock, _readiness
from newsloom.stack.doctor import Check

URL = "http://127.0.0.1:8001"


def looked_at(answer: httpx2.Response) -> list[tuple[str, str]]:
    return levels(_readiness("ingest", URL, answer))


def levels(checks: Sequence[Check]) -> list[tuple[str, str]]:
    assert all(each.fix for each in checks if each.level == "problem")
    return [(each.level, each.detail) for each in checks]


def test_a_service_that_says_so_is_ready() -> None:
    answer = httpx2.Response(200, json={"status": "ok", "reasons": {}, "notes": {"canary": "away"}})
    assert looked_at(answer) == [("ok", f"ready at {URL}"), ("note", "canary: away")]


def test_every_reason_is_told() -> None:
    answer = httpx2.Response(503, json={"status": "unavailable", "reasons": {"kafka": "it is away"}})
    assert looked_at(answer) == [("problem", "kafka: it is away")]


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(502, text="<html>Bad Gateway</html>"),
        httpx2.Response(404, json={"detail": "Not Found"}),
        httpx2.Response(200, json={}),
        httpx2.Response(200, json=["up"]),
        httpx2.Response(200, json={"status": "ok", "reasons": "none"}),
    ],
)
def test_an_answer_of_somebody_else_is_a_problem(answer: httpx2.Response) -> None:
    ((level, detail),) = looked_at(answer)
    assert (level, "not as newsloom does" in detail) == ("problem", True)


def test_a_service_that_is_not_ready_for_no_reason_is_a_problem() -> None:
    answer = httpx2.Response(503, json={"status": "unavailable", "reasons": {}})
    assert looked_at(answer) == [("problem", "not ready: 503")]


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}])
def test_a_service_that_does_not_tell_its_time_ends_no_examination(headers: dict[str, str]) -> None:
    answer = httpx2.Response(200, headers=headers)
    assert levels(_clock("ingest", answer, 0.0, 0.1)) == [("note", "it does not tell its time")]


def test_a_mongodb_that_is_reached_in_the_open_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MONGO_USERNAME", raising=False)
    found = levels(_connection("mongodb://mongo.news.internal/?replicaSet=rs0"))
    assert [level for level, _ in found] == ["problem", "problem"]
    assert "without TLS" in found[1][1]
    assert _connection("mongodb://127.0.0.1:27017/?replicaSet=rs0") == []


def test_keys_that_were_not_seen_are_told() -> None:
    ((level, detail),) = levels(examine_keys(None, "https://submit.example.org"))
    assert (level, "--keys" in detail) == ("note", True)
