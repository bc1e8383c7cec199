"""How each component is started and asked for its health: one place that knows them all."""

import os
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from newsloom.stack.addresses import EXTRAS, SERVICES, Addresses, any_free_port
from newsloom.stack.home import Home
from newsloom.stack.jars import KafkaJars, OnBytes
from newsloom.stack.java import find_java
from newsloom.stack.kafka import KafkaBroker, kafka_is_ready
from newsloom.stack.mongo import mongo_answers, mongod_command
from newsloom.stack.mongod import find_mongod
from newsloom.stack.processes import ProcessRecord, ProcessTable
from newsloom.stack.services import service_command, service_environment, service_is_ready


@dataclass(frozen=True, kw_only=True)
class Launcher:
    """Starts single components of one stack; knows nothing of their order."""

    home: Home
    table: ProcessTable
    jars: KafkaJars
    environment: Mapping[str, str]

    def launch(self, name: str, port: int, addresses: Addresses, on_bytes: OnBytes) -> ProcessRecord:
        """Start one component; returns at once, before it is healthy."""
        if name == "kafka":
            return self._kafka(port, on_bytes)
        if name == "mongo":
            return self._mongo(port)
        return self._service(name, port, addresses)

    def _kafka(self, port: int, on_bytes: OnBytes) -> ProcessRecord:
        class_path = self.jars.ensure(on_bytes)
        broker = KafkaBroker(home=self.home, java=find_java(), class_path=class_path)
        command = broker.prepare(port=port, controller_port=any_free_port())
        # An inherited JMX or agent option would open ports that nobody asked for.
        bare = {key: value for key, value in self.environment.items() if key not in JAVA_OPTIONS}
        return self.table.spawn("kafka", command, port=port, environment=bare)

    def _mongo(self, port: int) -> ProcessRecord:
        mongod = find_mongod(self.jars.cache)
        command = mongod_command(self.home, mongod, port=port, environment=self.environment)
        return self.table.spawn("mongo", command, port=port, environment=self.environment)

    def _service(self, name: str, port: int, addresses: Addresses) -> ProcessRecord:
        settings = service_environment(
            name, home=self.home, addresses=addresses, port=port, base=self.environment
        )
        return self.table.spawn(name, service_command(name), port=port, environment=settings)


JAVA_OPTIONS = frozenset({"JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "JMX_PORT"})


def is_healthy(name: str, address: str) -> bool:
    """True when the component answers as it should at this address."""
    checks: Mapping[str, Callable[[str], bool]] = {
        "kafka": kafka_is_ready,
        "mongo": mongo_answers,
        **dict.fromkeys((*SERVICES, *EXTRAS), service_is_ready),
    }
    return checks[name](address)


def log_tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, each cut to a readable length; empty when there is no log."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - 65_536))
            last = deque(log.read().decode("utf-8", errors="replace").splitlines(), maxlen=lines)
    except OSError:
        return ""
    return "\n".join(f"  {line[:300]}" for line in last)
