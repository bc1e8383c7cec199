"""The grants of the catalogue on a broker: read, compared, and put there by an administrator."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka.errors import for_code

from newsloom_runtime.asking_kafka import asking_kafka
from newsloom_runtime.cluster import Cluster
from newsloom_runtime.kafka_requests import CreateAcls, DeleteAcls, DescribeAcls, sent
from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_schemas.access import Grant

# The numbers of Kafka's protocol (https://kafka.apache.org/protocol, and its AclOperation and ResourceType).
_KINDS: dict[str, int] = {"Topic": 2, "Group": 3, "Cluster": 4, "TransactionalId": 5}
_PATTERNS: dict[str, int] = {"Literal": 3, "Prefixed": 4}
_OPERATIONS: dict[str, int] = {
    "All": 2,
    "Read": 3,
    "Write": 4,
    "Create": 5,
    "Delete": 6,
    "Alter": 7,
    "Describe": 8,
    "ClusterAction": 9,
    "DescribeConfigs": 10,
    "AlterConfigs": 11,
    "IdempotentWrite": 12,
}
_ANY, _ALLOW, _DENY = 1, 3, 2
_EVERYWHERE = "*"
_NO_AUTHORIZER = 54
_NOT_ALLOWED = 31


class AclsUnreadable(LogUnavailable):
    """The broker keeps no grants, or does not show them to us; the message names the fix."""


@dataclass(frozen=True, kw_only=True, order=True)
class Binding:
    """One rule as the broker keeps it. `principal` is bare: ingest, not User:ingest."""

    principal: str
    operation: str
    kind: str
    name: str
    pattern: str = "Literal"
    allow: bool = True
    host: str = _EVERYWHERE

    def __str__(self) -> str:
        verb = "may" if self.allow else "may not"
        every = " and all that begin so" if self.pattern == "Prefixed" else ""
        at = "" if self.host == _EVERYWHERE else f" from {self.host}"
        return f"{self.principal} {verb} {self.operation} {self.kind} {self.name}{every}{at}"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How a broker's rules differ from what is wanted."""

    missing: tuple[Grant, ...]
    superfluous: tuple[Binding, ...]


async def read_acls(cluster: Cluster) -> tuple[Binding, ...]:
    """Every rule of the broker, sorted. Raises LogUnavailable; AclsUnreadable without that right."""
    async with asking_kafka(cluster, "show its ACLs") as client:
        everything = (_ANY, None, _ANY, None, None, _ANY, _ANY)
        answer = await sent(client, DescribeAcls(everything))
        _refuse(answer.error_code)
    return tuple(sorted(_bindings(answer.resources)))


def compare(wanted: Iterable[Grant], found: Iterable[Binding]) -> Difference:
    """What is missing, and what nobody asked for: each of those is a door that the catalogue knows not."""
    expected = {_binding(grant): grant for grant in wanted}
    there = set(found)
    return Difference(
        missing=tuple(sorted(grant for binding, grant in expected.items() if binding not in there)),
        superfluous=tuple(sorted(there - expected.keys())),
    )


async def apply_acls(cluster: Cluster, wanted: Sequence[Grant], *, prune: bool = False) -> Difference:
    """Grant what is missing and, with `prune`, take away the rest. Returns what was different.

    Only an administrator of the cluster may. Raises LogUnavailable, and AclsUnreadable.
    """
    difference = compare(wanted, await read_acls(cluster))
    if difference.missing:
        rows = [_row(_binding(grant)) for grant in difference.missing]
        async with asking_kafka(cluster, "take ACLs") as client:
            for answer in (await sent(client, CreateAcls(rows))).creation_responses:
                _refuse(answer[0])
    if prune:
        await take_away(cluster, difference.superfluous)
    return difference


async def take_away(cluster: Cluster, rules: Sequence[Binding | Grant]) -> None:
    """Remove rules. Raises like apply_acls."""
    if not rules:
        return
    rows = [_row(_binding(rule) if isinstance(rule, Grant) else rule) for rule in rules]
    async with asking_kafka(cluster, "take ACLs away") as client:
        for answer in (await sent(client, DeleteAcls(rows))).filter_responses:
            _refuse(answer[0])


def command(grant: Grant) -> str:
    """The same by Kafka's own tool, for those who grant by hand."""
    named = {"Topic": f"--topic {grant.name}", "Group": f"--group {grant.name}", "Cluster": "--cluster"}
    pattern = " --resource-pattern-type prefixed" if grant.pattern == "Prefixed" else ""
    return (
        "kafka-acls.sh --bootstrap-server HOST:PORT --command-config admin.properties --add"
        f" --allow-principal User:{grant.principal} --operation {grant.operation}"
        f" {named[grant.kind]}{pattern}"
    )


def _binding(grant: Grant) -> Binding:
    return Binding(
        principal=grant.principal,
        operation=grant.operation,
        kind=grant.kind,
        name=grant.name,
        pattern=grant.pattern,
    )


def _row(binding: Binding) -> tuple[int, str, int, str, str, int, int]:
    return (
        _KINDS[binding.kind],
        binding.name,
        _PATTERNS[binding.pattern],
        f"User:{binding.principal}",
        binding.host,
        _OPERATIONS[binding.operation],
        _ALLOW if binding.allow else _DENY,
    )


def _bindings(resources: Any) -> Iterable[Binding]:
    for kind, name, pattern, rules in resources:
        for principal, host, operation, permission in rules:
            yield Binding(
                principal=principal.removeprefix("User:"),
                operation=_named(_OPERATIONS, operation),
                kind=_named(_KINDS, kind),
                name=name,
                pattern=_named(_PATTERNS, pattern),
                allow=permission == _ALLOW,
                host=host,
            )


def _named(numbers: dict[str, int], number: int) -> str:
    return next((name for name, each in numbers.items() if each == number), f"number {number}")


def _refuse(code: int) -> None:
    if code == _NO_AUTHORIZER:
        raise AclsUnreadable("Kafka has no authorizer: everybody may do everything; see deploy/kafka")
    if code == _NOT_ALLOWED:
        raise AclsUnreadable(
            "Kafka does not let us at its ACLs; look as `operator`, change them as an administrator"
        )
    if code:
        raise AclsUnreadable(f"Kafka refused: {for_code(code).__name__}; see the broker's log")
