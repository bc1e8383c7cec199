"""A whole newsloom under supervision: brokers, mongod and services as processes that a fault may torment."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from newsloom.stack import Addresses, Home, LocalStack
from newsloom.stack.addresses import HOST, any_free_port
from newsloom.stack.java import find_java
from newsloom.stack.keys import ensure_dev_key
from newsloom.stack.launch import log_tail
from newsloom.stack.mongo import initiate_replica_set, mongod_command
from newsloom.stack.mongod import find_mongod
from newsloom.stack.services import service_command, service_environment
from newsloom_runtime.fault_points import ENVIRONMENT as FAULT_POINT
from newsloom_runtime.topics import create_topics, durability
from newsloom_schemas.catalog import Topic
from tests.eventually import eventually
from tests.oracle.cluster_admin import KafkaAdmin, MongoAdmin
from tests.oracle.cluster_brokers import Brokers, Node
from tests.oracle.ports import Desk, System
from tests.oracle.supervisor import Process, Spec, Supervisor

START_WITHIN_S = 180.0  # eight processes on a machine that may be busy with other things
MEMBERS = ("ingest", "enrich-1", "publish-1", "publish-2", "feeds")
DATABASE = "newsloom"


class SupervisedCluster:
    """The cluster as faults see it. Entered by `launch_cluster`."""

    def __init__(
        self, home: Home, brokers: Brokers, *, mongo: str, base: Mapping[str, str], quick: bool
    ) -> None:
        self.desk: Desk | None = None
        self.quick = quick
        self.kafka = KafkaAdmin(bootstrap=brokers.bootstrap)
        self.mongo = MongoAdmin(url=mongo)
        self.read_only: set[Topic] = set()
        self._home = home
        self._brokers = brokers
        self._base = base
        self._supervisor = Supervisor(home)
        self._ports = {name: any_free_port() for name in MEMBERS}

    # --- addresses ---

    @property
    def system(self) -> System:
        return System(
            kafka=self._brokers.bootstrap,
            mongo=self.mongo.url,
            database=DATABASE,
            ingest=self.url("ingest"),
            feeds=self.url("feeds"),
            key=self._home.dev_key_file.read_text(encoding="utf-8").strip(),
            log_folder=self._home.logs,
        )

    def url(self, name: str) -> str:
        """Where a service's process serves HTTP."""
        return f"http://{HOST}:{self._ports[name]}"

    # --- processes ---

    def process(self, name: str) -> Process:
        return self._supervisor[name]

    @property
    def brokers(self) -> tuple[Process, ...]:
        return tuple(self._supervisor[node.name] for node in self._brokers.nodes)

    @property
    def services(self) -> tuple[Process, ...]:
        """Every service's process that was ever started, also those that a fault has added."""
        return tuple(self._supervisor[name] for name in self._ports if name in self._supervisor)

    @property
    def running(self) -> tuple[Process, ...]:
        """The services' processes that live now."""
        return tuple(process for process in self.services if process.runs())

    def member(self, name: str) -> Process:
        """The process of this name, made known now when it is a new member such as `publish-7`."""
        if name not in self._supervisor:
            self._ports.setdefault(name, any_free_port())
            self._supervisor.add(self._service_spec(name))
        return self._supervisor[name]

    def _service_spec(self, name: str) -> Spec:
        service = name.partition("-")[0]
        addresses = Addresses(kafka=self._brokers.bootstrap, mongo=self.mongo.url, feeds=self.url("feeds"))
        environment = service_environment(
            service, home=self._home, addresses=addresses, port=self._ports[name], base=self._base
        )
        return Spec(name=name, command=service_command(service), environment=environment)

    async def rearm(self, name: str, *, within: float = 60.0, **changed: str) -> None:
        """Start a service's process anew with these variables, politely, and wait until it is ready."""
        process = self.member(name)
        await process.terminate()
        process.start(changed)
        await self.member_ready(name, within=within)

    async def rearm_at(self, name: str, fault_point: str) -> None:
        """The same with a fault point; it may be passed, and the process gone, before it is ready."""
        process = self.member(name)
        await process.terminate()
        process.start({FAULT_POINT: fault_point})

    # --- conditions ---

    async def is_ready(self, name: str) -> bool:
        """Whether /readyz of a service's process says 200."""
        return await self.not_ready_because(name) is None

    async def not_ready_because(self, name: str) -> str | None:
        """What /readyz says against a service's process; None when it is ready."""
        if not self.process(name).runs():
            return f"it does not run; exit codes so far: {self.process(name).exit_codes}"
        try:
            async with httpx2.AsyncClient(timeout=2.0, trust_env=False) as http:
                answer = await http.get(f"{self.url(name)}/readyz")
        except httpx2.HTTPError as error:
            return f"{type(error).__name__} when asked"
        return None if answer.status_code == 200 else answer.text

    async def member_ready(self, name: str, *, within: float) -> None:
        """Wait for one service's process."""
        try:
            await eventually(lambda: self.is_ready(name), within=within, every=0.1, what=f"{name} ready")
        except AssertionError as error:
            raise AssertionError(f"{error}: {await self._why(name)}") from None

    async def ready(self, *, within: float) -> None:
        """Return when every service's process that should run is ready. AssertionError says who is not."""
        wanted = [process.name for process in self.services if process.wanted]
        await asyncio.gather(*(self.member_ready(name, within=within) for name in wanted))

    async def _why(self, name: str) -> str:
        reason = await self.not_ready_because(name)
        return f"{reason}; the end of its log:\n{log_tail(self.process(name).log)}"

    async def metric(self, name: str, sample: str) -> float:
        """The sum of a sample over its labels, as /metrics of a process has it; 0 without an answer."""
        try:
            async with httpx2.AsyncClient(timeout=5.0, trust_env=False) as http:
                text = (await http.get(f"{self.url(name)}/metrics")).text
        except httpx2.HTTPError:
            return 0.0
        lines = (line for line in text.splitlines() if line.startswith((f"{sample}{{", f"{sample} ")))
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    # --- beginning, healing ---

    async def start(self) -> None:
        """Everything, from nothing to ready."""
        await self._start_backends()
        await create_topics(self._brokers.bootstrap, replication=self._brokers.copies)
        for name in MEMBERS:
            self.member(name).start()
        await self.ready(within=START_WITHIN_S)

    async def _start_backends(self) -> None:
        stack = LocalStack(self._home.root, environment=self._base)
        mongod = find_mongod(stack.jars.cache)
        port = int(self.mongo.url.rpartition("/?")[0].rpartition(":")[2])
        command = mongod_command(self._home, mongod, port=port, environment=self._base)
        self._supervisor.add(Spec(name="mongo", command=command, environment=self._base)).start()
        for spec in await asyncio.to_thread(self._brokers.prepare):
            self._supervisor.add(spec).start()
        await asyncio.to_thread(initiate_replica_set, self.mongo.url)
        await self.kafka.whole(self._brokers.copies, within=START_WITHIN_S)

    async def restore(self) -> None:
        """Undo whatever a fault has done, and wait until all is ready. Harmless when all is well."""
        for process in self._supervisor.all():
            process.send(signal.SIGCONT)
        await self._restore_backends()
        await self._restore_services()
        await self.ready(within=START_WITHIN_S)

    async def _restore_backends(self) -> None:
        for process in (self.process("mongo"), *self.brokers):
            if not process.runs():
                process.start()
        await eventually(self.mongo.is_primary, within=60, every=0.1, what="mongod is primary")
        await self.mongo.heal()
        await self.kafka.whole(self._brokers.copies, within=START_WITHIN_S)
        for topic in tuple(self.read_only):
            await self.kafka.configure(topic, durability(self._brokers.copies))
            self.read_only.discard(topic)

    async def _restore_services(self) -> None:
        """Added members go; changed ones come back as they were; dead ones start."""
        added = [process for process in self.services if process.name not in MEMBERS]
        changed = [self.process(name) for name in MEMBERS if self.process(name).changed]
        await asyncio.gather(*(process.terminate() for process in (*added, *changed)))
        for process in added:
            process.wanted = False
        for name in MEMBERS:
            if not self.process(name).runs():
                self.process(name).start()

    async def close(self) -> None:
        """End everything: services first, mongod last."""
        mongo = [self._supervisor["mongo"]] if "mongo" in self._supervisor else []
        names = [node.name for node in self._brokers.nodes if node.name in self._supervisor]
        await self._supervisor.close(self.services, [self._supervisor[name] for name in names], mongo)


@asynccontextmanager
async def launch_cluster(
    home: Path,
    *,
    brokers: int = 3,
    quick: bool = False,
    tree: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[SupervisedCluster]:
    """A started cluster that is ended with the context; see `tests.oracle.ports.Launch`."""
    place = Home(root=home)
    place.prepare()
    ensure_dev_key(place)
    base = _base_environment(tree, environment or {})
    stack = LocalStack(place.root, environment=base)
    class_path = await asyncio.to_thread(stack.jars.ensure)
    nodes = [
        Node(number=n, port=any_free_port(), controller_port=any_free_port()) for n in range(1, brokers + 1)
    ]
    cluster = SupervisedCluster(
        place,
        Brokers(home=place, java=find_java(), class_path=class_path, nodes=nodes, environment=base),
        mongo=f"mongodb://{HOST}:{any_free_port()}/?replicaSet=rs0",
        base=base,
        quick=quick,
    )
    try:
        await cluster.start()
        yield cluster
    finally:
        await cluster.close()


def _base_environment(tree: Path | None, more: Mapping[str, str]) -> dict[str, str]:
    """What every process starts from. Language work is off: the faults are those of transport and store."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("NEWSLOOM_", "PYTEST_"))
    }
    cache = {name: value for name, value in os.environ.items() if name == "NEWSLOOM_CACHE"}
    paths = (
        [str(path) for path in sorted(tree.glob("*/*/src")) + sorted(tree.glob("cli/src"))] if tree else []
    )
    return {
        **kept,
        **cache,
        "NEWSLOOM_TEST_COMMANDS": "1",
        "ENRICH_LANGUAGE_WORK": "off",
        "MONGO_DATABASE": DATABASE,
        **({"PYTHONPATH": os.pathsep.join(paths)} if paths else {}),
        **more,
    }
