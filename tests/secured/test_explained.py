"""Whoever is kept out is told why, and which variable or grant to put right."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from newsloom_runtime.acls import apply_acls, read_acls, take_away
from newsloom_runtime.cluster import KafkaCluster, why_away
from newsloom_runtime.group_offsets import committed_offsets
from newsloom_runtime.log_consumer import LogUnavailable, log_consumer
from newsloom_runtime.topics import TopicsFailed, check_topics
from newsloom_schemas.access import Grant, wanted_grants
from newsloom_schemas.catalog import editorial_inbox
from tests.eventually import eventually
from tests.secured.newsroom import SOURCE, Newsroom


async def test_without_a_password_nobody_gets_in(newsroom: Newsroom) -> None:
    assert "hangs up on PLAINTEXT; correct KAFKA_SECURITY_PROTOCOL" in await why_away(newsroom.servers)
    ours = newsroom.cluster("enrich")
    encrypted = KafkaCluster(servers=newsroom.servers, protocol="SSL", ca_file=ours.ca_file)
    assert "correct KAFKA_SECURITY_PROTOCOL" in await why_away(encrypted)
    with pytest.raises(LogUnavailable, match="KAFKA_SECURITY_PROTOCOL"):
        await log_consumer(newsroom.servers, "articles-published")


@pytest.mark.parametrize("changed", [{"password": "not-the-password"}, {"username": "nobody"}])
async def test_a_wrong_password_is_told_and_not_shown(newsroom: Newsroom, changed: dict[str, str]) -> None:
    wrong = replace(newsroom.cluster("enrich"), **changed)  # type: ignore[arg-type] # only texts are changed
    with pytest.raises(TopicsFailed, match="refuses the password; correct KAFKA_SASL_USERNAME") as caught:
        await check_topics(wrong)
    assert "not-the-password" not in str(caught.value)


async def test_another_mechanism_is_told(newsroom: Newsroom) -> None:
    plain = replace(newsroom.cluster("enrich"), mechanism="PLAIN")
    assert "wants another KAFKA_SASL_MECHANISM" in await why_away(plain)


async def test_a_broker_whose_certificate_is_not_ours_gets_no_password(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    by_the_machines_own_authorities = replace(newsroom.cluster("enrich"), ca_file=None)
    assert "is not trusted" in await why_away(by_the_machines_own_authorities)
    assert "correct KAFKA_SSL_CAFILE" in await why_away(by_the_machines_own_authorities)
    gone = replace(newsroom.cluster("enrich"), ca_file=tmp_path / "none.crt")
    assert "none.crt cannot be used" in await why_away(gone)


async def test_a_missing_grant_is_named_to_who_asks(newsroom: Newsroom) -> None:
    with pytest.raises(LogUnavailable, match="does not let our user Read Topic articles-submitted"):
        await log_consumer(newsroom.cluster("feeds"), "articles-submitted")
    with pytest.raises(LogUnavailable, match="does not let our user Read Group enrich"):
        await committed_offsets(newsroom.cluster("feeds"), "enrich", "articles-submitted")


@pytest.mark.parametrize(
    ("service", "operation", "kind", "name"),
    [
        ("enrich", "Read", "Topic", "articles-submitted"),
        ("publish", "Read", "Group", "publish"),
        ("feeds", "Read", "Topic", "feed-updates"),
    ],
)
async def test_a_service_without_a_grant_is_not_ready_and_names_it(
    newsroom: Newsroom, service: str, operation: str, kind: str, name: str
) -> None:
    """And it works again, without a restart, when it has the grant back."""
    ours = wanted_grants([editorial_inbox(SOURCE)])
    (grant,) = (
        g for g in ours if (g.principal, g.operation, g.kind, g.name) == (service, operation, kind, name)
    )
    async with _without(newsroom, grant):
        reason = f"does not let our user {operation} {kind} {name}; grant it"
        await eventually(lambda: _says(newsroom, service, reason), within=60, what=reason, every=0.5)
    await eventually(
        lambda: _says(newsroom, service, '"ok"'), within=90, what=f"{service} is ready", every=0.5
    )


@asynccontextmanager
async def _without(newsroom: Newsroom, grant: Grant) -> AsyncIterator[None]:
    admin = newsroom.cluster("admin")
    ours = wanted_grants([editorial_inbox(SOURCE)])
    await take_away(admin, [grant])

    async def gone() -> bool:
        return len(await read_acls(admin)) == len(ours) - 1

    try:
        await eventually(gone, what="the broker knows it")
        yield
    finally:
        assert (await apply_acls(admin, ours)).missing == (grant,)


async def _says(newsroom: Newsroom, service: str, text: str) -> bool:
    async with httpx2.AsyncClient(trust_env=False, timeout=10) as client:
        answer = await client.get(f"{newsroom.url(service)}/readyz")
    return text in answer.text
