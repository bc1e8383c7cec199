"""A short conversation with Kafka's administration, in which every failure has one name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, KafkaError

from newsloom_runtime.cluster import Cluster, client_options, why_away
from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_runtime.rights import explained

ANSWERED_WITHIN_S = 20.0


@asynccontextmanager
async def asking_kafka(bootstrap: Cluster, wish: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A started client, for ANSWERED_WITHIN_S seconds. Raises LogUnavailable: Kafka did not `wish`."""
    client = AIOKafkaAdminClient(**client_options(bootstrap), request_timeout_ms=10_000)
    try:
        async with asyncio.timeout(ANSWERED_WITHIN_S):
            await client.start()
            yield client
    except KafkaConnectionError as error:
        raise LogUnavailable(f"Kafka did not {wish}: {await why_away(bootstrap)}") from error
    except (KafkaError, TimeoutError) as error:
        name = explained(error) if isinstance(error, KafkaError) else type(error).__name__
        raise LogUnavailable(f"Kafka at {bootstrap} did not {wish}: {name}") from error
    finally:
        await client.close()
