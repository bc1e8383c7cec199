"""A source's own tool writes into its inbox and gets nowhere else; what it wrote is published."""

import json
import os

import httpx2
from aiokafka import AIOKafkaProducer

from newsloom_runtime.cluster import client_options
from newsloom_schemas.access import inbox_principal
from newsloom_schemas.catalog import editorial_inbox
from newsloom_schemas.identity import article_id
from tests.eventually import eventually
from tests.secured.newsroom import SOURCE, Newsroom


async def test_what_its_tool_writes_is_published(newsroom: Newsroom) -> None:
    external_id = f"inbox-{os.urandom(4).hex()}"
    body = {"external_id": external_id, "revision": 1, "headline": "By Kafka", "body_text": "Behind locks."}
    options = client_options(newsroom.cluster(inbox_principal(SOURCE)))
    async with AIOKafkaProducer(acks="all", enable_idempotence=True, **options) as producer:
        await producer.send_and_wait(editorial_inbox(SOURCE).name, json.dumps(body).encode(), key=b"1")
    address = f"{newsroom.url('feeds')}/v1/articles/{article_id(SOURCE, external_id)}"

    async def published() -> bool:
        async with httpx2.AsyncClient(trust_env=False, timeout=10) as client:
            return (await client.get(address)).status_code == 200

    await eventually(published, within=60, what="the article of the inbox")
