"""The job that creates the topics waits for a Kafka that is still starting, but not for ever."""

import pytest

from newsloom_runtime.production import WRONG_SETTINGS
from newsloom_runtime.topics import TopicsFailed
from newsloom_runtime.topics_job import create_in_time, main


class KafkaThatStartsLate:
    """Refuses a number of times before it creates."""

    def __init__(self, *, refusals: int) -> None:
        self.refusals = refusals
        self.asked = 0

    async def create(self) -> list[str]:
        self.asked += 1
        if self.asked <= self.refusals:
            raise TopicsFailed("no Kafka yet")
        return ["articles-submitted"]


async def test_it_tries_again_until_kafka_is_there() -> None:
    kafka = KafkaThatStartsLate(refusals=3)

    created = await create_in_time(kafka.create, seconds=30, pause_s=0)

    assert created == ["articles-submitted"]
    assert kafka.asked == 4


async def test_it_gives_up_with_the_last_reason_when_time_is_over() -> None:
    kafka = KafkaThatStartsLate(refusals=1_000_000)

    with pytest.raises(TopicsFailed, match="no Kafka yet"):
        await create_in_time(kafka.create, seconds=0, pause_s=1)

    assert kafka.asked == 1


def test_the_exit_code_tells_that_nothing_was_created(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")

    assert main(["--seconds", "0"]) == 1

    assert "no connection to Kafka at 127.0.0.1:1" in capsys.readouterr().err


def test_a_file_of_a_password_that_cannot_be_read_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAFKA_SASL_PASSWORD_FILE", "/nowhere/topics.password")
    with pytest.raises(SystemExit) as ended:
        main(["--seconds", "0"])
    assert ended.value.code == WRONG_SETTINGS
    assert "correct KAFKA_SASL_PASSWORD_FILE" in capsys.readouterr().err
