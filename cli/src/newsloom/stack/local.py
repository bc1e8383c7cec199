"""The local stack: a real Kafka, a real mongod and the services, started and stopped as one."""

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from newsloom.stack.addresses import (
    BACKENDS,
    COMPONENTS,
    EXTRAS,
    SERVICES,
    USUAL,
    Addresses,
    PortChoice,
    address_of,
    read_addresses,
    write_addresses,
)
from newsloom.stack.errors import ExitCode, StackError, explain_failed_start
from newsloom.stack.home import Home
from newsloom.stack.jars import KafkaJars, resolve_with_jgo
from newsloom.stack.keys import ensure_canary_key, ensure_dev_key
from newsloom.stack.launch import Launcher, is_healthy, log_tail
from newsloom.stack.listener import Listener, Quiet
from newsloom.stack.lock import only_one
from newsloom.stack.mongo import initiate_replica_set
from newsloom.stack.processes import ProcessTable
from newsloom.stack.services import create_topics_of_stack

NEEDED_BYTES = 1024**3  # mongod's journal and Kafka's first segments, with some room to work
READY_SECONDS = 120.0  # a slow laptop that starts all six at once
GRACE_SECONDS = 30.0
PORT_TRIES = 3
STOP_ORDER: tuple[tuple[str, ...], ...] = (EXTRAS, SERVICES, ("kafka",), ("mongo",))


@dataclass(frozen=True, kw_only=True)
class ComponentStatus:
    """One line of `newsloom status`. `state`: up, unhealthy, down (should run), off (not asked for)."""

    name: str
    state: str
    pid: int | None
    address: str | None
    log: str


class LocalStack:
    """One stack, whose things all lie in `home` (the `.newsloom` folder itself).

    Every call is safe beside other processes that use the same home, and after a crash of any of them.
    """

    def __init__(
        self,
        home: Path,
        *,
        cache: Path | None = None,
        fixed_ports: Mapping[str, int] | None = None,
        usual_ports: bool = True,
        environment: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.home = Home(root=home.absolute())
        self.started: list[str] = []
        variables = dict(os.environ if environment is None else environment)
        self._ports = PortChoice(fixed=fixed_ports or {}, usual_first=usual_ports)
        self._table = ProcessTable(self.home)
        self.jars = KafkaJars(
            cache=cache or Path(variables.get("NEWSLOOM_CACHE") or platformdirs.user_cache_dir("newsloom")),
            environment=variables,
            resolve=resolve_with_jgo,
        )
        self._launcher = Launcher(home=self.home, table=self._table, jars=self.jars, environment=variables)
        self._clock = clock

    def up(self, only: Sequence[str] | None = None, listener: Listener | None = None) -> Addresses:
        """Start whatever of `only` (default: all but the extras) does not run yet, wait until it is healthy.

        When something fails, what this call started is stopped again. Raises StackError.
        """
        names = _in_order(USUAL if only is None else only)
        check_free_space(self.home.root)
        self.home.prepare()
        with self._alone():
            known = {name: address for name, address in self._known().items() if self._table.alive(name)}
            return self._bring_up(names, known, listener or Quiet())

    def _alone(self) -> AbstractContextManager[None]:
        busy = f"another newsloom is starting or stopping the stack in {self.home.root}"
        return only_one(self.home.run / "lock", seconds=READY_SECONDS, busy=busy)

    def _known(self) -> dict[str, str]:
        """What stack.json says; a damaged one says nothing, since the process records say it all."""
        try:
            return read_addresses(self.home.stack_file).as_dict()
        except StackError:
            alive = {name: self._table.alive(name) for name in COMPONENTS}
            return {name: address_of(name, record.port) for name, record in alive.items() if record}

    def _bring_up(self, names: Sequence[str], known: Mapping[str, str], listener: Listener) -> Addresses:
        """Start them; when another program takes a port between its choice and its use, choose again."""
        for _ in range(PORT_TRIES - 1):
            try:
                return self._bring_up_once(names, known, listener)
            except StackError as error:
                if error.code is not ExitCode.PORT_TAKEN or self._ports.fixed:
                    raise
        return self._bring_up_once(names, known, listener)

    def _bring_up_once(self, names: Sequence[str], known: Mapping[str, str], listener: Listener) -> Addresses:
        before = len(self.started)
        try:
            if key := ensure_dev_key(self.home):
                listener.key_made(key, self.home.dev_key_file)
            if "canary" in names:
                ensure_canary_key(self.home)
            missing = [name for name in names if not self._adopted(name, listener)]
            addresses = self._plan(missing, known)
            for together in (BACKENDS, SERVICES, EXTRAS):
                self._start([name for name in missing if name in together], addresses, listener)
            write_addresses(self.home.stack_file, addresses)
        except BaseException as error:
            self._stop(self.started[before:])
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise _disk_full(str(error)) from error
            raise
        return addresses

    def _adopted(self, name: str, listener: Listener) -> bool:
        """True when it runs and is healthy. What runs but is not healthy is stopped, to be started afresh."""
        record = self._table.alive(name)
        if record and is_healthy(name, address_of(name, record.port)):
            listener.already_up(name, address_of(name, record.port))
            return True
        self._table.stop([name], grace=GRACE_SECONDS, forget=False)
        return False

    def _plan(self, missing: Iterable[str], known: Mapping[str, str]) -> Addresses:
        planned = dict(known)
        for name in missing:
            last = self._table.record(name)
            planned[name] = address_of(name, self._ports.pick(name, last.port if last else None))
        return Addresses(**planned)

    def _start(self, names: Sequence[str], addresses: Addresses, listener: Listener) -> None:
        """Start these together and wait for all of them."""
        if any(name in SERVICES for name in names):
            create_topics_of_stack(addresses.need("kafka"), self.home.sources_file)
        for name in reversed(
            names
        ):  # mongod gets ready while Kafka's jars are fetched or its folder formatted
            listener.starting(name)
            self.started.append(name)
            self._launcher.launch(name, port_of(addresses.need(name)), addresses, listener.fetching)
        for name in names:
            self._wait_until_healthy(name, addresses.need(name))
            listener.ready(name, addresses.need(name))

    def _wait_until_healthy(self, name: str, address: str) -> None:
        deadline = self._clock() + READY_SECONDS
        while not is_healthy(name, address):
            if self._table.alive(name) is None:
                raise explain_failed_start(name, log_tail(self.home.log_file(name), lines=200))
            if self._clock() > deadline:
                raise self._too_slow(name)
            time.sleep(0.05)
        if name == "mongo":
            self._initiate(name, address)

    def _initiate(self, name: str, address: str) -> None:
        try:
            initiate_replica_set(address)
        except StackError:
            if self._table.alive(name) is None:  # then someone else answered at its port
                raise explain_failed_start(name, log_tail(self.home.log_file(name), lines=200)) from None
            raise

    def _too_slow(self, name: str) -> StackError:
        return StackError(
            f"{name} runs, but is not healthy after {READY_SECONDS:.0f} s. Its last log lines:\n"
            + log_tail(self.home.log_file(name)),
            fix="is the machine very busy? Try again; `newsloom doctor` looks for causes",
            code=ExitCode.UNHEALTHY,
        )

    def down(self, only: Sequence[str] | None = None) -> tuple[str, ...]:
        """Stop what this stack started (or `only` of it), whoever launched it. The names that ran."""
        if not self.home.run.is_dir():
            return ()
        with self._alone():
            stopped = self._stop(COMPONENTS if only is None else only)
            if only is None and self._table.stop_leftovers(grace=GRACE_SECONDS):
                stopped += ("leftovers",)
        return stopped

    def _stop(self, names: Sequence[str]) -> tuple[str, ...]:
        stopped: tuple[str, ...] = ()
        for together in STOP_ORDER:
            chosen = [name for name in together if name in names]
            stopped += self._table.stop(chosen, grace=GRACE_SECONDS)
        self.started = [name for name in self.started if name not in names]
        left = {name: address for name, address in self._known().items() if name not in names}
        if left:
            write_addresses(self.home.stack_file, Addresses(**left))
        else:
            self.home.stack_file.unlink(missing_ok=True)
        return stopped

    def addresses(self) -> Addresses:
        """Where the components of the last `up` listen; empty when there was none."""
        return read_addresses(self.home.stack_file)

    def running(self) -> tuple[str, ...]:
        """The components whose processes live, healthy or not."""
        return tuple(name for name in COMPONENTS if self._table.alive(name))

    def status(self) -> list[ComponentStatus]:
        """Every component, asked now."""
        known = self._known()
        return [self._status_of(name, known.get(name)) for name in COMPONENTS]

    def _status_of(self, name: str, address: str | None) -> ComponentStatus:
        record = self._table.alive(name) if self.home.run.is_dir() else None
        if record:
            address = address_of(name, record.port)
            state = "up" if is_healthy(name, address) else "unhealthy"
        else:
            state = "down" if address else "off"
        return ComponentStatus(
            name=name,
            state=state,
            pid=record.pid if record else None,
            address=address,
            log=str(self.home.log_file(name)),
        )

    def leftovers(self) -> list[int]:
        """Pids of processes of this stack that nothing accounts for; `down` ends them."""
        if not self.home.run.is_dir():
            return []
        return [process.pid for process in self._table.leftovers()]

    def restart(self, name: str) -> Addresses:
        """Stop one component politely and start it again at the same address."""
        with self._alone():
            self._table.stop([name], grace=GRACE_SECONDS, forget=False)
            return self._bring_up([name], self._known(), Quiet())

    def kill(self, name: str, *, start_again: bool = True) -> Addresses:
        """SIGKILL one component, and start it again at the same address unless told not to.

        Without `start_again` the outage lasts until `restart(name)`.
        """
        with self._alone():
            self._table.stop([name], grace=0, forget=False)
            return self._bring_up([name] if start_again else [], self._known(), Quiet())


def _in_order(names: Iterable[str]) -> list[str]:
    chosen = set(names)
    if unknown := chosen - set(COMPONENTS):
        raise StackError(
            f"there is no component {', '.join(sorted(unknown))}", fix=f"choose among {', '.join(COMPONENTS)}"
        )
    return [name for name in COMPONENTS if name in chosen]


def port_of(address: str) -> int:
    """The port in any of the forms that `address_of` gives."""
    return int(address.removesuffix("/?replicaSet=rs0").rpartition(":")[2])


def check_free_space(folder: Path, needed: int = NEEDED_BYTES) -> None:
    """StackError when the disk that will hold `folder` has less than `needed` bytes free."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise _disk_full(f"{free // 1024**2} MiB free at {existing}, {needed // 1024**2} MiB needed")


def _disk_full(detail: str) -> StackError:
    return StackError(
        f"the disk is full: {detail}",
        fix="free some space, or set NEWSLOOM_HOME to a folder on another disk",
        code=ExitCode.DISK_FULL,
    )
