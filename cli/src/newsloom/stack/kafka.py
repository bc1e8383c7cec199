"""One Kafka broker in KRaft mode: its settings, its first-time format, its command line, its health."""

import base64
import shutil
import socket
import struct
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from newsloom.stack.addresses import HOST
from newsloom.stack.errors import StackError, explain_failed_start
from newsloom.stack.home import Home
from newsloom_runtime.whole_files import write_whole

SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
num.partitions=8
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
"""
# The session time-out is how long a broker that was killed must wait before it may come back (usually 9 s).
HEAP = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
LOGGING = (
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS",
)


@dataclass(frozen=True, kw_only=True)
class KafkaBroker:
    """How to start the one broker of a stack."""

    home: Home
    java: Path
    class_path: str

    @property
    def data(self) -> Path:
        return self.home.data / "kafka"

    def prepare(self, *, port: int, controller_port: int) -> list[str]:
        """Write the settings for these ports, format the data folder the first time, return the command.

        The ports may differ from run to run: the log holds none of them.
        """
        if not self.data.exists():
            self._format(port, controller_port)
        settings = self._write_settings(self.data, port, controller_port)
        return [*self._java(), "kafka.Kafka", str(settings)]

    def _java(self) -> list[str]:
        return [str(self.java), *HEAP, *LOGGING, "-cp", self.class_path]

    def _write_settings(self, data: Path, port: int, controller_port: int) -> Path:
        path = self.home.run / f"{data.name}.properties"
        text = SETTINGS.format(host=HOST, port=port, controller_port=controller_port, data=data)
        write_whole(path, text)
        return path

    def _format(self, port: int, controller_port: int) -> None:
        """Formatted beside its place and moved there whole: a half formatted folder never counts."""
        for cut_off in self.home.data.glob("kafka-forming-*"):
            shutil.rmtree(cut_off, ignore_errors=True)
        forming = self.data.with_name(f"kafka-forming-{uuid.uuid4().hex[:8]}")
        settings = self._write_settings(forming, port, controller_port)
        command = [*self._java(), "kafka.tools.StorageTool", "format", "-t", _new_cluster_id()]
        done = subprocess.run(
            [*command, "-c", str(settings)], capture_output=True, text=True, timeout=120, check=False
        )
        settings.unlink()
        if done.returncode != 0:
            raise explain_failed_start("kafka", (done.stdout + done.stderr)[-2000:])
        forming.replace(self.data)


def _new_cluster_id() -> str:
    """A random id in Kafka's form; a leading dash would read as an option on the command line."""
    identifier = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return _new_cluster_id() if identifier.startswith("-") else identifier


def kafka_is_ready(address: str, seconds: float = 1.0) -> bool:
    """True when the broker answers a metadata request and counts itself among the live brokers.

    A plain connect says too little: the port is open long before requests are answered.
    """
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=seconds) as connection:
            connection.settimeout(seconds)
            connection.sendall(_metadata_request())
            size = struct.unpack(">i", _read(connection, 4))[0]
            return _live_brokers(_read(connection, size)) > 0
    except (OSError, StackError):
        return False


def _metadata_request() -> bytes:
    """Metadata, version 4, of no topics (https://kafka.apache.org/protocol)."""
    client = b"newsloom-health"
    header = struct.pack(f">hhih{len(client)}s", 3, 4, 1, len(client), client)
    body = struct.pack(">i?", 0, False)
    return struct.pack(">i", len(header) + len(body)) + header + body


def _live_brokers(answer: bytes) -> int:
    """The length of the list of brokers, which follows the correlation id and the throttle time."""
    if len(answer) < 12:
        return 0
    return int(struct.unpack_from(">i", answer, 8)[0])


def _read(connection: socket.socket, size: int) -> bytes:
    """Exactly `size` bytes; OSError when the other side closes first or is no Kafka."""
    if not 0 <= size <= 1024 * 1024:
        raise OSError(f"not a Kafka answer of {size} bytes")
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(size - len(parts))
        if not part:
            raise OSError("closed before the whole answer came")
        parts += part
    return bytes(parts)
