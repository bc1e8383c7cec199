"""docs/evolution.md tells every rule in the words that the commands use."""

from pathlib import Path

import pytest

from newsloom.contract.rules import RULES, Rule

PAGE = (Path(__file__).parents[4] / "docs/evolution.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.name))
def test_the_page_has_the_rule_as_it_is(rule: Rule) -> None:
    cells = [f"`{rule.name}`", *([rule.hurts, rule.why, rule.instead] if rule.breaking else [rule.why])]

    assert f"| {' | '.join(cells)} |" in PAGE


def test_the_page_has_no_rule_of_its_own() -> None:
    rows = [line.split("`")[1] for line in PAGE.partition("## The rules")[2].splitlines() if "| `" in line]

    assert set(rows) == set(RULES)
