"""The brokers of a test cluster: one, or three that hold every partition three times."""

import subprocess
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from newsloom.stack.addresses import HOST
from newsloom.stack.home import Home
from newsloom.stack.kafka import LOGGING, SETTINGS
from newsloom.stack.launch import JAVA_OPTIONS
from newsloom_runtime.whole_files import write_whole
from tests.oracle.supervisor import Spec

# Three brokers, a mongod, five services and the load share one small machine.
HEAP = ("-Xms96m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# Of a property that stands twice, the last counts: these correct what the local stack's one broker has.
OVERRIDES = """\
node.id={node}
controller.quorum.voters={voters}
default.replication.factor={copies}
min.insync.replicas={in_sync}
offsets.topic.replication.factor={copies}
transaction.state.log.replication.factor={copies}
share.coordinator.state.topic.replication.factor={copies}
replica.lag.time.max.ms=10000
log.cleaner.dedupe.buffer.size=16777216
broker.session.timeout.ms=6000
"""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One broker's number, from 1, and its two ports."""

    number: int
    port: int
    controller_port: int

    @property
    def name(self) -> str:
        return f"kafka-{self.number}"

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Brokers:
    """How to start the brokers of one cluster."""

    home: Home
    java: Path
    class_path: str
    nodes: Sequence[Node]
    environment: Mapping[str, str]

    @property
    def copies(self) -> int:
        """Copies of each partition."""
        return len(self.nodes)

    @property
    def bootstrap(self) -> str:
        return ",".join(node.address for node in self.nodes)

    def prepare(self) -> list[Spec]:
        """Write the settings and format the data folders; what to run."""
        cluster_id = "A" + uuid.uuid4().hex[:21]  # 16 bytes in base64; a leading dash would be an option
        with ThreadPoolExecutor() as pool:
            settings = list(pool.map(lambda node: self._formatted(node, cluster_id), self.nodes))
        bare = {name: value for name, value in self.environment.items() if name not in JAVA_OPTIONS}
        return [
            Spec(name=node.name, command=[*self._java(), "kafka.Kafka", str(path)], environment=bare)
            for node, path in zip(self.nodes, settings, strict=True)
        ]

    def _java(self) -> list[str]:
        return [str(self.java), *HEAP, *LOGGING, "-cp", self.class_path]

    def _formatted(self, node: Node, cluster_id: str) -> Path:
        path = self.home.run / f"{node.name}.properties"
        write_whole(path, self._settings(node))
        command = [*self._java(), "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return path

    def _settings(self, node: Node) -> str:
        one = SETTINGS.format(
            host=HOST,
            port=node.port,
            controller_port=node.controller_port,
            data=self.home.data / node.name,
        )
        voters = ",".join(f"{each.number}@{HOST}:{each.controller_port}" for each in self.nodes)
        in_sync = max(1, self.copies - 1)
        return one + OVERRIDES.format(node=node.number, voters=voters, copies=self.copies, in_sync=in_sync)
