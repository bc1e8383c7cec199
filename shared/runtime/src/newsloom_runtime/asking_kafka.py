"""A short conversation with Kafka's administration, in which every failure has one name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from newsloom_runtime.cluster import Cluster, client_options
from newsloom_runtime.log_consumer import LogUnavailable

ANSWERED_WITHIN_S = 20.0


@asynccontextmanager
async def asking_kafka(bootstrap: Cluster, wish: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A started client, for ANSWERED_WITHIN_S seconds. Raises LogUnavailable: Kafka did not `wish`."""
    client = AIOKafkaAdminClient(**client_options(bootstrap), request_timeout_ms=10_000)
    try:
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            await client.start()
            yield client
    except (KafkaError, TimeoutError) as error:
        raise LogUnavailable(f"Kafka at {bootstrap} did not {wish}: {type(error).__name__}") from error
    finally:
        await client.close()
