"""Bringing a schema registry up to what is released: all of it or a clear word on what is missing.

The subject of a schema is the `ce_type` of its events (what registries call RecordNameStrategy): one type is
the same in each of the topics in which it flows, so a topic's name has no place in it. A major version has a
subject of its own, because it is allowed to break; what grows within it are the versions of that subject.

The level is FORWARD_TRANSITIVE: whoever has any earlier schema must be able to read what a later one lets be
written. BACKWARD cannot be asked of open models: our schemas allow unknown fields, so for a registry a new
optional field narrows what was allowed before, and it would refuse the one change that we make. That later
readers can read earlier records is what `newsloom schemas check` and the frozen examples prove.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from newsloom.contract.registry import RegistryRefused, SchemaRegistry
from newsloom.contract.released import Released
from newsloom.contract.versions import EventVersion
from newsloom.errors import CommandError, Exit

LEVEL = "FORWARD_TRANSITIVE"

Outcome = Literal["present", "missing", "registered"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A released version as a registry is to have it."""

    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is to be done about one subject, or was. `level` is the level it had before, None for none."""

    entry: Entry
    outcome: Outcome
    level: str | None

    @property
    def level_changes(self) -> bool:
        return self.level != LEVEL


def entries(versions: Iterable[EventVersion], released: Released) -> list[Entry]:
    """What is released, older versions first. Raises CommandError for a version that is not frozen."""
    return [_entry(version, released) for version in sorted(versions)]


def _entry(version: EventVersion, released: Released) -> Entry:
    schema = released.schema(version)
    if schema is None:
        raise CommandError(
            f"{version} is not frozen, and only what can no longer change is pushed",
            fix="run `newsloom schemas freeze` first",
            code=Exit.REFUSED,
        )
    # Some registries resolve `#/$defs/...` against a URN in `$id` and fail; without `$id` all can compare.
    named = {"$comment": schema["$id"], **{name: value for name, value in schema.items() if name != "$id"}}
    return Entry(
        subject=version.event_type, text=json.dumps(named, ensure_ascii=False, separators=(",", ":"))
    )


def push(registry: SchemaRegistry, wanted: Sequence[Entry], *, dry_run: bool = False) -> list[Step]:
    """Registers what is missing, and gives each subject its level. Repeating it changes nothing.

    Nothing is registered when the registry would refuse any of it. Raises CommandError; when something was
    registered before, it says how much.
    """
    registry.check()
    steps = [_looked_up(registry, entry) for entry in wanted]
    if not dry_run:
        _set_levels(registry, steps)
    _insist_on_all(registry, steps)
    return steps if dry_run else list(_registered(registry, steps))


def _looked_up(registry: SchemaRegistry, entry: Entry) -> Step:
    present = registry.has(entry.subject, entry.text)
    return Step(entry=entry, outcome="present" if present else "missing", level=registry.level(entry.subject))


def _set_levels(registry: SchemaRegistry, steps: Iterable[Step]) -> None:
    """Before anything is registered, so that no version ever gets in unexamined."""
    for step in steps:
        if step.level_changes:
            registry.set_level(step.entry.subject, LEVEL)


def _insist_on_all(registry: SchemaRegistry, steps: Iterable[Step]) -> None:
    refused = {
        step.entry.subject: objections
        for step in steps
        if step.outcome == "missing"
        and (objections := registry.objections(step.entry.subject, step.entry.text))
    }
    if refused:
        told = "\n".join(f"  {subject}: {'; '.join(objections)}" for subject, objections in refused.items())
        raise RegistryRefused(
            f"the registry holds schemas with which these do not go together; nothing was registered\n{told}",
            fix="`newsloom schemas diff` shows what changed; a change that breaks is a new major version",
        )


def _registered(registry: SchemaRegistry, steps: Sequence[Step]) -> Iterator[Step]:
    done = 0
    missing = [step for step in steps if step.outcome == "missing"]
    for step in steps:
        if step.outcome == "present":
            yield step
            continue
        try:
            registry.register(step.entry.subject, step.entry.text)
            if not registry.has(step.entry.subject, step.entry.text):
                raise CommandError("the registry took it and does not have it", fix="look into its log")
        except CommandError as error:
            raise CommandError(
                f"{done} of {len(missing)} missing schemas were registered, then at {step.entry.subject}:"
                f" {error.what}",
                fix=f"{error.fix}; running it again goes on where it stopped",
                code=error.code,
            ) from error
        done += 1
        yield replace(step, outcome="registered")
