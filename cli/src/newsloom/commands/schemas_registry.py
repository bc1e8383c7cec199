"""`newsloom schemas export --registry URL`: every released schema into a Confluent-compatible registry."""

import os

from newsloom.commands.console import StackNarrator, print_json, print_table
from newsloom.contract.registry import AUTH, connected
from newsloom.contract.registry_export import LEVEL, Step, entries
from newsloom.contract.registry_export import push as push_to
from newsloom.contract.released import shipped
from newsloom.contract.versions import known_events


def push(url: str, *, dry_run: bool, json_: bool) -> None:
    """Push and tell. Raises CommandError: exit codes 1 refused, 2 wrong usage, 3 no registry lets us in."""
    registry = connected(url, credential=os.environ.get(AUTH))
    with registry.http:
        steps = push_to(registry, entries(known_events(), shipped()), dry_run=dry_run)
    if json_:
        print_json([_row(step) for step in steps])
        return
    print_table(
        ("subject", "schema", "compatibility"),
        [(step.entry.subject, step.outcome, _level(step, dry_run)) for step in steps],
    )
    with StackNarrator() as narrator:
        narrator.say(_summary(steps, dry_run))


def _row(step: Step) -> dict[str, object]:
    return {
        "subject": step.entry.subject,
        "schema": step.outcome,
        "compatibility": LEVEL,
        "compatibility_before": step.level,
    }


def _level(step: Step, dry_run: bool) -> str:
    if not step.level_changes:
        return LEVEL
    return f"{step.level or 'none of its own'} -> {LEVEL}{' (to be set)' if dry_run else ''}"


def _summary(steps: list[Step], dry_run: bool) -> str:
    missing = sum(step.outcome == "missing" for step in steps)
    registered = sum(step.outcome == "registered" for step in steps)
    if dry_run:
        return f"dry run: {missing} of {len(steps)} schemas would be registered; nothing was changed"
    return f"{registered} registered, {len(steps) - registered} were there already"
