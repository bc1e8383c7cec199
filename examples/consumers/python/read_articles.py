"""Prints what happens to public articles, from the beginning and then as it comes; see ../README.md."""

import asyncio
import os

from aiokafka import AIOKafkaConsumer

from newsloom_schemas import UndecodableEvent, decode


async def main(kafka: str) -> None:
    topic = AIOKafkaConsumer("articles-published", bootstrap_servers=kafka, auto_offset_reset="earliest")
    async with topic as records:
        async for record in records:
            try:
                print(decode(record.value, record.headers).model_dump_json(exclude_none=True), flush=True)
            except UndecodableEvent as error:
                print(f"skipped {record.partition}:{record.offset}, {error.reason}", flush=True)


asyncio.run(main(os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")))
