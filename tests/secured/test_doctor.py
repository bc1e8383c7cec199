"""`newsloom doctor --deployment` behind locks: content when all is well, and not when it is not."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from pymongo import MongoClient

from newsloom.stack.addresses import SERVICES
from newsloom_runtime.acls import apply_acls, take_away
from newsloom_runtime.cluster import client_options
from newsloom_schemas.access import Grant, wanted_grants
from newsloom_schemas.catalog import editorial_inbox
from newsloom_store import MongoStore
from tests.eventually import eventually
from tests.secured.newsroom import SOURCE, Newsroom

OURS = wanted_grants([editorial_inbox(SOURCE)])
TAKEN = next(each for each in OURS if each.principal == "canary")
SMUGGLED = Grant(principal="intruder", operation="Read", kind="Topic", name="articles-submitted")
NEWSLOOM = Path(sys.executable).parent / "newsloom"


async def examined(newsroom: Newsroom, user: str = "operator", **more: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the findings that are no `ok` by what they say."""
    environment = {
        **os.environ,
        **newsroom.kafka_variables(user),
        **newsroom.mongo_variables(user),
        **{f"NEWSLOOM_{name.upper()}_URL": newsroom.url(name) for name in SERVICES},
        "INGEST_SOURCES_FILE": str(newsroom.home.sources_file),
        "INGEST_KEYS_FILE": str(newsroom.home.keys_file),
        **more,
    }
    command = [str(NEWSLOOM), "doctor", "--deployment", "--json"]
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, timeout=120
    )
    found = json.loads(done.stdout)
    assert all(each["fix"] for each in found if each["level"] == "problem"), found
    return done.returncode, {each["detail"]: each for each in found if each["level"] == "problem"}


async def test_a_deployment_that_is_as_it_must_be_has_no_problem(newsroom: Newsroom) -> None:

    async def content() -> bool:
        return await examined(newsroom) == (0, {})

    try:
        await eventually(content, within=90, what="a doctor without problems", every=1)
    except AssertionError:
        raise AssertionError(await examined(newsroom)) from None


async def test_everything_that_is_not_as_it_must_be_is_named_with_its_fix(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    """A grant too few, one too many, a topic that is missing, one that forgets too soon, an index dropped."""
    sources = tmp_path / "sources.toml"
    sources.write_text(newsroom.home.sources_file.read_text() + "\n[another]\ninbox = true\n")
    async with (
        _wrong_grants(newsroom),
        _setting(newsroom, "feeds-dlq", "retention.ms", "3600000"),
        _without_an_index(newsroom, "external_id"),
    ):
        code, problems = await examined(newsroom, INGEST_SOURCES_FILE=str(sources))
    assert code == 1
    fixes = {detail: each["fix"] for detail, each in problems.items()}
    assert fixes[f"missing: {TAKEN}"] == "newsloom topics acls --apply"
    assert fixes[f"superfluous: {SMUGGLED}"] == "newsloom topics acls --apply --prune"
    assert fixes["editorial-inbox-another is missing"] == "run `newsloom topics create`"
    assert fixes["missing: inbox-another may Write Topic editorial-inbox-another"]
    assert fixes["feeds-dlq has retention.ms=3600000, not 2592000000"]
    assert fixes["newsloom.articles lacks the index external_id"] == "start publish, which makes it"


async def test_a_service_that_is_away_and_a_wrong_password_are_told(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("not-the-password")
    changed = {"NEWSLOOM_FEEDS_URL": "http://127.0.0.1:1", "MONGO_PASSWORD_FILE": str(wrong)}
    code, problems = await examined(newsroom, KAFKA_SASL_PASSWORD_FILE=str(wrong), **changed)
    assert code == 1
    told = " ".join(problems)
    assert "refuses the password; correct KAFKA_SASL_USERNAME" in told
    assert "MongoDB refuses us" in told
    assert "http://127.0.0.1:1 does not answer" in told
    assert "not-the-password" not in told


@asynccontextmanager
async def _wrong_grants(newsroom: Newsroom) -> AsyncIterator[None]:
    admin = newsroom.cluster("admin")
    try:
        await take_away(admin, [TAKEN])
        await apply_acls(admin, [SMUGGLED])
        yield
    finally:
        await apply_acls(admin, OURS, prune=True)


@asynccontextmanager
async def _without_an_index(newsroom: Newsroom, name: str) -> AsyncIterator[None]:
    admin = newsroom.password("mongo", "admin")
    with MongoClient[dict[str, Any]](newsroom.mongo, username="admin", password=admin) as client:
        client.newsloom.articles.drop_index(name)
    try:
        yield
    finally:
        url = newsroom.mongo.replace("://", f"://publish:{newsroom.password('mongo', 'publish')}@")
        async with MongoStore.connected(url) as store:
            await store.ensure_indexes()


@asynccontextmanager
async def _setting(newsroom: Newsroom, topic: str, name: str, value: str) -> AsyncIterator[None]:
    admin = AIOKafkaAdminClient(**client_options(newsroom.cluster("admin")))
    await admin.start()
    usual = {"cleanup.policy": "delete", "max.message.bytes": await _value(admin, topic, "max.message.bytes")}
    before = await _value(admin, topic, name)
    try:
        await admin.alter_configs([_resource(topic, {**usual, name: value})])
        yield
        await admin.alter_configs([_resource(topic, {**usual, name: before})])
    finally:
        await admin.close()


def _resource(topic: str, settings: dict[str, str] | None = None) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, topic, configs=settings)


async def _value(admin: AIOKafkaAdminClient, topic: str, name: str) -> str:
    (response,) = await admin.describe_configs([_resource(topic)])
    return next(str(entry[1]) for *_, entries in response.resources for entry in entries if entry[0] == name)


@pytest.fixture(autouse=True)
def _not_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path / "nothing-here"))
