"""Who may do what in Kafka, derived from the catalogue: one principal a service, and nothing by default.

Brokers and the command that grants it derive from this; so do the tests that try what is not granted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from newsloom_schemas.catalog import (
    ANYONE,
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_REINDEX,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    INBOX_PREFIX,
    SERVICES,
    TOPICS,
    TRANSLATIONS_REQUESTED,
    Topic,
)

Kind = Literal["Topic", "Group", "Cluster"]
Pattern = Literal["Literal", "Prefixed"]
Operation = Literal["Read", "Write", "Create", "Delete", "Describe", "DescribeConfigs"]

CLUSTER = "kafka-cluster"  # the only name that the resource of kind Cluster has
CANARY, JOB, OPERATOR, READER = "canary", "topics", "operator", "reader"
PRINCIPALS = (*SERVICES, CANARY, JOB, OPERATOR, READER)
_TOLD: tuple[Operation, ...] = ("Describe", "DescribeConfigs")
_MAKING: tuple[Operation, ...] = ("Create", *_TOLD)
# What the catalogue calls the commands of an operator.
_COMMANDS = ("newsloom dlq", "newsloom reindex")


@dataclass(frozen=True, kw_only=True)
class ConsumerGroup:
    """A consumer group, whose it is and what it reads; the inboxes of sources come and go."""

    name: str
    service: str
    topics: tuple[Topic, ...]


GROUPS: tuple[ConsumerGroup, ...] = (
    ConsumerGroup(name="ingest-inbox", service="ingest", topics=()),
    ConsumerGroup(name="enrich", service="enrich", topics=(ARTICLES_SUBMITTED,)),
    ConsumerGroup(name="enrich-archive", service="enrich", topics=(ARTICLES_REINDEX,)),
    ConsumerGroup(name="enrich-translator", service="enrich", topics=(TRANSLATIONS_REQUESTED,)),
    ConsumerGroup(name="publish", service="publish", topics=(ARTICLES_ENRICHED,)),
    ConsumerGroup(name="publish-proofreader", service="publish", topics=(ARTICLES_PUBLISHED, FEED_UPDATES)),
)


@dataclass(frozen=True, kw_only=True, order=True)
class Grant:
    """One thing that one principal may do. To read or to write a topic includes to describe it."""

    principal: str
    operation: Operation
    kind: Kind
    name: str
    pattern: Pattern = "Literal"

    def __str__(self) -> str:
        every = " and all that begin so" if self.pattern == "Prefixed" else ""
        return f"{self.principal} may {self.operation} {self.kind} {self.name}{every}"

    def allows(self, principal: str, operation: Operation, kind: Kind, name: str) -> bool:
        """Whether this alone lets the principal do that."""
        named = name.startswith(self.name) if self.pattern == "Prefixed" else name == self.name
        done = operation == self.operation or (
            operation == "Describe" and self.operation in ("Read", "Write", "Delete")
        )
        return (self.principal, self.kind) == (principal, kind) and named and done


def inbox_principal(source: str) -> str:
    """Who writes into the inbox of a source: the tool of that source, and nobody else."""
    return f"inbox-{source}"


def wanted_grants(inboxes: Iterable[Topic] = ()) -> tuple[Grant, ...]:
    """Everything that is granted, sorted. `inboxes` are the topics of the registered sources."""
    tools = (
        Grant(
            principal=inbox_principal(topic.name.removeprefix(INBOX_PREFIX)),
            operation="Write",
            kind="Topic",
            name=topic.name,
        )
        for topic in inboxes
    )
    return tuple(
        sorted({*_of_topics(), *_of_inboxes(), *_of_groups(), *_of_jobs(), *_of_onlookers(), *tools})
    )


def _of_topics() -> Iterator[Grant]:
    """What the catalogue says of each topic."""
    for topic in TOPICS:
        yield from _each(_principals(topic.written_by), "Write", topic)
        yield from _each(_principals(topic.read_by), "Read", topic)


def _principals(names: Sequence[str]) -> tuple[str, ...]:
    known = {**dict.fromkeys(_COMMANDS, OPERATOR), ANYONE: READER}
    return tuple(known.get(name, name) for name in names)


def _each(principals: Iterable[str], operation: Operation, topic: Topic) -> Iterator[Grant]:
    for principal in principals:
        yield Grant(principal=principal, operation=operation, kind="Topic", name=topic.name)


def _of_inboxes() -> Iterator[Grant]:
    """Sources come and go while ingest runs, so that it reads by their prefix."""
    yield _inboxes("ingest", "Read")
    for operation in _MAKING:
        yield _inboxes(JOB, operation)
    yield _inboxes(OPERATOR, "Write")


def _inboxes(principal: str, operation: Operation) -> Grant:
    return Grant(
        principal=principal, operation=operation, kind="Topic", name=INBOX_PREFIX, pattern="Prefixed"
    )


def _of_groups() -> Iterator[Grant]:
    for group in GROUPS:
        yield Grant(principal=group.service, operation="Read", kind="Group", name=group.name)
        for onlooker in (CANARY, OPERATOR):
            yield Grant(principal=onlooker, operation="Describe", kind="Group", name=group.name)
    yield Grant(principal=READER, operation="Read", kind="Group", name=READER, pattern="Prefixed")


def _of_jobs() -> Iterator[Grant]:
    """The job makes topics and reads how they are set; an operator sends letters back, asks for a reindex."""
    for topic in TOPICS:
        for operation in _MAKING:
            yield from _each((JOB,), operation, topic)
        yield from _each((OPERATOR,), "DescribeConfigs", topic)
        yield from _each((OPERATOR,), "Read", topic)
    for topic in (ARTICLES_SUBMITTED, ARTICLES_ENRICHED, TRANSLATIONS_REQUESTED, ARTICLES_REINDEX):
        yield from _each((OPERATOR,), "Write", topic)
    yield from _each((OPERATOR,), "Delete", ARTICLES_REINDEX)  # `newsloom reindex --cancel`
    for operation in _TOLD:  # what `newsloom doctor` looks at
        yield _inboxes(OPERATOR, operation)
        yield Grant(principal=OPERATOR, operation=operation, kind="Cluster", name=CLUSTER)


def _of_onlookers() -> Iterator[Grant]:
    """How far each group is behind needs the offsets, and no right to read anything."""
    for topic in TOPICS:
        yield from _each((CANARY,), "Describe", topic)
    yield _inboxes(CANARY, "Describe")
