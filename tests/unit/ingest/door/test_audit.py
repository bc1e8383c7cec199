"""The audit: a line a decision, who and what but never what was sent; kept through rotation."""

import asyncio
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest.door.audit import Account, Audit, AuditedPublisher, open_account
from ingest.door.audit_file import AuditFile, audit_file
from ingest.door.credentials import Identity
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_SUBMITTED, Topic
from tests import factories
from tests.eventually import eventually

CMS = Identity(
    name="cms", prefix="ab12cd34", credential="key:1", sources=("harbour",), scopes=frozenset({"submit"})
)


class Remembered:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> None:
        self.lines.append(line)

    @property
    def read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


class Log:
    """A publisher that fails when told to."""

    def __init__(self, *, fails: bool = False) -> None:
        self._fails = fails

    async def publish(self, emissions: Sequence[tuple[Topic, Event]]) -> None:
        if self._fails:
            raise RuntimeError("no acknowledgement")


def opened(**fields: Any) -> Account:
    return open_account(Account(route="/v1/articles", client="203.0.113.9", **fields))


def test_what_the_log_has_taken_is_accounted_for_with_who_sent_it() -> None:
    kept, event = Remembered(), factories.submitted("story-1")

    async def take() -> None:
        opened().name(CMS)
        await AuditedPublisher(Log(), Audit(kept)).publish([(ARTICLES_SUBMITTED, event)])

    asyncio.run(take())
    (line,) = kept.read
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "decision": "accepted",
        "route": "/v1/articles",
        "client": "203.0.113.9",
        "key": "cms",
        "prefix": "ab12cd34",
        "source": event.source,
        "dialect": event.dialect,
        "article_id": event.article_id,
        "event_id": event.event_id,
        "revision": event.revision,
    }


def test_what_the_log_has_not_taken_was_not_accepted() -> None:
    kept = Remembered()
    publisher = AuditedPublisher(Log(fails=True), Audit(kept))
    with pytest.raises(RuntimeError):
        asyncio.run(publisher.publish([(ARTICLES_SUBMITTED, factories.submitted())]))
    assert kept.lines == []


def test_tasks_of_a_request_are_on_its_account() -> None:
    kept = Remembered()
    publisher = AuditedPublisher(Log(), Audit(kept))

    async def take(client: str) -> None:
        open_account(Account(route="/v1/articles", client=client))
        await asyncio.gather(
            *(publisher.publish([(ARTICLES_SUBMITTED, factories.submitted(f"{client}-{n}"))]) for n in "ab")
        )

    async def both() -> None:
        await asyncio.gather(take("first"), take("second"))

    asyncio.run(both())
    assert sorted(line["client"] for line in kept.read) == ["first", "first", "second", "second"]


@pytest.mark.parametrize(
    ("code", "decision"),
    [
        ("unauthorized", "unauthorized"),
        ("rate-limited", "rate-limited"),
        ("overloaded", "unavailable"),
        ("scope", "refused"),
        ("invalid", "refused"),
    ],
)
def test_a_refusal_is_told_with_its_code_and_the_reason_that_the_sender_does_not_hear(
    code: str, decision: str
) -> None:
    kept = Remembered()
    opened(why="expired-key", prefix="ab12cd34")
    Audit(kept).refused(code)
    (line,) = kept.read
    assert (line["decision"], line["code"], line["why"], line["prefix"]) == (
        decision,
        code,
        "expired-key",
        "ab12cd34",
    )


def test_a_request_that_changed_nothing_is_told_once_and_one_that_did_not_again() -> None:
    kept = Remembered()
    opened()
    audit = Audit(kept)
    audit.answered()
    audit.answered()
    assert [line["decision"] for line in kept.read] == ["answered"]


def test_half_a_character_in_a_name_breaks_nothing() -> None:
    kept = Remembered()
    opened(key="cms\ud800")
    Audit(kept).refused("scope")
    assert kept.read[0]["key"] == "cms\ud800"


async def test_lines_reach_the_file_within_a_second_and_the_rest_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    with AuditFile(path, every_s=0.02) as file:
        file.write('{"n":1}')
        await eventually(lambda: path.exists() and path.read_text() == '{"n":1}\n', what="the first line")
        file.write('{"n":"Тихий"}')
    assert path.read_text().splitlines() == ['{"n":1}', '{"n":"Тихий"}']
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_line_is_lost_or_torn_when_many_write_while_the_file_is_rotated(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    with AuditFile(path, every_s=0.001) as file:

        def write(who: int) -> None:
            for n in range(2_000):
                file.write(f"{who}:{n}")

        writers = [threading.Thread(target=write, args=(who,)) for who in range(4)]
        for writer in writers:
            writer.start()
        for turn in range(20):
            if path.exists():
                path.rename(tmp_path / f"audit.{turn}")
        for writer in writers:
            writer.join()
    lines = [line for part in tmp_path.iterdir() for line in part.read_text().splitlines()]
    assert sorted(lines) == sorted(f"{who}:{n}" for who in range(4) for n in range(2_000))


async def test_after_rotation_lines_go_to_the_new_file(tmp_path: Path) -> None:
    path, old = tmp_path / "audit.jsonl", tmp_path / "audit.jsonl.1"
    with AuditFile(path, every_s=0.01) as file:
        file.write("before")
        await eventually(lambda: path.exists() and path.read_text() == "before\n", what="the first line")
        path.rename(old)
        file.write("after")
    assert (old.read_text(), path.read_text()) == ("before\n", "after\n")


async def test_what_cannot_be_written_is_counted_and_writing_goes_on_when_it_can(tmp_path: Path) -> None:
    folder, lost = tmp_path / "logs", list[int]()
    path = folder / "audit.jsonl"
    with AuditFile(path, every_s=0.01, lost=lost.append) as file:
        file.write("into nothing")
        await eventually(lambda: lost == [1], what="the count")
        folder.mkdir()
        file.write("here again")
    assert path.read_text() == "here again\n"


def test_standard_output_is_asked_for_by_a_dash_and_nothing_by_off(capfd: pytest.CaptureFixture[str]) -> None:
    assert audit_file("off", lost=lambda _: None) is None
    chosen = audit_file("-", lost=lambda _: None)
    assert chosen is not None
    with chosen:
        chosen.write("a line")
    assert capfd.readouterr().out == "a line\n"
