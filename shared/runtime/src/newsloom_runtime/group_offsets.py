"""How far a consumer group has come, asked from outside of it."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_runtime.settings import server_list

ANSWERED_WITHIN_S = 20.0


async def committed_offsets(bootstrap: str, group: str, topic: str) -> dict[int, int]:
    """The group's committed offsets by partition; one without a commit is missing. Raises LogUnavailable."""
    client = AIOKafkaAdminClient(bootstrap_servers=server_list(bootstrap), request_timeout_ms=10_000)
    try:
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            await client.start()
            found = await client.list_consumer_group_offsets(group)
    except (KafkaError, TimeoutError) as error:
        raise LogUnavailable(
            f"Kafka at {bootstrap} did not tell how far {group} is: {type(error).__name__}"
        ) from error
    finally:
        await client.close()
    return {tp.partition: at.offset for tp, at in found.items() if tp.topic == topic and at.offset >= 0}
