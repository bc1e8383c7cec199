"""Ports, addresses and the file that tells them."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsloom.stack.addresses import (
    COMPONENTS,
    Addresses,
    PortChoice,
    address_of,
    any_free_port,
    port_is_free,
    read_addresses,
    write_addresses,
)
from newsloom.stack.errors import ExitCode, StackError
from newsloom.stack.home import Home
from newsloom.stack.local import port_of
from newsloom.stack.services import service_environment


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_fixed_port_that_is_taken_is_an_error_that_names_the_fix(taken: int) -> None:
    with pytest.raises(StackError, match=f"--port kafka={taken}") as caught:
        PortChoice(fixed={"kafka": taken}).pick("kafka")
    assert caught.value.code == ExitCode.PORT_TAKEN


def test_the_last_port_is_kept_when_it_is_free() -> None:
    last = any_free_port()
    assert PortChoice(fixed={}).pick("kafka", last) == last


def test_a_taken_port_gives_way_to_a_free_one(taken: int) -> None:
    chosen = PortChoice(fixed={}, usual_first=False).pick("kafka", taken)
    assert chosen != taken
    assert port_is_free(chosen)


def test_a_listener_makes_a_port_taken_and_its_end_makes_it_free() -> None:
    port = any_free_port()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        assert not port_is_free(port)
        holder.listen()
        assert not port_is_free(port)
    assert port_is_free(port)


def test_every_address_stays_on_this_machine_and_leads_back_to_its_port() -> None:
    for name in COMPONENTS:
        assert "127.0.0.1" in address_of(name, 12345)
        assert port_of(address_of(name, 12345)) == 12345


def test_stack_json_holds_the_addresses_and_nothing_that_does_not_run(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    write_addresses(path, Addresses(mongo=address_of("mongo", 2), kafka=address_of("kafka", 1)))
    assert json.loads(path.read_text()) == {
        "kafka": "127.0.0.1:1",
        "mongo": "mongodb://127.0.0.1:2/?replicaSet=rs0",
    }
    assert read_addresses(path).kafka == "127.0.0.1:1"


@pytest.mark.parametrize("text", ["{", "[]", '{"pg": "x"}'])
def test_a_damaged_stack_json_names_the_fix(tmp_path: Path, text: str) -> None:
    path = tmp_path / "stack.json"
    path.write_text(text)
    with pytest.raises(StackError, match="newsloom down"):
        read_addresses(path)


def test_a_service_is_told_its_port_its_backends_and_the_public_address_of_feeds(tmp_path: Path) -> None:
    addresses = Addresses(kafka="127.0.0.1:1", mongo="mongodb://x", feeds="http://127.0.0.1:4")
    home = Home(root=tmp_path)
    told = service_environment("ingest", home=home, addresses=addresses, port=9, base={"LOG_LEVEL": "DEBUG"})
    expected = {
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "MONGO_URL": "mongodb://x",
        "LOG_LEVEL": "DEBUG",
        "INGEST_HOST": "127.0.0.1",
        "INGEST_PORT": "9",
        "INGEST_KEYS_FILE": str(home.keys_file),
        "INGEST_FEEDS_URL": "http://127.0.0.1:4",
        "PUBLISH_FEEDS_URL": "http://127.0.0.1:4",
        "FEEDS_PUBLIC_URL": "http://127.0.0.1:4",
    }
    assert expected.items() <= told.items()


def test_a_service_without_its_backends_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="kafka is not running"):
        service_environment("ingest", home=Home(root=tmp_path), addresses=Addresses(), port=9, base={})
