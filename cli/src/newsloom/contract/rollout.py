"""Who is deployed before whom, so that nobody meets a record that is news to him: readers before writers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from newsloom.contract.released import TopicFacts
from newsloom.contract.rules import Finding
from newsloom_schemas.catalog import ANYONE

# The catalogue tells of topics only; the stored documents, which follow the events, have these two ends.
STORE_READER, STORE_WRITER = "feeds", "publish"
# What a reader must know before it is written; an optional field more is ignored by those who do not.
_NEWS = frozenset({"new-version", "new-event"})


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """The order in which a change goes out. `topics` are those where the new records appear.

    `steps` are groups of services: those of one group read from each other. `rereading` are
    services that read what they write, with the topics.
    """

    topics: Mapping[str, TopicFacts]
    steps: tuple[tuple[str, ...], ...]
    rereading: Mapping[str, tuple[str, ...]]


def rollout(findings: Iterable[Finding], topics: Mapping[str, TopicFacts]) -> Rollout:
    """The deploy order for what changed; without steps when any order will do."""
    news = {
        found.subject.partition("@")[0]
        for found in findings
        if found.rule.breaking or found.rule.name in _NEWS
    }
    touched = {name: topic for name, topic in topics.items() if news & {name, *topic.events}}
    rereading: dict[str, tuple[str, ...]] = {}
    for name, topic in touched.items():
        for service in sorted(set(topic.written_by) & set(topic.read_by)):
            rereading[service] = (*rereading.get(service, ()), name)
    return Rollout(topics=touched, steps=_steps(touched.values()), rereading=rereading)


def told(plan: Rollout) -> list[str]:
    """The order in words, one line each."""
    if not plan.topics:
        return ["deploy order: any; readers ignore what they do not know"]
    lines = ["deploy order: consumers first, then producers"]
    strangers = [name for name, topic in plan.topics.items() if ANYONE in topic.read_by]
    steps = [f"anyone who reads {' or '.join(strangers)}"] if strangers else []
    steps += [_step(group) for group in plan.steps]
    lines += [f"  {number}. {step}" for number, step in enumerate(steps, 1)]
    for name, topic in plan.topics.items():
        readers = [reader for reader in topic.read_by if reader not in topic.written_by]
        if readers:
            lines.append(f"  {name}: {', '.join(readers)} before {', '.join(topic.written_by)}")
    if any(STORE_WRITER in step for step in plan.steps):
        lines.append(f"  stored documents: {STORE_READER} before {STORE_WRITER}")
    for service, topics in plan.rereading.items():
        lines.append(
            f"  {service} reads back what it writes to {' and '.join(topics)}: until all its processes are"
            " replaced, an old one may meet what it does not know; if that becomes a dead letter, replay it"
        )
    return lines


def _step(group: tuple[str, ...]) -> str:
    if len(group) == 1:
        return group[0]
    return (
        f"{' and '.join(group)}, which read from each other: together, or with the one that others read"
        " still writing the version before"
    )


def _steps(topics: Iterable[TopicFacts]) -> tuple[tuple[str, ...], ...]:
    after: dict[str, set[str]] = {}  # a writer, and the readers that come before it
    for topic in topics:
        readers = set(topic.read_by) - {ANYONE}
        for reader in readers:
            after.setdefault(reader, set())
        for writer in topic.written_by:
            after.setdefault(writer, set()).update(readers - {writer})
    if STORE_WRITER in after:
        after.setdefault(STORE_READER, set())
        after[STORE_WRITER].add(STORE_READER)
    earlier = {service: _reached(service, after) for service in after}
    group = {
        service: tuple(sorted({service, *(other for other in earlier[service] if service in earlier[other])}))
        for service in after
    }
    graph: dict[tuple[str, ...], set[tuple[str, ...]]] = {group[service]: set() for service in after}
    for service, others in after.items():
        graph[group[service]] |= {group[other] for other in others} - {group[service]}
    return tuple(TopologicalSorter(graph).static_order())


def _reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for following in edges[waiting.pop()] - seen:
            seen.add(following)
            waiting.append(following)
    return seen
