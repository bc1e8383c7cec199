"""Sends a record whose header name is not UTF-8; only the slow form of the client can. For test_outcomes."""

import asyncio
import sys

from aiokafka import AIOKafkaProducer


class NotUtf8(str):
    def encode(self, *_args: object, **_options: object) -> bytes:
        return b"\xff\xfe"


async def main(kafka: str, topic: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        await producer.send_and_wait(topic, b"x", key=b"k", headers=[(NotUtf8("x"), b"v")], partition=0)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
