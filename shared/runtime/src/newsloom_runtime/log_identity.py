"""Which log a topic is, so that offsets kept on disk are not used with another of the same name."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_runtime.settings import server_list

ANSWERED_WITHIN_S = 20.0


async def log_identity(bootstrap: str, topic: str) -> str:
    """The cluster's own id and the topic's name. Raises LogUnavailable."""
    client = AIOKafkaAdminClient(bootstrap_servers=server_list(bootstrap), request_timeout_ms=10_000)
    try:
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            await client.start()
            cluster = await client.describe_cluster()
    except (KafkaError, TimeoutError) as error:
        raise LogUnavailable(f"Kafka at {bootstrap} did not tell its id: {type(error).__name__}") from error
    finally:
        await client.close()
    return f"{cluster['cluster_id']}/{topic}"
