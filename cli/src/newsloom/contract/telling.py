"""Findings in words, and as JSON for machines."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from newsloom.contract.rollout import Rollout
from newsloom.contract.rules import Finding

_COUNTED = {
    "changed-text": "title(s), description(s) or examples of fields",
    "written-constraint": "rule(s) of the models stand in the schema now",
}


def in_words(findings: Iterable[Finding]) -> Iterator[str]:
    """Breaking findings by their rule, with who it hurts, why, and what to do instead."""
    by_rule: dict[str, list[Finding]] = {}
    for found in findings:
        by_rule.setdefault(found.rule.name, []).append(found)
    for name, group in by_rule.items():
        yield from (f"{name}  {found.where}: {found.what}" for found in group)
        yield f"  hurts {group[0].rule.hurts}: {group[0].rule.why}"
        yield f"  instead: {group[0].rule.instead}"


def in_short(findings: Iterable[Finding]) -> Iterator[str]:
    """Benign findings: a line each, and one of a subject for all those that say more and change nothing."""
    counts: Counter[tuple[str, str]] = Counter()
    for found in findings:
        if found.rule.name in _COUNTED:
            counts[found.rule.name, found.subject] += 1
        else:
            yield f"{found.rule.name}  {found.where}: {found.what}"
    for (name, subject), count in counts.items():
        yield f"{name}  {subject}: {count} {_COUNTED[name]}"


def as_json(found: Finding) -> dict[str, Any]:
    """One finding for machines."""
    told = {
        "rule": found.rule.name,
        "breaking": found.rule.breaking,
        "subject": found.subject,
        "pointer": found.pointer,
        "what": found.what,
        "hurts": found.rule.hurts,
        "why": found.rule.why,
        "instead": found.rule.instead,
    }
    return {name: value for name, value in told.items() if value != ""}


def rollout_json(plan: Rollout) -> dict[str, Any]:
    """The deploy order for machines."""
    return {
        "steps": [list(step) for step in plan.steps],
        "topics": {
            name: {"first": list(topic.read_by), "then": list(topic.written_by)}
            for name, topic in plan.topics.items()
        },
    }
