"""Creates the topics of the catalogue and checks that the broker's agree with it."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code
from aiokafka.protocol.metadata import MetadataRequest

from newsloom_runtime.cluster import Cluster, client_options, why_away
from newsloom_runtime.errors import TransientError
from newsloom_runtime.rights import explained
from newsloom_runtime.sending import MAX_RECORD_BYTES
from newsloom_schemas.catalog import TOPICS, Topic

READY_WITHIN_S = 20.0
ASK_AGAIN_S = 0.02


class TopicsFailed(TransientError):
    """The topics could not be created or read; the message names the fix."""


def settings_of(topic: Topic) -> dict[str, str]:
    """All settings of a topic as Kafka names them."""
    return {**topic.settings, "max.message.bytes": str(MAX_RECORD_BYTES)}


def durability(replication: int) -> dict[str, str]:
    """How many copies must have a record before it is acknowledged: a majority, where one can be lost.

    Without this an acknowledged record may lie on one broker alone and die with it.
    """
    return {"min.insync.replicas": str(replication // 2 + 1)} if replication > 2 else {}


async def create_topics(
    bootstrap: Cluster, *, replication: int = 1, topics: Sequence[Topic] = TOPICS
) -> list[str]:
    """Create the topics that are missing; returns their names. Existing topics are left as they are.

    Those created can be written and read when this returns: Kafka's own answer comes before its brokers know
    of them. Raises TopicsFailed when Kafka cannot be reached or refuses.
    """
    created = []
    durable = durability(replication)
    wanted = [
        NewTopic(t.name, t.partitions, replication, topic_configs=settings_of(t) | durable) for t in topics
    ]
    async with _Admin(bootstrap) as admin:
        response = await admin.create_topics(wanted)
        for name, code, *_ in response.topic_errors:
            error = for_code(code)
            if code == 0:
                created.append(name)
            elif error is not TopicAlreadyExistsError:
                raise TopicsFailed(f"Kafka refused to create {name}: {error.__name__}")
        await _known(admin, created)
    return created


async def _known(admin: AIOKafkaAdminClient, names: Sequence[str]) -> None:
    """Wait until the broker that is asked knows these topics and a leader of every partition."""
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            missing = list(names)
            while missing:
                found = await described(admin, missing)
                missing = [each["topic"] for each in found if not _has_leaders(each)]
                await asyncio.sleep(ASK_AGAIN_S if missing else 0)
    except TimeoutError as error:
        raise TopicsFailed(
            f"Kafka made {', '.join(names)} but gave them no leaders in {READY_WITHIN_S:.0f} s;"
            " see the broker's log"
        ) from error


def _has_leaders(topic: dict[str, Any]) -> bool:
    return not topic["error_code"] and all(
        not partition["error_code"] and partition["leader"] >= 0 for partition in topic["partitions"]
    )


async def described(admin: AIOKafkaAdminClient, names: Sequence[str]) -> list[dict[str, Any]]:
    """What Kafka knows of these topics. To ask makes none, even where brokers make them by themselves."""
    request = MetadataRequest(list(names), allow_auto_topic_creation=False)
    topics: list[dict[str, Any]] = (await admin._send_request(request)).to_object()["topics"]
    return topics


async def check_topics(bootstrap: Cluster, *, topics: Sequence[Topic] = TOPICS) -> list[str]:
    """What differs between the broker's topics and the catalogue, a sentence each."""
    async with _Admin(bootstrap) as admin:
        found = {t["topic"]: t for t in await described(admin, [t.name for t in topics])}
        problems = []
        for topic in topics:
            seen = found.get(topic.name)
            if seen is None or seen["error_code"]:
                problems.append(f"{topic.name} is missing; run `newsloom topics create`")
                continue
            if len(seen["partitions"]) != topic.partitions:
                problems.append(
                    f"{topic.name} has {len(seen['partitions'])} partitions, not {topic.partitions}"
                )
            problems += await _setting_problems(admin, topic)
        return problems


async def _setting_problems(admin: AIOKafkaAdminClient, topic: Topic) -> list[str]:
    (response,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name)])
    actual = {entry[0]: entry[1] for *_, entries in response.resources for entry in entries}
    return [
        f"{topic.name} has {name}={actual.get(name)}, not {value}; change it with Kafka's own tools"
        for name, value in settings_of(topic).items()
        if actual.get(name) != value
    ]


class _Admin:
    """The admin client as a context; errors leave as TopicsFailed."""

    def __init__(self, bootstrap: Cluster) -> None:
        self._bootstrap = bootstrap
        self._client = AIOKafkaAdminClient(**client_options(bootstrap), request_timeout_ms=10_000)

    async def __aenter__(self) -> AIOKafkaAdminClient:
        try:
            await self._client.start()
        except KafkaError as error:
            await self._client.close()
            raise TopicsFailed(await why_away(self._bootstrap)) from error
        return self._client

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        await self._client.close()
        if isinstance(error, KafkaError):
            raise TopicsFailed(f"Kafka answered {explained(error)}; see the broker's log") from error
