"""The whole examination of a deployment: Kafka, MongoDB, services."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from newsloom.deployment.services import examine_services
from newsloom.stack.doctor import Check
from newsloom_runtime.cluster import KafkaCluster
from newsloom_runtime.kafka_doctor import examine_kafka
from newsloom_runtime.production import unsafe_mongo
from newsloom_schemas.access import wanted_grants
from newsloom_schemas.catalog import INBOX_PREFIX, Topic

MONGO_WITHIN_S = 60


def examine_deployment(
    cluster: KafkaCluster, topics: Sequence[Topic], *, mongo_url: str, services: Mapping[str, str]
) -> list[Check]:
    """Every check, from below upwards."""
    inboxes = [topic for topic in topics if topic.name.startswith(INBOX_PREFIX)]
    kafka = asyncio.run(examine_kafka(cluster, topics, wanted_grants(inboxes)))
    return [
        *(Check(**asdict(finding)) for finding in kafka),
        *_connection(mongo_url),
        *examine_mongo(mongo_url),
        *asyncio.run(examine_services(services)),
    ]


def _connection(mongo_url: str) -> list[Check]:
    """What is wrong with how MongoDB is reached, as a service in production would refuse it."""
    unsafe = unsafe_mongo(mongo_url, username=os.environ.get("MONGO_USERNAME", ""))
    told = (each.partition("; ") for each in unsafe)
    return [Check(name="mongo connection", level="problem", detail=said, fix=fix) for said, _, fix in told]


def examine_mongo(url: str) -> list[Check]:
    """By a process of its own, because only newsloom_store may hold the driver."""
    command = [sys.executable, "-m", "newsloom_store.doctor"]
    environment = {**os.environ, "MONGO_URL": url}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=MONGO_WITHIN_S, check=False
        )
        return [Check(**finding) for finding in json.loads(done.stdout)]
    except subprocess.TimeoutExpired:
        return [_not_seen("it did not answer in time")]
    except ValueError:
        if "No module named" in done.stderr:
            return [_not_seen("newsloom-store is not installed here")]
        return [_not_seen(done.stderr.strip().rpartition("\n")[2])]


def _not_seen(why: str) -> Check:
    fix = "run `python -m newsloom_store.doctor` where publish runs"
    return Check(name="mongo", level="problem", detail=f"MongoDB was not looked at: {why}", fix=fix)
