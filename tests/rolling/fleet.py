"""Several processes of each service on one Kafka and one MongoDB, behind balancers, in any version."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from newsloom.stack import Addresses, Home
from newsloom.stack.addresses import any_free_port
from newsloom.stack.keys import ensure_dev_key
from newsloom.stack.launch import log_tail
from newsloom.stack.services import service_command, service_environment
from newsloom_runtime.topics import create_topics
from tests.eventually import eventually
from tests.oracle.ports import System
from tests.oracle.supervisor import Process, Spec, Supervisor
from tests.rolling.balancer import Balancer

READY_WITHIN_S = 120.0  # several processes start at once, on a machine that may be busy with other things
STOPS_WITHIN_S = 60.0
SERVICES = ("ingest", "enrich", "publish", "feeds")
DATABASE = "rolling"


class Fleet:
    """The processes by name, such as `publish-2`. Each keeps its port through all its lives."""

    def __init__(self, home: Home, addresses: Addresses, base: Mapping[str, str]) -> None:
        self.balancers = {service: Balancer() for service in SERVICES}
        self._home = home
        self._addresses = addresses
        self._base = base
        self._supervisor = Supervisor(home)
        self._ports: dict[str, int] = {}

    @property
    def system(self) -> System:
        """As clients and operators reach it."""
        return System(
            kafka=self._addresses.need("kafka"),
            mongo=self._addresses.need("mongo"),
            database=DATABASE,
            ingest=self.balancers["ingest"].url,
            feeds=self.balancers["feeds"].url,
            key=self._home.dev_key_file.read_text(encoding="utf-8").strip(),
            log_folder=self._home.logs,
        )

    def members(self, service: str) -> tuple[str, ...]:
        """The processes of a service that run now."""
        running = (process.name for process in self._supervisor.all() if process.runs())
        return tuple(name for name in running if _service(name) == service)

    def start(self, name: str, tree: Path | None = None) -> None:
        """A new life of a process; `tree` is the checkout whose code it runs, else this one."""
        self._known(name).start({} if tree is None else _as_in(tree))
        self.balancers[_service(name)].add(self._ports[name])

    async def ready(self, names: Iterable[str]) -> None:
        """Return when these say so, and the balancers heard it. AssertionError has the end of the log."""
        await asyncio.gather(*(self._ready(name) for name in names))

    async def stop(self, name: str) -> float:
        """Tell a process to stop and wait until it has: the seconds. It must end well."""
        process = self._supervisor[name]
        took = await process.terminate(grace=STOPS_WITHIN_S)
        self.balancers[_service(name)].remove(self._ports[name])
        assert process.exit_codes[-1] == 0, f"{name} ended with {process.exit_codes[-1]}"
        return took

    async def restart(self, name: str, tree: Path | None = None) -> None:
        """Stop, then start, and wait until it is ready: the other processes do its work meanwhile."""
        await self.stop(name)
        self.start(name, tree)
        await self.ready([name])

    async def replace(self, name: str, successor: str, tree: Path | None = None) -> None:
        """Start a successor, and stop the process when the successor is ready."""
        self.start(successor, tree)
        await self.ready([successor])
        await self.stop(name)

    async def close(self) -> None:
        await self._supervisor.close()

    def _known(self, name: str) -> Process:
        if name not in self._supervisor:
            self._ports[name] = any_free_port()
            self._supervisor.add(self._spec(name))
        return self._supervisor[name]

    def _spec(self, name: str) -> Spec:
        service = _service(name)
        addresses = Addresses(
            kafka=self._addresses.kafka, mongo=self._addresses.mongo, feeds=self.balancers["feeds"].url
        )
        environment = service_environment(
            service, home=self._home, addresses=addresses, port=self._ports[name], base=self._base
        )
        # Two processes write neither into one audit nor into one file of the index.
        own = {
            "INGEST_AUDIT_FILE": "off",
            "ENRICH_INDEX_FILE": str(self._home.data / f"{name}.index"),
        }
        return Spec(name=name, command=service_command(service), environment={**environment, **own})

    async def _ready(self, name: str) -> None:
        balancer, port = self.balancers[_service(name)], self._ports[name]
        process = self._supervisor[name]
        try:
            await eventually(
                lambda: port in balancer.ready or not process.runs(),
                within=READY_WITHIN_S,
                every=0.1,
                what=f"{name} ready",
            )
            assert process.runs(), f"{name} ended with {process.exit_codes[-1]}"
        except AssertionError as error:
            raise AssertionError(f"{error}; the end of its log:\n{log_tail(process.log)}") from None


def _service(name: str) -> str:
    return name.partition("-")[0]


def _as_in(tree: Path) -> dict[str, str]:
    """What makes a process run a checkout's code, without a word of configuration that is newer than it."""
    paths = [str(path) for path in sorted(tree.glob("*/*/src"))]
    return {"PYTHONPATH": os.pathsep.join(paths), "INGEST_SOURCES_FILE": str(tree / "no-sources.toml")}


@asynccontextmanager
async def running_fleet(
    folder: Path, addresses: Addresses, *, sources: str = "", **settings: str
) -> AsyncIterator[Fleet]:
    """Balancers, and no process yet; all that were started end with the context.

    `addresses` are those of a Kafka and a MongoDB that nobody else works on; `sources` is the text of the
    file of registered sources, which older versions do not get.
    """
    home = Home(root=folder)
    home.prepare()
    ensure_dev_key(home)
    home.sources_file.write_text(sources, encoding="utf-8")
    await create_topics(addresses.need("kafka"))
    base = {
        **{
            name: value for name, value in os.environ.items() if not name.startswith(("NEWSLOOM_", "PYTEST_"))
        },
        "MONGO_DATABASE": DATABASE,
        "ENRICH_LANGUAGE_WORK": "off",
        "ENRICH_TRANSLATE_ENGINES": "",
        "INGEST_WORKERS": "1",
        **settings,
    }
    fleet = Fleet(home, addresses, base)
    async with AsyncExitStack() as running:
        running.push_async_callback(fleet.close)
        for balancer in fleet.balancers.values():
            await running.enter_async_context(balancer.running())
        yield fleet
