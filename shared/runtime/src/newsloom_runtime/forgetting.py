"""Lets go of everything that a topic holds, so that nobody who reads it in a group gets to it any more."""

import asyncio

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.errors import KafkaError

from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_runtime.settings import server_list

ANSWERED_WITHIN_S = 20.0


async def forget(bootstrap: str, topic: str, up_to: dict[int, int]) -> None:
    """Delete the records of each partition below its offset. Raises LogUnavailable."""
    client = AIOKafkaAdminClient(bootstrap_servers=server_list(bootstrap), request_timeout_ms=10_000)
    wanted = {TopicPartition(topic, partition): RecordsToDelete(at) for partition, at in up_to.items()}
    try:
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            await client.start()
            await client.delete_records(wanted)
    except (KafkaError, TimeoutError) as error:
        raise LogUnavailable(
            f"Kafka at {bootstrap} did not delete records of {topic}: {type(error).__name__}"
        ) from error
    finally:
        await client.close()
