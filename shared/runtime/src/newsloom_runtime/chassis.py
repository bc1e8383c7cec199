"""What every service stands on: the producer, its subscriptions, endless tasks, health and metrics."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self, TypeVar

import structlog
from aiokafka.errors import KafkaError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from newsloom_runtime.broker import attach, new_broker
from newsloom_runtime.clock import Clock, SystemClock
from newsloom_runtime.dead_letters import DeadLetters
from newsloom_runtime.fault_points import FaultPoints, parse
from newsloom_runtime.following import Following, WantedTopics
from newsloom_runtime.harness import Harness
from newsloom_runtime.health import Health
from newsloom_runtime.lag import LagCollector
from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_runtime.metrics import ConsumerMetrics, PublisherMetrics, new_registry
from newsloom_runtime.metrics.http import CountRequests, HttpMetrics
from newsloom_runtime.metrics.process import LoopDelay, Readiness, tell_build
from newsloom_runtime.ops import ops_routes
from newsloom_runtime.publisher import EventPublisher
from newsloom_runtime.records import RawSubscription, Subscription
from newsloom_runtime.settings import ServiceSettings
from newsloom_runtime.spans import spans_of
from newsloom_runtime.stopping import Stopping
from newsloom_runtime.supervision import Supervised
from newsloom_runtime.traced_http import TracedHttp

DRAIN_WITHIN_S = 15.0

App = TypeVar("App", bound=Starlette)


class Chassis:
    """Built once by a service's app; entered for as long as the service runs.

    Entering does not wait for Kafka: everything connects in the background and readiness tells.
    Leaving stops taking, finishes what is in hand within a bound, commits, and leaves the groups. A service
    that is not `producing` writes nothing to Kafka and is ready without it.
    """

    def __init__(
        self,
        service: str,
        settings: ServiceSettings,
        *,
        clock: Clock | None = None,
        producing: bool = True,
    ) -> None:
        self.service = service
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.registry = new_registry()
        self.health = Health()
        self.faults = FaultPoints(parse(settings.fault_point))
        self.spans = spans_of(service)
        self.publisher = EventPublisher(
            service=service,
            bootstrap=settings.kafka,
            clock=self.clock,
            metrics=PublisherMetrics(self.registry),
        )
        self._consumer_metrics = ConsumerMetrics(self.registry)
        self._broker = new_broker(settings.kafka, service)
        self._harnesses: dict[str, Harness] = {}
        self._members: list[Harness] = []  # of the broker, not those that follow topics which change
        self._gates: list[Callable[[], Awaitable[None]]] = []
        self._tasks = [Supervised("producer", self.publisher.run)] if producing else []
        self._subscribed = False
        self.stopping = Stopping()
        if producing:
            self.health.add_check("kafka", self.publisher.not_ready)
        self.health.add_check("stopping", self.stopping.not_ready)
        tell_build(self.registry)
        self._lag = LagCollector(self._harnesses)
        self._readiness = Readiness(self.health)
        self.registry.register(self._lag)
        self.registry.register(self._readiness)
        self._http = HttpMetrics(self.registry)
        self._tasks.append(Supervised("loop-delay", LoopDelay(self.registry).run))

    def subscribe(self, subscription: Subscription | RawSubscription) -> None:
        """Add a consuming role. Before the chassis is entered."""
        harness = self._harness(subscription)
        attach(self._broker, subscription, harness)
        self._members.append(harness)
        self._subscribed = True
        self.health.add_check(f"consumer-{subscription.role}", harness.not_ready)
        self.health.add_liveness_check(f"consumer-{subscription.role}", harness.not_alive)

    def follow(self, subscription: RawSubscription, wanted: WantedTopics) -> None:
        """Add a consuming role whose topics may change at any time. Before the chassis is entered.

        It reads what `wanted` names, as far as it exists; the topics of the subscription itself count not.
        What ails it is a note: one stranger's topic that cannot be read must not keep all others out.
        """
        following = Following(
            subscription,
            wanted=wanted,
            bootstrap=self.settings.kafka,
            service=self.service,
            new_harness=self._harness,
        )
        name = f"consumer-{subscription.role}"
        self.background(name, following.run)
        self.health.add_liveness_check(name, following.not_alive)
        self.health.add_note(name, following.ails)

    def _harness(self, subscription: Subscription | RawSubscription) -> Harness:
        dead_letters = DeadLetters(
            service=self.service,
            role=subscription.role,
            publisher=self.publisher,
            metrics=self._consumer_metrics,
        )
        harness = Harness(
            subscription, dead_letters=dead_letters, metrics=self._consumer_metrics, spans=self.spans
        )
        self._harnesses[subscription.role] = harness
        return harness

    def behind(self, role: str) -> int:
        """Records that a role of this process has still to settle, as far as the broker has told.

        0 for a role that is not here.
        """
        harness = self._harnesses.get(role)
        return 0 if harness is None else harness.behind

    def consume_after(self, usable: Callable[[], Awaitable[None]]) -> None:
        """Take no record before `usable` has returned. Before the chassis is entered."""
        self._gates.append(usable)

    def background(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Add an endless task, restarted after a pause when it fails. Before the chassis is entered."""
        task = Supervised(name, run)
        self._tasks.append(task)
        self.health.add_check(f"task-{name}", task.not_ready)

    def equip(self, app: App) -> App:
        """Put the operational endpoints on the app, count its requests, and let its server tell when the end
        comes."""
        # Innermost: further out the body of a problem may be compressed.
        app.user_middleware.append(Middleware(CountRequests, metrics=self._http))
        if self.spans.on:
            app.add_middleware(TracedHttp, spans=self.spans)
        app.router.routes.extend(self.ops_routes())
        app.state.stopping = self.stopping
        return app

    def ops_routes(self) -> list[Route]:
        """`/livez`, `/readyz`, `/metrics` and `/asyncapi`."""
        return ops_routes(
            self.service, self.health, self.registry, self._harnesses.keys(), look=self._look_around
        )

    def _look_around(self) -> None:
        self._lag.look()
        self._readiness.look()

    async def __aenter__(self) -> Self:
        if self._subscribed:
            self._tasks.append(Supervised("consumers", self._consume))
        for task in self._tasks:
            task.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.stopping.end()
        await asyncio.gather(*(harness.drain(DRAIN_WITHIN_S) for harness in self._harnesses.values()))
        for task in reversed(self._tasks):
            await task.stop()
        self.spans.close()
        structlog.get_logger().info("stopped", service=self.service)

    async def _shut_out(self) -> None:
        """Raise LogUnavailable when a role may not be in its group any more: it must begin anew."""
        waiting = [asyncio.create_task(role.shut_out.wait()) for role in self._members]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
            for role in self._members:
                role.shut_out.clear()
        raise LogUnavailable("Kafka lets a role of ours into its group no more; its user lacks Read on Group")

    async def _consume(self) -> None:
        """Run the broker's consumers until cancelled; a failed start is repeated by the supervisor."""
        for usable in self._gates:
            await usable()
        try:
            await self._broker.start()
            await self._shut_out()
        finally:
            with suppress(KafkaError):
                await self._broker.stop()
