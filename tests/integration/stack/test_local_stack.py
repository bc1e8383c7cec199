"""The local stack on the real thing: it keeps its data, survives crashes and leaves nothing behind."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from pymongo import MongoClient

from newsloom.stack import BACKENDS, Addresses, ExitCode, LocalStack, StackError
from newsloom.stack.addresses import USUAL_PORTS, any_free_port
from newsloom.stack.launch import is_healthy
from newsloom.stack.processes import MARK, ProcessTable
from tests.local_stack import own_stack, sweep_abandoned

ONLY = ",".join(BACKENDS)


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with own_stack() as stack:
        yield stack


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    LocalStack(tmp_path / "home").down()


@contextmanager
def newsloom(home: Path, *arguments: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process, ended with the block at the latest."""
    with subprocess.Popen(
        [sys.executable, "-m", "newsloom.main", *arguments],
        env={**os.environ, "NEWSLOOM_HOME": str(home), **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run_newsloom(home: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    with newsloom(home, *arguments, **more) as command:
        out, err = command.communicate(timeout=120)
    return command.returncode, out, err


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the awaited condition did not come"
        time.sleep(0.02)


def wait_for_stack(home: Path, launcher: subprocess.Popen[str]) -> None:
    wait_until(lambda: (home / "stack.json").exists() or launcher.poll() is not None)
    assert launcher.poll() is None, launcher.communicate()[1]


def pids(stack: LocalStack) -> dict[str, int | None]:
    return {status.name: status.pid for status in stack.status() if status.pid}


def marked(home: Path) -> list[int]:
    """Every process of this stack, found without its records."""
    identifier = home / "run" / "id"
    return carrying(identifier.read_text().strip()) if identifier.exists() else []


def carrying(mark: str) -> list[int]:
    processes = psutil.process_iter(["environ"])
    return [process.pid for process in processes if (process.info["environ"] or {}).get(MARK) == mark]


async def write_record(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=[bootstrap])
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=[bootstrap], acks="all") as producer:
        await producer.send_and_wait(topic, b"kept", partition=0)


async def read_record(bootstrap: str, topic: str) -> bytes | None:
    consumer = AIOKafkaConsumer(bootstrap_servers=[bootstrap], auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        record = await consumer.getone()
        value: bytes | None = record.value
        return value
    finally:
        await consumer.stop()


async def test_data_survive_down_and_up_even_on_other_ports(home: Path) -> None:
    stack = LocalStack(home, usual_ports=False)
    first = stack.up(BACKENDS)
    await write_record(first.need("kafka"), "kept")
    with MongoClient[dict[str, str]](first.need("mongo")) as client:
        client.keep.articles.insert_one({"_id": "kept"})
    stack.down()
    assert marked(home) == []

    again = stack.up(BACKENDS)
    assert again != first
    assert await read_record(again.need("kafka"), "kept") == b"kept"
    with MongoClient[dict[str, str]](again.need("mongo")) as client:
        assert client.keep.articles.find_one({"_id": "kept"}) is not None


def test_stack_json_tells_what_runs(stack: LocalStack) -> None:
    told = json.loads(stack.home.stack_file.read_text())
    assert set(told) == set(BACKENDS)
    assert all(is_healthy(name, address) for name, address in told.items())


def test_a_second_up_is_harmless(stack: LocalStack) -> None:
    before = pids(stack)
    code, out, err = run_newsloom(stack.home.root, "up", "--only", ONLY, "--json")
    assert (code, json.loads(out)) == (0, stack.addresses().as_dict())
    assert "already up" in err
    assert pids(stack) == before


def test_everything_listens_on_loopback_only(stack: LocalStack) -> None:
    for pid in marked(stack.home.root):
        listening = [
            connection.laddr.ip
            for connection in psutil.Process(pid).net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert listening
        assert all(address in ("127.0.0.1", "::ffff:127.0.0.1") for address in listening)


def test_the_key_is_made_once_and_is_private(stack: LocalStack) -> None:
    for path in (stack.home.dev_key_file, stack.home.keys_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    _, _, err = run_newsloom(stack.home.root, "up", "--only", ONLY, "--detach")
    assert "nl_dev_" not in err


@pytest.mark.parametrize("name", BACKENDS)
def test_a_killed_component_comes_back_at_its_address(stack: LocalStack, name: str) -> None:
    before, address = pids(stack), stack.addresses()
    assert stack.kill(name) == address
    after = pids(stack)
    assert after[name] != before[name]
    assert [status.state for status in stack.status() if status.pid] == ["up", "up"]


def test_an_outage_lasts_until_restart(stack: LocalStack) -> None:
    stack.kill("mongo", start_again=False)
    assert run_newsloom(stack.home.root, "status")[0] == ExitCode.NOT_RUNNING
    address = stack.addresses()
    assert stack.restart("mongo") == address
    assert run_newsloom(stack.home.root, "status")[0] == 0


def test_up_after_an_outage_starts_only_what_is_missing(stack: LocalStack) -> None:
    before = pids(stack)
    stack.kill("mongo", start_again=False)
    stack.up(BACKENDS)
    assert pids(stack)["kafka"] == before["kafka"]
    assert pids(stack)["mongo"] != before["mongo"]


def test_the_doctor_has_nothing_against_a_healthy_stack(stack: LocalStack) -> None:
    code, out, _ = run_newsloom(stack.home.root, "doctor", "--json")
    problems = [check for check in json.loads(out) if check["level"] == "problem"]
    assert (code, problems) == (0, [])


def test_after_a_crash_of_the_launcher_down_stops_everything(home: Path) -> None:
    with newsloom(home, "up", "--only", ONLY) as launcher:
        wait_for_stack(home, launcher)
        launcher.kill()
    assert len(marked(home)) == 2
    assert run_newsloom(home, "down")[0] == 0
    assert marked(home) == []
    assert not (home / "stack.json").exists()


def test_after_a_crash_of_the_launcher_up_adopts_what_runs(home: Path) -> None:
    with newsloom(home, "up", "--only", ONLY) as launcher:
        wait_for_stack(home, launcher)
        launcher.kill()
    before = marked(home)
    assert run_newsloom(home, "up", "--only", ONLY, "--detach")[0] == 0
    assert marked(home) == before


def test_a_launcher_killed_while_it_starts_leaves_nothing_that_down_misses(home: Path) -> None:
    with newsloom(home, "up", "--only", ONLY) as launcher:
        wait_until(lambda: len(marked(home)) > 0)
        launcher.kill()
    for record in (home / "run").glob("*.json"):
        record.unlink()  # as if it had died before it could write them
    assert run_newsloom(home, "down")[0] == 0
    assert marked(home) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stack_in_the_foreground_stops_with_its_command(home: Path, number: signal.Signals) -> None:
    with newsloom(home, "up", "--only", "mongo") as launcher:
        wait_for_stack(home, launcher)
        assert launcher.stderr is not None
        told = iter(launcher.stderr.readline, "")
        assert any("Ctrl-C stops it" in line for line in told)
        launcher.send_signal(number)
        assert launcher.wait(60) == 0
    assert marked(home) == []


def test_a_foreground_command_stops_only_what_it_started(home: Path) -> None:
    LocalStack(home, usual_ports=False).up(["mongo"])
    before = marked(home)
    with newsloom(home, "up", "--only", ONLY) as launcher:
        wait_until(lambda: len(json.loads((home / "stack.json").read_text())) == 2)
        launcher.send_signal(signal.SIGINT)
        assert launcher.wait(60) == 0
    assert marked(home) == before
    assert list(json.loads((home / "stack.json").read_text())) == ["mongo"]


def test_a_usual_port_that_is_taken_is_replaced_by_a_free_one(home: Path) -> None:
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind(("127.0.0.1", USUAL_PORTS["mongo"]))
            holder.listen()
        except OSError:
            pass  # another program holds it, which serves as well
        address = LocalStack(home).up(["mongo"]).need("mongo")
    assert f":{USUAL_PORTS['mongo']}/" not in address
    assert is_healthy("mongo", address)


class LatePorts:
    """Picks a port that another program takes before it is used, and then free ones."""

    fixed: Mapping[str, int] = MappingProxyType({})

    def __init__(self, taken: int) -> None:
        self._picks = iter([taken])

    def pick(self, name: str, last: int | None = None) -> int:
        return next(self._picks, 0) or any_free_port()


def test_a_port_taken_between_its_choice_and_its_use_is_chosen_again(home: Path) -> None:
    stack = LocalStack(home)
    with socket.socket() as holder:  # bound, but it answers nobody
        holder.bind(("127.0.0.1", 0))
        taken = holder.getsockname()[1]
        stack._ports = LatePorts(taken)  # type: ignore[assignment] # a fake choice
        try:
            address = stack.up(["mongo"]).need("mongo")
        finally:
            stack.down()
    assert str(taken) not in address


def test_a_fixed_port_that_is_taken_ends_the_command_with_its_own_code(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        code, _, err = run_newsloom(home, "up", "--only", "mongo", "--port", f"mongo={taken}")
    assert code == ExitCode.PORT_TAKEN
    assert f"leave out `--port mongo={taken}`" in err
    assert marked(home) == []


def test_a_component_that_cannot_start_shows_its_log_and_takes_the_others_along(home: Path) -> None:
    (home / "data" / "mongo" / "mongod.lock").mkdir(parents=True)  # where mongod needs a file
    with pytest.raises(StackError, match="last log lines") as caught:
        LocalStack(home, usual_ports=False).up(BACKENDS)
    assert caught.value.code == ExitCode.UNHEALTHY
    assert marked(home) == []
    assert LocalStack(home).addresses() == Addresses()


def test_a_service_that_cannot_start_shows_its_log_and_takes_the_others_along(home: Path) -> None:
    crippled = {**os.environ, "PYTHONHOME": str(home / "nowhere")}
    with pytest.raises(StackError, match=r"(?s)feeds did not start.*encodings") as caught:
        LocalStack(home, usual_ports=False, environment=crippled).up([*BACKENDS, "feeds"])
    assert caught.value.code == ExitCode.UNHEALTHY
    assert marked(home) == []


def test_without_a_network_the_first_fetch_says_so(home: Path, tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    code, _, err = run_newsloom(
        home,
        "up",
        "--only",
        "kafka",
        NEWSLOOM_CACHE=str(tmp_path / "cache"),
        HTTPS_PROXY=nowhere,
        https_proxy=nowhere,
        KAFKA_HOME="",
    )
    assert code == ExitCode.NO_NETWORK
    assert "cached afterwards" in err
    assert marked(home) == []


def test_a_stale_record_of_a_recycled_pid_is_neither_killed_nor_believed(home: Path) -> None:
    stack = LocalStack(home, usual_ports=False)
    stack.up(["mongo"])
    record = json.loads((home / "run" / "mongo.json").read_text())
    stack.down()
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as stranger:
        try:
            (home / "run" / "mongo.json").write_text(json.dumps({**record, "pid": stranger.pid}))
            assert ProcessTable(stack.home).alive("mongo") is None
            stack.up(["mongo"])
            stack.down()
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_the_stack_of_a_killed_test_session_is_swept_by_the_next() -> None:
    session = (
        "from tests.local_stack import own_stack\n"
        "with own_stack('mongo') as stack: print(stack.home.root, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", session], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout is not None
        home = Path(killed.stdout.readline().strip())
        killed.kill()
    assert len(marked(home)) == 1
    mark = (home / "run" / "id").read_text().strip()
    sweep_abandoned()
    assert not home.exists()
    assert carrying(mark) == []
