"""Looks a Kafka over: is it reached safely, are its topics, grants and settings what newsloom rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAuthorizationFailedError

from newsloom_runtime.acls import AclsUnreadable, compare, read_acls
from newsloom_runtime.asking_kafka import asking_kafka
from newsloom_runtime.cluster import KafkaCluster, server_list
from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_runtime.production import is_loopback, unsafe_kafka
from newsloom_runtime.topics import TopicsFailed, check_topics, described
from newsloom_schemas.access import OPERATOR, PRINCIPALS, Grant
from newsloom_schemas.catalog import Topic

Level = Literal["ok", "note", "problem"]
NOBODYS = "newsloom-nobodys"  # a topic that no grant names and nobody makes
_NOT_SHOWN = TopicAuthorizationFailedError.errno
MOST_SHOWN = 12
ENOUGH_COPIES = 3  # two may hold a record when the third is away
# Settings of brokers with which acknowledged records get lost, or topics come out of nowhere.
_HARMFUL = {
    "auto.create.topics.enable": "true",
    "unclean.leader.election.enable": "true",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was looked at and seen. A note needs no action; a problem does, and `fix` names it."""

    name: str
    level: Level
    detail: str
    fix: str = ""


def problem(name: str, detail: str, fix: str) -> Finding:
    return Finding(name=name, level="problem", detail=detail, fix=fix)


async def examine_kafka(
    cluster: KafkaCluster, topics: Sequence[Topic], grants: Sequence[Grant]
) -> list[Finding]:
    """Everything about Kafka. Whatever cannot be seen is a finding, too; nothing is raised."""
    found = list(_connection(cluster))
    try:
        async with asking_kafka(cluster, "tell of itself") as client:
            brokers = (await client.describe_cluster())["brokers"]
            found.append(Finding(name="kafka", level="ok", detail=_reached(cluster, len(brokers))))
            found += await _settings(client, [broker["node_id"] for broker in brokers])
            found += _copies(await described(client, [topic.name for topic in topics]), len(brokers))
            (nobodys,) = await described(client, [NOBODYS])
    except LogUnavailable as error:
        return [*found, problem("kafka", str(error), "start it, or correct the KAFKA_ variables")]
    found += await _topics(cluster, topics)
    return [*found, *await _acls(cluster, grants, hidden=nobodys["error_code"] == _NOT_SHOWN)]


def _reached(cluster: KafkaCluster, brokers: int) -> str:
    who = f" as {cluster.username}" if cluster.with_password else ""
    return f"{brokers} broker{'' if brokers == 1 else 's'} at {cluster} by {cluster.protocol}{who}"


def _connection(cluster: KafkaCluster) -> Iterator[Finding]:
    for unsafe in unsafe_kafka(cluster):
        detail, _, fix = unsafe.partition("; ")
        yield problem("kafka connection", detail, fix)


async def _settings(client: AIOKafkaAdminClient, brokers: Sequence[int]) -> list[Finding]:
    found = []
    for broker in brokers:
        resource = ConfigResource(ConfigResourceType.BROKER, str(broker))
        (response,) = await client.describe_configs([resource])
        ((code, said, _, _, entries),) = response.resources
        if code:
            fix = "look as `operator`, who may DescribeConfigs of the Cluster"
            return [problem("kafka settings", f"broker {broker} does not show them: {said}", fix)]
        actual = {entry[0]: entry[1] for entry in entries}
        found += [
            problem(
                "kafka settings", f"broker {broker} has {name}={value}", f"set {name}=false and restart it"
            )
            for name, value in _HARMFUL.items()
            if actual.get(name) == value
        ]
    return found or [
        Finding(name="kafka settings", level="ok", detail="no topic by accident, no unclean leader")
    ]


def _copies(topics: Sequence[dict[str, Any]], brokers: int) -> list[Finding]:
    partitions = [(t["topic"], p) for t in topics if not t["error_code"] for p in t["partitions"]]
    if not partitions:
        return []
    behind = sorted({name for name, each in partitions if len(each["isr"]) < len(each["replicas"])})
    if behind:
        fix = "bring the brokers that are away back"
        return [problem("kafka copies", f"not all copies are in step: {_short(behind)}", fix)]
    fewest = min(len(each["replicas"]) for _, each in partitions)
    if fewest < min(brokers, ENOUGH_COPIES):
        few = sorted(
            {name for name, each in partitions if len(each["replicas"]) < min(brokers, ENOUGH_COPIES)}
        )
        fix = f"give them {min(brokers, ENOUGH_COPIES)} copies with kafka-reassign-partitions.sh"
        return [problem("kafka copies", f"too few copies: {_short(few)}", fix)]
    level: Level = "ok" if fewest >= ENOUGH_COPIES else "note"
    return [Finding(name="kafka copies", level=level, detail=f"{fewest} of each partition, all in step")]


async def _topics(cluster: KafkaCluster, topics: Sequence[Topic]) -> list[Finding]:
    try:
        differing = await check_topics(cluster, topics=topics)
    except TopicsFailed as error:
        return [problem("topics", str(error), "look as `operator`")]
    if differing:
        return [problem("topics", *_with_fix(each, "run `newsloom topics create`")) for each in differing]
    return [Finding(name="topics", level="ok", detail=f"all {len(topics)} as in the catalogue")]


def _with_fix(sentence: str, usual: str) -> tuple[str, str]:
    detail, _, fix = sentence.partition("; ")
    return detail, fix or usual


async def _acls(cluster: KafkaCluster, grants: Sequence[Grant], *, hidden: bool) -> list[Finding]:
    """`hidden` says whether Kafka hides from us what nobody granted us."""
    try:
        difference = compare(grants, await read_acls(cluster))
    except AclsUnreadable as error:
        here = all(is_loopback(server.rpartition(":")[0]) for server in server_list(cluster))
        level: Level = "note" if here else "problem"
        return [
            Finding(name="acls", level=level, detail=str(error), fix="" if here else "see docs/security.md")
        ]
    except LogUnavailable as error:
        return [problem("acls", str(error), "look as `operator`")]
    found = [
        problem("acls", f"missing: {each}", "newsloom topics acls --apply") for each in difference.missing
    ]
    found += [
        problem("acls", f"superfluous: {each}", "newsloom topics acls --apply --prune")
        for each in difference.superfluous
    ]
    found += [] if hidden else [_boundless(cluster.username)]
    return found or [Finding(name="acls", level="ok", detail=f"all {len(grants)} grants, and no other")]


def _boundless(username: str) -> Finding:
    """Brokers do not show allow.everyone.if.no.acl.found and super.users, so that it is tried."""
    if username not in PRINCIPALS:
        said = f"not seen whether what nobody granted is refused: `{username}` may be a super user"
        return Finding(name="acls", level="note", detail=f"{said}; look as `{OPERATOR}`")
    fix = f"set allow.everyone.if.no.acl.found=false, and leave {username} out of super.users"
    return problem("acls", f"Kafka lets {username} do what nobody granted", fix)


def _short(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return ", ".join(names[:MOST_SHOWN]) + more
