"""A consuming role whose topics come and go while the service runs: one for each registered source, say."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import structlog
from aiokafka.errors import KafkaError

from newsloom_runtime.asking_kafka import asking_kafka
from newsloom_runtime.broker import attach, new_broker
from newsloom_runtime.cluster import Cluster
from newsloom_runtime.harness import Harness
from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_runtime.records import RawSubscription
from newsloom_schemas.catalog import Topic

LOOK_EVERY_S = 3.0
DRAIN_WITHIN_S = 10.0

WantedTopics = Callable[[], Sequence[Topic]]


class Following:
    """Reads the topics that are wanted now, as far as the broker has them; joins its group anew on a change.

    A topic that is missing holds up no other one: the client would wait for it and start nothing.
    """

    def __init__(
        self,
        subscription: RawSubscription,
        *,
        wanted: WantedTopics,
        bootstrap: Cluster,
        service: str,
        new_harness: Callable[[RawSubscription], Harness],
    ) -> None:
        self._subscription = subscription
        self._wanted = wanted
        self._bootstrap = bootstrap
        self._service = service
        self._new_harness = new_harness
        self._harness: Harness | None = None
        self._missing: tuple[str, ...] = ()

    async def run(self) -> None:
        """Follow until cancelled. Raises LogUnavailable while Kafka cannot say what there is."""
        while True:
            if topics := await self._there():
                await self._read_until_changed(topics)
            else:
                await asyncio.sleep(LOOK_EVERY_S)

    def ails(self) -> str | None:
        """Why something of what is wanted is not read now, or None."""
        if self._missing:
            return f"no topic {', '.join(self._missing)}; run `newsloom topics create`"
        return None if self._harness is None else self._harness.not_ready()

    def not_alive(self) -> str | None:
        """Why only a restart can help, or None."""
        return None if self._harness is None else self._harness.not_alive()

    async def _there(self) -> tuple[Topic, ...]:
        wanted = tuple(self._wanted())
        if not wanted:
            self._missing = ()
            return ()
        async with asking_kafka(self._bootstrap, "list its topics") as admin:
            known = frozenset(await admin.list_topics())
        self._missing = tuple(topic.name for topic in wanted if topic.name not in known)
        return tuple(topic for topic in wanted if topic.name in known)

    async def _read_until_changed(self, topics: tuple[Topic, ...]) -> None:
        subscription = replace(self._subscription, topics=topics)
        self._harness = harness = self._new_harness(subscription)
        broker = new_broker(self._bootstrap, self._service)
        attach(broker, subscription, harness)
        names = [topic.name for topic in topics]
        structlog.get_logger().info("following", role=subscription.role, topics=names)
        try:
            await broker.start()
            await self._change(topics, harness)
        finally:
            self._harness = None
            await harness.drain(DRAIN_WITHIN_S)
            with suppress(KafkaError):
                await broker.stop()

    async def _change(self, topics: tuple[Topic, ...], harness: Harness) -> None:
        """Return when others should be read, or the group must be joined anew.

        Kafka is asked only while some wanted topics are not read.
        """
        reading = set(topics)
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if harness.shut_out.is_set():
                return
            if set(self._wanted()) == reading:
                self._missing = ()
                continue
            with suppress(LogUnavailable):  # what is read meanwhile goes on
                if set(await self._there()) != reading:
                    return
