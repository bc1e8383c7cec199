"""A consumer without a group or commits, started with the options that reading a log needs."""

import asyncio
from typing import Literal

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError, KafkaError

from newsloom_runtime.cluster import Cluster, client_options, why_away
from newsloom_runtime.errors import TransientError
from newsloom_runtime.rights import refusal

FETCH_WAIT_MS = 500  # the broker answers at once when it has something; this is how long it may wait for it


class LogUnavailable(TransientError):
    """Kafka cannot be reached, or the topic does not exist; the message names the fix."""


def new_log_consumer(
    bootstrap: Cluster, *, reset: Literal["earliest", "none"] = "earliest", fetch_wait_ms: int = FETCH_WAIT_MS
) -> AIOKafkaConsumer:
    """The consumer as it is before its start."""
    return AIOKafkaConsumer(
        **client_options(bootstrap),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset=reset,
        fetch_max_wait_ms=fetch_wait_ms,
        request_timeout_ms=10_000,
        retry_backoff_ms=50,
    )


async def why_no_log(bootstrap: Cluster, topic_name: str, error: KafkaError) -> str:
    """Why a topic cannot be read, with the fix."""
    if isinstance(error, KafkaConnectionError):
        return await why_away(bootstrap)
    return refusal(error, "Read") or f"no Kafka at {bootstrap}, or no topic {topic_name}"


async def log_consumer(
    bootstrap: Cluster,
    topic_name: str,
    *,
    reset: Literal["earliest", "none"] = "earliest",
    fetch_wait_ms: int = FETCH_WAIT_MS,
) -> AIOKafkaConsumer:
    """A started consumer that knows the topic and has no partition yet. Raises LogUnavailable.

    `reset` says what an offset below the oldest record does: go on at the oldest, or be an error.
    """
    consumer = new_log_consumer(bootstrap, reset=reset, fetch_wait_ms=fetch_wait_ms)
    try:
        await consumer.start()
        await consumer._client._wait_on_metadata(topic_name)
    except asyncio.CancelledError:
        await consumer.stop()
        raise
    except KafkaError as error:
        await consumer.stop()
        raise LogUnavailable(await why_no_log(bootstrap, topic_name, error)) from error
    return consumer
