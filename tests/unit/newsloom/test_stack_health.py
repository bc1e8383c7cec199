"""The health checks believe only a real answer, and errors say what mends them."""

import http.server
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsloom.stack.errors import ExitCode, StackError, explain_failed_start
from newsloom.stack.kafka import kafka_is_ready
from newsloom.stack.launch import log_tail
from newsloom.stack.local import LocalStack, check_free_space
from newsloom.stack.mongo import mongo_answers
from newsloom.stack.services import service_is_ready


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that gives every connection the same bytes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)


def metadata_answer(brokers: int) -> bytes:
    body = struct.pack(">iii", 1, 0, brokers)
    return struct.pack(">i", len(body)) + body


@pytest.mark.parametrize(
    ("answer", "ready"),
    [
        (metadata_answer(1), True),
        (metadata_answer(0), False),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", False),
        (b"\x00\x00\x00\x0c", False),
        (b"\x00\x00\x00\x00", False),
        (b"", False),
    ],
)
def test_only_a_broker_that_counts_itself_alive_is_ready(answer: bytes, ready: bool) -> None:
    with answering(answer) as address:
        assert kafka_is_ready(address) is ready


def test_nobody_listening_is_not_healthy(free_address: str) -> None:
    assert not kafka_is_ready(free_address)
    assert not mongo_answers(f"mongodb://{free_address}/?replicaSet=rs0")
    assert not service_is_ready(f"http://{free_address}")


@pytest.fixture
def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.parametrize(("code", "ready"), [(200, True), (503, False)])
def test_a_service_is_ready_when_it_says_so_whatever_proxy_is_set(
    monkeypatch: pytest.MonkeyPatch, code: int, ready: bool
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    class Readyz(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(code if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    with http.server.HTTPServer(("127.0.0.1", 0), Readyz) as server:
        thread = threading.Thread(target=server.handle_request, daemon=True)
        thread.start()
        assert service_is_ready(f"http://127.0.0.1:{server.server_port}") is ready
        thread.join(5)


@pytest.mark.parametrize(
    ("log", "code"),
    [
        ("java.io.IOException: No space left on device", ExitCode.DISK_FULL),
        ("Failed to set up listener: Address already in use", ExitCode.PORT_TAKEN),
        ("mongod: error while loading shared libraries: libcurl.so.4", ExitCode.UNSUPPORTED_PLATFORM),
        ("Traceback", ExitCode.UNHEALTHY),
        ("", ExitCode.UNHEALTHY),
    ],
)
def test_the_last_log_lines_name_the_cause(log: str, code: ExitCode) -> None:
    error = explain_failed_start("mongo", log)
    assert error.code == code
    assert "fix: " in str(error)
    assert log in str(error)


def test_a_disk_without_room_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="disk is full") as caught:
        check_free_space(tmp_path / "not" / "there" / "yet", needed=1024**6)
    assert caught.value.code == ExitCode.DISK_FULL


def test_an_unknown_component_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="choose among kafka, mongo"):
        LocalStack(tmp_path / "home").up(["postgres"])


def test_looking_at_a_stack_that_never_was_creates_nothing(tmp_path: Path) -> None:
    stack = LocalStack(tmp_path / "home")
    look: list[Callable[[], object]] = [stack.status, stack.down, stack.leftovers, stack.addresses]
    for question in look:
        question()
    assert not (tmp_path / "home").exists()


def test_a_log_tail_is_short_even_when_lines_are_long(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("x" * 9000 + "\n" + "last\n")
    assert log_tail(log).splitlines()[-1].strip() == "last"
    assert len(log_tail(log)) < 400
    assert log_tail(tmp_path / "none") == ""
