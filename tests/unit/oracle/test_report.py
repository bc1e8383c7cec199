"""The report: one line a run, and the exit code that follows from all of them."""

import json
from dataclasses import replace
from pathlib import Path

from tests.mutants import MUTANTS
from tests.oracle.checks_facts import Facts, Violation
from tests.oracle.faults import FAULTS
from tests.oracle.report import COLUMNS, Timing, as_json, heading, new_line, text, witnesses
from tests.oracle.runner import Session, names, read_options, summed_up
from tests.oracle.runner_mutants import SCHEDULES, mutated
from tests.unit.oracle.world import lived

WRONG = Violation(check="I4", what="a reader holds something else", witness="feed all")
LINE = new_line("kill mongod", 7, Facts(lived().dump()), [], Timing(seconds=3.0, recovery_s=1.25))


def test_a_line_has_every_count_the_recovery_and_the_verdict() -> None:
    assert text(LINE).split() == ["kill", "mongod", "17", "7", "4", "5", "1", "1", "1.2", "ok"]
    assert all(column in heading() for column in COLUMNS)
    assert json.loads(json.dumps(as_json(LINE)))["counts"]["submitted"] == 17


def test_a_violation_fails_a_run_and_its_witness_is_shown() -> None:
    bad = replace(LINE, violations=(WRONG,))
    assert not bad.passed
    assert bad.verdict == "FAILED: I4"
    assert witnesses(bad) == ["  I4: a reader holds something else [feed all]"]


def test_what_a_fault_itself_found_fails_a_run_too() -> None:
    assert not replace(LINE, extra=("the 503 never came",)).passed


def test_a_mutant_passes_only_when_an_invariant_breaks() -> None:
    mutant = replace(LINE, should_fail=True)
    assert (mutant.passed, mutant.verdict) == (False, "NOT CAUGHT")
    caught = replace(mutant, violations=(WRONG,))
    assert (caught.passed, caught.verdict) == (True, "CAUGHT by I4")
    assert not replace(mutant, extra=("inject: TimeoutError",)).passed, "a run that broke proves nothing"
    unhealed = replace(caught, extra=("heal: not after 3 tries",))
    assert not unhealed.passed, "a cluster that stays broken loses things without any mutant"
    slow = Violation(check="takedown", what="took longer", witness="x")
    assert not replace(mutant, violations=(slow,)).passed, "a slow machine proves nothing"


def test_the_exit_code_tells_whether_all_was_as_it_must_be() -> None:
    options = read_options(["--seed", "7"])
    assert summed_up([LINE], options) == 0
    assert summed_up([LINE, replace(LINE, violations=(WRONG,))], options) == 1
    assert summed_up([], options) == 1, "nothing ran, nothing is proven"


def test_without_a_seed_one_is_drawn() -> None:
    assert read_options(["--seed", "5"]).seed == 5
    assert len({read_options([]).seed for _ in range(5)}) > 1


def test_every_run_has_a_name_of_its_own() -> None:
    listed = list(names())
    assert len(set(listed)) == len(listed) > len(FAULTS)
    assert read_options(["--only", "kill publish"]).wants("kill publish after-emit")
    assert not read_options(["--only", "kill publish"]).wants("kill mongod")


def test_what_is_listed_is_what_runs(tmp_path: Path) -> None:
    every = [fault.name for fault in Session(read_options(["--seed", "7"]), tmp_path).wanted()]
    listed = [name for name in names() if not name.startswith(("mutant", "rebuild"))]
    assert [name.split(" of ")[0] if "mix" in name else name for name in every] == listed


def test_every_schedule_is_of_a_mutant_that_exists() -> None:
    assert set(SCHEDULES) <= {mutant.name for mutant in MUTANTS}


def test_a_mutant_build_has_its_edits(tmp_path: Path) -> None:
    mutant = next(each for each in MUTANTS if each.name == "no-revision-fence")
    tree = mutated(tmp_path, mutant)
    for edit in mutant.edits:
        assert edit.new in (tree / edit.file).read_text(encoding="utf-8")
