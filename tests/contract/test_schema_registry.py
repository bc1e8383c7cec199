"""Pushing to a schema registry: on our fake and, where NEWSLOOM_TEST_REGISTRY names one, on a real one alike.

docs/runbook.md says how to start one. What a test registers there has names of its own and is deleted again.
"""

import copy
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from newsloom.contract.registry import RegistryRefused, SchemaRegistry, connected
from newsloom.contract.registry_export import LEVEL, Entry, push
from newsloom_schemas.catalog import EVENTS
from newsloom_schemas.json_schema import json_schema
from tests.unit.newsloom.fake_registry import FakeRegistry

REAL = "NEWSLOOM_TEST_REGISTRY"


@dataclass(frozen=True)
class Desk:
    """A registry, and names in it that are this test's own."""

    registry: SchemaRegistry
    prefix: str

    def entry(self, event_type: str, **fields: object) -> Entry:
        """An event's own schema under a name of this test; fields are put in, None takes one out."""
        schema: dict[str, Any] = copy.deepcopy(json_schema(EVENTS[event_type]))
        schema.pop("$id")
        for name, value in fields.items():
            schema["properties"].pop(name, None)
            if value is not None:
                schema["properties"][name] = value
        return Entry(subject=f"{self.prefix}.{event_type}", text=json.dumps(schema, ensure_ascii=False))

    def everything(self) -> list[Entry]:
        return [self.entry(event_type) for event_type in sorted(EVENTS)]

    def versions(self, subject: str) -> list[int]:
        versions: list[int] = self.registry.http.get(f"/subjects/{subject}/versions").json()
        return versions


@pytest.fixture(params=["fake", "real"])
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    prefix = f"test-{uuid4().hex[:8]}"
    if request.param == "fake":
        transport = httpx2.MockTransport(FakeRegistry().answer)
        with httpx2.Client(base_url="http://registry", transport=transport) as http:
            yield Desk(SchemaRegistry(http), prefix)
        return
    if not (url := os.environ.get(REAL)):
        pytest.skip(f"no real schema registry: name one in {REAL} (docs/runbook.md says how to start one)")
    registry = connected(url, credential=None)
    with registry.http as http:
        yield Desk(registry, prefix)
        for subject in (name for name in http.get("/subjects").json() if name.startswith(prefix)):
            http.delete(f"/subjects/{subject}")
            http.delete(f"/subjects/{subject}?permanent=true")
            http.delete(f"/config/{subject}")


PUBLISHED = "newsloom.article.published.v2"
KILLED = "newsloom.article.killed.v1"
TEXT = {"type": "string"}


def test_everything_is_registered_once_with_its_level(desk: Desk) -> None:
    everything = desk.everything()
    assert {step.outcome for step in push(desk.registry, everything)} == {"registered"}
    again = push(desk.registry, everything)
    assert {(step.outcome, step.level) for step in again} == {("present", LEVEL)}
    assert {tuple(desk.versions(entry.subject)) for entry in everything} == {(1,)}


def test_a_dry_run_tells_what_is_missing_and_changes_nothing(desk: Desk) -> None:
    entry = desk.entry(PUBLISHED)
    for _ in range(2):
        (step,) = push(desk.registry, [entry], dry_run=True)
        assert (step.outcome, step.level) == ("missing", None)
    assert not desk.registry.has(entry.subject, entry.text)


def test_what_grows_within_a_major_is_the_next_version_of_its_subject(desk: Desk) -> None:
    before, grown = desk.entry(PUBLISHED), desk.entry(PUBLISHED, mood=TEXT)
    push(desk.registry, [before])
    (step,) = push(desk.registry, [grown])
    assert step.outcome == "registered"
    assert desk.versions(before.subject) == [1, 2]
    assert [step.outcome for step in push(desk.registry, [before, grown])] == ["present", "present"]


@pytest.mark.parametrize("broken", [{"url": None}, {"revision": TEXT}], ids=["removed", "other type"])
def test_when_one_would_be_refused_nothing_is_registered(desk: Desk, broken: dict[str, Any]) -> None:
    push(desk.registry, [desk.entry(PUBLISHED)])
    other = desk.entry(KILLED)
    with pytest.raises(RegistryRefused, match=r"nothing was registered(.|\n)*published"):
        push(desk.registry, [other, desk.entry(PUBLISHED, **broken)])
    assert not desk.registry.has(other.subject, other.text)
    assert desk.versions(desk.entry(PUBLISHED).subject) == [1]


def test_a_level_that_somebody_changed_is_set_again(desk: Desk) -> None:
    entry = desk.entry(KILLED)
    push(desk.registry, [entry])
    desk.registry.set_level(entry.subject, "NONE")
    (step,) = push(desk.registry, [entry])
    assert (step.outcome, step.level) == ("present", "NONE")
    assert desk.registry.level(entry.subject) == LEVEL


def test_what_is_no_schema_is_refused_in_the_registrys_words(desk: Desk) -> None:
    nonsense = replace(desk.entry(KILLED), text='{"type": 7}')
    with pytest.raises(RegistryRefused, match="422"):
        push(desk.registry, [nonsense])
