"""`newsloom dlq`: which letters are meant, how they are shown, and what is refused before Kafka is asked."""

import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from newsloom.commands.dlq import _conclude, _told
from newsloom.dead_letters import Selection, as_json, moment, printable, row, shown, value_json
from newsloom.errors import CommandError, Exit
from newsloom.main import main
from newsloom.resolving import Done, discard, paced, replay
from newsloom_runtime.letter_box import LetterBox, LetterGone
from newsloom_runtime.letters import Case, Letter, Place, Resolution
from tests.factories import MOMENT


def case(offset: int = 0, *, topic: str = "publish-dlq", outcome: Any = None, **fields: Any) -> Case:
    """A case with one letter."""
    place = Place(topic, 1, offset)
    facts: dict[str, Any] = {
        "place": place,
        "buried_at": MOMENT,
        "origin": Place("articles-enriched", 3, offset),
        "origin_at": MOMENT,
        "service": "publish",
        "version": "0.1.0",
        "stage": "publisher",
        "reason": "schema",
        "message": "1 field(s) do not fit",
        "attempts": 1,
        "key": b"key",
        "value_bytes": 2,
        "value_omitted": False,
        "value_null": False,
        "headers": (("ce_type", b"newsloom.article.enriched.v1"),),
    }
    letter = Letter(**facts | fields)
    said = Resolution(place=place, of=place, outcome=outcome, by="ines", why="w", at="t") if outcome else None
    return Case(letter=letter, resolution=said)


class RecordingBox:
    """A box in memory that knows what was asked of it."""

    def __init__(self, *, gone: Sequence[Letter] = ()) -> None:
        self.replayed: list[str] = []
        self.discarded: list[tuple[str, str]] = []
        self._gone = gone

    async def topics(self) -> frozenset[str]:
        return frozenset({"articles-enriched"})

    async def replay(self, letter: Letter, *, by: str, why: str) -> None:
        if letter in self._gone:
            raise LetterGone("there is nothing any more")
        self.replayed.append(letter.id)

    async def discard(self, letter: Letter, *, by: str, why: str) -> None:
        self.discarded.append((letter.id, why))

    @property
    def box(self) -> LetterBox:
        return cast(LetterBox, self)


async def outcomes(done: AsyncIterator[Done]) -> list[str]:
    return [each.outcome async for each in done]


async def test_without_go_nothing_is_sent() -> None:
    box, cases = RecordingBox(), [case(0), case(1, origin=None)]
    assert await outcomes(replay(box.box, cases, go=False, rate=1, why="")) == [
        "would be replayed",
        "refused",
    ]
    assert await outcomes(discard(box.box, cases, go=False, why="x")) == ["would be discarded"] * 2
    assert (box.replayed, box.discarded) == ([], [])


async def test_what_cannot_be_replayed_does_not_stop_the_others() -> None:
    cases = [case(0, origin=Place("no-such-topic", 0, 0)), case(1), case(2)]
    box = RecordingBox(gone=[cases[1].letter])
    done = await outcomes(replay(box.box, cases, go=True, rate=1000, why=""))
    assert done == ["refused", "refused", "replayed"]
    assert box.replayed == ["publish:1:2"]


async def test_a_discard_is_noted_once() -> None:
    box = RecordingBox()
    cases = [case(0), case(1, outcome="discarded"), case(2, outcome="replayed")]
    assert await outcomes(discard(box.box, cases, go=True, why="rubbish")) == ["discarded"] * 3
    assert box.discarded == [("publish:1:0", "rubbish"), ("publish:1:2", "rubbish")]


@dataclass
class Time:
    """Seconds that pass only when somebody pauses or works."""

    now: float = 100.0
    pauses: list[float] = field(default_factory=list)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 3))
        self.now += seconds


async def test_the_rate_holds_and_a_slow_send_earns_no_burst() -> None:
    time = Time()
    async for item in paced(range(6), 10, clock=lambda: time.now, pause=time.pause):
        time.now += 1.0 if item == 2 else 0.02
    assert time.pauses == [0.08, 0.08, 0.08, 0.08]


def test_filters_choose_among_the_open_and_an_id_means_what_it_names() -> None:
    old = case(0, buried_at=MOMENT - timedelta(days=2))
    cases = [old, case(1, reason="bug"), case(2, topic="enrich-dlq"), case(3, outcome="replayed")]

    def ids(**options: Any) -> list[str]:
        return [each.letter.id for each in Selection(**options).among(cases)]

    assert ids() == ["publish:1:0", "publish:1:1", "enrich:1:2"]
    assert ids(services=["enrich"]) == ["enrich:1:2"]
    assert ids(reasons=["bug", "conflict"]) == ["publish:1:1"]
    assert ids(since=MOMENT - timedelta(hours=1)) == ["publish:1:1", "enrich:1:2"]
    assert ids(also_resolved=True)[-1] == "publish:1:3"
    assert ids(ids=["publish:1:3"]) == ["publish:1:3"]
    with pytest.raises(CommandError, match="no dead letter publish:1:9"):
        ids(ids=["publish:1:0", "publish:1:9"])


def test_a_letter_is_also_named_by_its_copies() -> None:
    doubled = case(0)
    doubled.copies.append(case(5).letter)
    assert Selection(ids=("publish:1:5",)).among([doubled]) == [doubled]
    assert "×2" in row(doubled)[1]


def test_since_is_an_age_or_a_time() -> None:
    assert moment("90m", MOMENT) == MOMENT - timedelta(minutes=90)
    assert moment("2d", MOMENT) == MOMENT - timedelta(days=2)
    assert moment("2026-11-05T09:30:00Z", MOMENT) == MOMENT
    assert moment("2026-11-05", MOMENT) == datetime(2026, 11, 5, tzinfo=UTC)
    for wrong in ("yesterday", "5", "-3m", ""):
        with pytest.raises(CommandError, match="no time"):
            moment(wrong, MOMENT)


def test_nothing_a_record_says_can_steer_the_terminal() -> None:
    evil = "\x1b]0;owned\x07\r\n"
    steering = case(reason=evil, message=evil, key=evil.encode(), headers=((evil, evil.encode()),))
    lines = [*shown(steering), *row(steering)]
    assert all(line.isprintable() for line in lines)
    assert printable("Мост") == "Мост"


def test_programs_get_every_fact_and_never_the_value() -> None:
    facts = json.loads(json.dumps(as_json(case(0, key=b"\xff", origin=None, attempts=None))))
    assert facts["id"] == "publish:1:0"
    assert facts["key"] == "\\xff"
    assert facts["buried_at"] == "2026-11-05T09:30:00.000Z"
    assert facts.keys().isdisjoint({"value", "origin", "attempts", "resolution"})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, {"value": None}),
        (b'{"a": 1}', {"value": {"a": 1}}),
        (b"<xml/>", {"value_text": "<xml/>"}),
        (b"\xff", {"value_base64": "/w=="}),
        (b"[" * 100_000, {"value_text": "[" * 100_000}),
    ],
    ids=["null", "json", "text", "bytes", "deep"],
)
def test_a_value_is_shown_as_what_it_is(value: bytes | None, expected: dict[str, Any]) -> None:
    assert value_json(value) == expected


async def test_each_outcome_is_a_line_and_a_refusal_is_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    async def happened() -> AsyncIterator[Done]:
        yield Done(case=case(0), outcome="replayed")
        yield Done(case=case(1), outcome="refused", detail="no such topic")

    counts = await _told(happened(), json_=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["outcome"] for line in lines] == ["replayed", "refused"]
    assert lines[1]["detail"] == "no such topic"
    with pytest.raises(Exception, match="1"):
        _conclude(counts)


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (("replay", "--go"), "every open letter", Exit.USAGE),
        (("discard", "publish:1:0"), "needs a reason", Exit.USAGE),
        (("discard", "--why", "x", "--go"), "every open letter", Exit.USAGE),
        (("list", "--service", "nobody"), "choose among ingest", Exit.USAGE),
        (("list", "--since", "yesterday"), "no time", Exit.USAGE),
        (("list",), "newsloom up", Exit.NOT_RUNNING),
        (("show", "publish:1:0"), "newsloom up", Exit.NOT_RUNNING),
    ],
)
def test_wrong_usage_is_told_before_kafka_is_asked(
    arguments: Sequence[str],
    words: str,
    code: Exit,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["newsloom", "dlq", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == code
    assert words in capsys.readouterr().err
