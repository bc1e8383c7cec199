"""Which components the stack has, where each listens, and the file that tells others."""

import json
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from newsloom.stack.errors import ExitCode, StackError
from newsloom_runtime.whole_files import write_whole

HOST = "127.0.0.1"
BACKENDS = ("kafka", "mongo")
SERVICES = ("ingest", "enrich", "publish", "feeds")
USUAL = (*BACKENDS, *SERVICES)
EXTRAS = ("canary",)  # started only for who asks for them, behind everything else
COMPONENTS = (*USUAL, *EXTRAS)
USUAL_PORTS: Mapping[str, int] = {
    "kafka": 9092,
    "mongo": 27017,
    "ingest": 8001,
    "enrich": 8002,
    "publish": 8003,
    "feeds": 8000,
    "canary": 8004,
}


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where each running component listens; absent means that the stack was started without it."""

    kafka: str | None = None
    mongo: str | None = None
    ingest: str | None = None
    enrich: str | None = None
    publish: str | None = None
    feeds: str | None = None
    canary: str | None = None

    def as_dict(self) -> dict[str, str]:
        """The form of `stack.json`: only what runs, in the order of the flow."""
        named = ((name, getattr(self, name)) for name in COMPONENTS)
        return {name: address for name, address in named if address is not None}

    def need(self, name: str) -> str:
        """The address of one component; StackError when the stack runs without it."""
        address = self.as_dict().get(name)
        if address is None:
            raise StackError(
                f"{name} is not running", fix="start it with `newsloom up`", code=ExitCode.NOT_RUNNING
            )
        return address


def address_of(name: str, port: int) -> str:
    """How a client reaches this component on this machine."""
    if name == "kafka":
        return f"{HOST}:{port}"
    if name == "mongo":
        return f"mongodb://{HOST}:{port}/?replicaSet=rs0"
    return f"http://{HOST}:{port}"


def write_addresses(path: Path, addresses: Addresses) -> None:
    """Replace `stack.json` as a whole."""
    write_whole(path, json.dumps(addresses.as_dict(), indent=2) + "\n")


def read_addresses(path: Path) -> Addresses:
    """What `stack.json` says; no file means nothing was started. StackError when it is not readable."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Addresses(**content)
    except FileNotFoundError:
        return Addresses()
    except (ValueError, TypeError) as error:
        raise StackError(f"{path} is damaged", fix="run `newsloom down`, then `newsloom up`") from error


def port_is_free(port: int) -> bool:
    """True when nothing answers on loopback and the port can be bound there."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as probe:
        # Without this a port that was just given back would look taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """A port that is free now and that the system does not hand out by itself to somebody meanwhile."""
    for _ in range(100):
        port = 20_000 + secrets.randbelow(10_000)
        if port_is_free(port):
            return port
    raise StackError("no free port was found between 20000 and 29999", fix="stop some servers")


@dataclass(frozen=True, kw_only=True)
class PortChoice:
    """How ports are picked: a fixed one where asked, else the last one, the usual one, any free one."""

    fixed: Mapping[str, int]
    usual_first: bool = True

    def pick(self, name: str, last: int | None = None) -> int:
        """A port for this component. StackError when it was fixed and is taken."""
        if (port := self.fixed.get(name)) is not None:
            return self._fixed(name, port)
        wanted = [last] if last else []
        wanted += [USUAL_PORTS[name]] if self.usual_first else []
        return next((port for port in wanted if port_is_free(port)), None) or any_free_port()

    def _fixed(self, name: str, port: int) -> int:
        if port_is_free(port):
            return port
        raise StackError(
            f"port {port}, asked for {name}, is taken by another program",
            fix=f"stop that program, or leave out `--port {name}={port}` to get a free port",
            code=ExitCode.PORT_TAKEN,
        )
