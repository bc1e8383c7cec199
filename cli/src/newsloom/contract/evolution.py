"""What became of the contract between two states of it, by the rules."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from newsloom.contract.comparing import differences
from newsloom.contract.opinion import second_opinion
from newsloom.contract.released import TopicFacts
from newsloom.contract.rules import RULES, Finding, finding
from newsloom.contract.state import Contract
from newsloom.contract.versions import EventVersion
from newsloom_schemas.catalog import DAY_MS


def changes(old: Contract, new: Contract) -> list[Finding]:
    """Every change from one state of the contract to another, breaking and benign."""
    return [*_versions(old, new), *_examples(old, new), *_topics(old, new)]


def _versions(old: Contract, new: Contract) -> Iterator[Finding]:
    for version in sorted(old.schemas.keys() | new.schemas.keys()):
        if version not in new.schemas:
            yield finding("removed-version", str(version), "no model has this version any more")
        elif version not in old.schemas:
            rule = "new-event" if version.version == 1 else "new-version"
            yield finding(rule, str(version), f"{version.event_type} is new")
        else:
            yield from _schema_changes(version, old, new)


def _schema_changes(version: EventVersion, old: Contract, new: Contract) -> Iterator[Finding]:
    before, after, subject = old.schemas[version], new.schemas[version], str(version)
    found = differences(before, after, subject=subject)
    if not old.frozen:
        yield from map(_written, found)
        return
    yield from found
    yield from second_opinion(before, after, subject=subject, known=found)


def _written(found: Finding) -> Finding:
    if found.rule.name != "new-constraint":
        return found
    return replace(found, rule=RULES["written-constraint"])


def _examples(old: Contract, new: Contract) -> Iterator[Finding]:
    for version in sorted(old.examples):
        was, now = old.examples[version], new.examples.get(version, {})
        for name in sorted(was.keys() | now.keys()):
            if name not in now:
                yield finding("changed-examples", str(version), f"the example {name} is gone")
            elif name not in was:
                yield finding("new-example", str(version), f"the example {name} is new")
            elif was[name] != now[name]:
                yield finding("changed-examples", str(version), f"the example {name} is another one now")


def _topics(old: Contract, new: Contract) -> Iterator[Finding]:
    for name in sorted(old.topics.keys() | new.topics.keys()):
        if name not in new.topics:
            yield finding("removed-topic", name, "the catalogue has no such topic any more")
        elif name not in old.topics:
            yield finding("new-topic", name, "the topic is new")
        else:
            yield from _topic(name, old.topics[name], new.topics[name])


def _topic(name: str, old: TopicFacts, new: TopicFacts) -> Iterator[Finding]:
    if old.key != new.key:
        yield finding("changed-key", name, f"the key was {old.key}, is {new.key}")
    if old.partitions != new.partitions:
        yield finding("changed-topic", name, f"{old.partitions} partitions became {new.partitions}")
    if old.compacted != new.compacted:
        yield finding("changed-topic", name, f"it is {'' if new.compacted else 'no longer '}compacted")
    elif old.retention_ms > new.retention_ms:
        days = (old.retention_ms / DAY_MS, new.retention_ms / DAY_MS)
        yield finding("changed-topic", name, "records were kept {:g} days, are kept {:g}".format(*days))
    elif old.retention_ms < new.retention_ms:
        yield finding("extended-topic", name, f"records are kept {new.retention_ms / DAY_MS:g} days")
    for event in sorted(set(old.events) - set(new.events)):
        yield finding("changed-topic", name, f"{event} does not flow in it any more")
    for event in sorted(set(new.events) - set(old.events)):
        yield finding("extended-topic", name, f"{event} flows in it, too")
    yield from _people(
        name, {"written by": (old.written_by, new.written_by), "read by": (old.read_by, new.read_by)}
    )


def _people(name: str, roles: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> Iterator[Finding]:
    for role, (was, now) in roles.items():
        if set(was) != set(now):
            yield finding("extended-topic", name, f"it is {role} {', '.join(now) or 'nobody'}")
