"""Prints what happens to public articles, type and event, from the beginning and then as it comes."""

import asyncio
import os
import sys

from aiokafka import AIOKafkaConsumer

from newsloom_schemas import UndecodableEvent, decode


async def main(kafka: str) -> None:
    topic = AIOKafkaConsumer("articles-published", bootstrap_servers=kafka, auto_offset_reset="earliest")
    async with topic as records:
        async for record in records:
            try:
                event = decode(record.value, record.headers)
                print(event.EVENT_TYPE, event.model_dump_json(exclude_none=True), sep="\t", flush=True)
            except UndecodableEvent as error:
                print(f"skipped {record.partition}:{record.offset}, {error.reason}", file=sys.stderr)


asyncio.run(main(os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092")))
