"""The record outside the system: whatever happens to the oracle, what it wrote can be read back."""

from datetime import UTC, datetime
from pathlib import Path

from tests.oracle.generator import Operation
from tests.oracle.record import Recorder, read_ledger

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
SUBMIT = Operation(number=1, kind="submit", source="s-a", external_id="x", revision=1, marker="mk1")
KILL = Operation(number=2, kind="kill", source="s-a", external_id="x")


def recorder(path: Path) -> Recorder:
    return Recorder(path, now=lambda: NOW)


def test_attempts_add_up_to_one_result(tmp_path: Path) -> None:
    record = recorder(tmp_path / "r.jsonl")
    record.planned(SUBMIT, NOW)
    for status in (None, 503):
        record.sent(SUBMIT)
        record.answered(SUBMIT, "unknown", status)
    assert read_ledger(tmp_path / "r.jsonl").asked[0].result == "unknown"
    record.sent(SUBMIT)
    record.answered(SUBMIT, "ok", 202, "an-id")
    (asked,) = read_ledger(tmp_path / "r.jsonl").asked
    assert (asked.result, asked.event_id, len(asked.sent_at)) == ("ok", "an-id", 3)
    assert asked.accepted_at == asked.embargo_until == NOW.timestamp()


def test_what_was_sent_and_never_answered_is_unknown(tmp_path: Path) -> None:
    record = recorder(tmp_path / "r.jsonl")
    record.planned(KILL, None)
    record.sent(KILL)
    ledger = read_ledger(tmp_path / "r.jsonl")
    assert ledger.asked[0].result == "unknown"
    assert ledger.kills == {}


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    record = recorder(tmp_path / "r.jsonl")
    record.planned(KILL, None)
    record.answered(KILL, "ok", 202, "an-id")
    record.close()
    with (tmp_path / "r.jsonl").open("a") as file:
        file.write('{"what": "answ')
    ledger = read_ledger(tmp_path / "r.jsonl")
    assert ledger.kills == {ledger.asked[0].article_id: NOW.timestamp()}


def test_poison_is_kept_with_its_place_and_is_no_article(tmp_path: Path) -> None:
    record = recorder(tmp_path / "r.jsonl")
    poison = Operation(number=3, kind="poison", source="s-a", form="no-json")
    record.planned(poison, None)
    record.poisoned(poison, "articles-enriched", 2, 7)
    ledger = read_ledger(tmp_path / "r.jsonl")
    assert [(each.form, each.partition, each.offset) for each in ledger.poisoned] == [("no-json", 2, 7)]
    assert not ledger.by_article
