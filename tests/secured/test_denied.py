"""Deny by default, tried on the broker: every principal against every topic that it was not granted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    for_code,
)

from newsloom_runtime.acls import AclsUnreadable, apply_acls, read_acls
from newsloom_runtime.cluster import client_options
from newsloom_schemas.access import (
    CANARY,
    GROUPS,
    JOB,
    OPERATOR,
    PRINCIPALS,
    READER,
    Operation,
    inbox_principal,
    wanted_grants,
)
from newsloom_schemas.catalog import TOPICS, editorial_inbox
from tests.secured.newsroom import SOURCE, Newsroom

INBOX = editorial_inbox(SOURCE)
EVERY_TOPIC = (*(topic.name for topic in TOPICS), INBOX.name)
EVERYBODY = (*PRINCIPALS, inbox_principal(SOURCE))
GRANTS = wanted_grants([INBOX])


def denied(principal: str, operation: Operation) -> list[str]:
    """The topics that nothing lets this principal read or write."""
    return [
        name
        for name in EVERY_TOPIC
        if not any(grant.allows(principal, operation, "Topic", name) for grant in GRANTS)
    ]


@asynccontextmanager
async def consumer_of(
    newsroom: Newsroom, user: str, group: str | None = None
) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        group_id=group,
        enable_auto_commit=False,
        request_timeout_ms=30_000,
        **client_options(newsroom.cluster(user)),
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


@pytest.mark.parametrize("principal", EVERYBODY)
async def test_nobody_writes_what_is_not_granted(newsroom: Newsroom, principal: str) -> None:
    topics = denied(principal, "Write")
    assert topics
    options = client_options(newsroom.cluster(principal))
    async with AIOKafkaProducer(request_timeout_ms=30_000, **options) as producer:
        for topic in topics:
            with pytest.raises(TopicAuthorizationFailedError):
                await producer.send_and_wait(topic, b"{}", partition=0)


@pytest.mark.parametrize("principal", [name for name in EVERYBODY if denied(name, "Read")])
async def test_nobody_reads_what_is_not_granted(newsroom: Newsroom, principal: str) -> None:
    async with consumer_of(newsroom, principal) as consumer:
        for topic in denied(principal, "Read"):
            with pytest.raises(TopicAuthorizationFailedError):
                await _read(consumer, TopicPartition(topic, 0))


async def _read(consumer: AIOKafkaConsumer, place: TopicPartition) -> None:
    await consumer._client._wait_on_metadata(place.topic)
    consumer.assign([place])
    consumer.seek(place, 0)
    await consumer.getmany(timeout_ms=30_000)


@pytest.mark.parametrize(
    ("principal", "group"),
    [
        ("feeds", "enrich"),
        ("enrich", "publish"),
        ("publish", "enrich-archive"),
        (CANARY, "enrich"),
        (READER, "publish"),
    ],
)
async def test_nobody_commits_for_the_group_of_another(
    newsroom: Newsroom, principal: str, group: str
) -> None:
    """Whoever could would make another service pass over records."""
    (topic,) = next(each.topics[:1] for each in GROUPS if each.name == group)
    place = TopicPartition(topic.name, 0)
    async with consumer_of(newsroom, principal, group) as consumer:
        consumer.assign([place])
        with pytest.raises((GroupAuthorizationFailedError, TopicAuthorizationFailedError)):
            await consumer.commit({place: 0})


@pytest.mark.parametrize("principal", [name for name in EVERYBODY if name != JOB])
async def test_nobody_but_the_job_makes_topics(newsroom: Newsroom, principal: str) -> None:
    async with _admin(newsroom, principal) as admin:
        answer = await admin.create_topics(
            [NewTopic("articles-smuggled", 1, 1), NewTopic(INBOX.name + "x", 1, 1)]
        )
    codes = {for_code(code) for _, code, *_ in answer.topic_errors}
    assert codes <= {TopicAuthorizationFailedError, ClusterAuthorizationFailedError}, codes


@pytest.mark.parametrize("principal", ["ingest", "publish", JOB])
async def test_nobody_removes_a_topic(newsroom: Newsroom, principal: str) -> None:
    async with _admin(newsroom, principal) as admin:
        answer = await admin.delete_topics(["articles-published"])
    assert [for_code(code) for _, code in answer.topic_error_codes] == [TopicAuthorizationFailedError]


@pytest.mark.parametrize("principal", [name for name in EVERYBODY if name != OPERATOR])
async def test_nobody_sees_the_grants(newsroom: Newsroom, principal: str) -> None:
    with pytest.raises(AclsUnreadable, match="ACLs"):
        await read_acls(newsroom.cluster(principal))


async def test_an_operator_sees_the_grants_and_changes_none(newsroom: Newsroom) -> None:
    operator = newsroom.cluster(OPERATOR)
    assert len(await read_acls(operator)) == len(GRANTS)
    more = [*GRANTS, *wanted_grants([editorial_inbox("intruder")])]
    with pytest.raises(AclsUnreadable, match="administrator"):
        await apply_acls(operator, more)


@asynccontextmanager
async def _admin(newsroom: Newsroom, user: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(request_timeout_ms=30_000, **client_options(newsroom.cluster(user)))
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()
