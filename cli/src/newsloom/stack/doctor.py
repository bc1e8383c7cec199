"""What `newsloom doctor` looks at: everything that a start needs, and what an earlier run may have left."""

import platform
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from newsloom.stack.addresses import COMPONENTS, USUAL_PORTS, port_is_free
from newsloom.stack.errors import StackError
from newsloom.stack.jars import KAFKA_VERSION, KafkaJars
from newsloom.stack.java import find_java, java_version
from newsloom.stack.local import LocalStack, check_free_space
from newsloom.stack.mongod import find_mongod, mongod_version

Level = Literal["ok", "note", "problem"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One finding. A note needs no action; a problem does, and `fix` names it."""

    name: str
    level: Level
    detail: str
    fix: str = ""


def examine(stack: LocalStack, jars: KafkaJars) -> list[Check]:
    """Every check, in the order in which a start would meet them."""
    return [
        check_platform(platform.system(), platform.machine()),
        _tried("java", _java),
        _check_jars(jars),
        _tried("mongod", lambda: _mongod(jars.cache)),
        _tried("disk", lambda: _disk(stack.home.root)),
        check_ports(stack),
        check_permissions((stack.home.dev_key_file, stack.home.keys_file, stack.home.canary_key_file)),
        _check_leftovers(stack),
        check_health(stack),
    ]


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name=name, level="ok", detail=look())
    except StackError as error:
        return Check(name=name, level="problem", detail=error.what, fix=error.fix)


def check_platform(system: str, machine: str) -> Check:
    """Linux and macOS can run the stack; only for Linux on x86-64 is a mongod packaged."""
    detail = f"{system} {machine}"
    if system in ("Linux", "Darwin"):
        return Check(name="platform", level="ok", detail=detail)
    return Check(name="platform", level="problem", detail=detail, fix="use `docker compose up` instead")


def _java() -> str:
    java = find_java()
    return f"{java} (version {java_version(java)})"


def _mongod(cache: Path) -> str:
    mongod = find_mongod(cache)
    return f"{mongod} (version {mongod_version(mongod)})"


def _disk(folder: Path) -> str:
    check_free_space(folder)
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return f"{shutil.disk_usage(existing).free // 1024**3} GiB free at {existing}"


def _check_jars(jars: KafkaJars) -> Check:
    if jars.present():
        return Check(name="kafka jars", level="ok", detail=str(jars.folder))
    detail = f"Kafka {KAFKA_VERSION} is not in {jars.folder}; the first `newsloom up` fetches about 46 MB"
    return Check(name="kafka jars", level="note", detail=detail)


def check_ports(stack: LocalStack) -> Check:
    """A usual port that someone else holds is no problem: a free one is taken instead."""
    ours = {status.name for status in stack.status() if status.pid}
    taken = [name for name in COMPONENTS if name not in ours and not port_is_free(USUAL_PORTS[name])]
    if not taken:
        return Check(name="ports", level="ok", detail="the usual ports are ours or free")
    listed = ", ".join(f"{USUAL_PORTS[name]} ({name})" for name in taken)
    return Check(
        name="ports", level="note", detail=f"taken by other programs: {listed}; free ones will be used"
    )


def check_permissions(secret_files: Iterable[Path]) -> Check:
    """Keys must be readable by their owner only."""
    wide = [path for path in secret_files if path.exists() and path.stat().st_mode & 0o077]
    if not wide:
        return Check(name="permissions", level="ok", detail="the key files are private")
    listed = " ".join(str(path) for path in wide)
    return Check(
        name="permissions", level="problem", detail=f"others may read {listed}", fix=f"chmod 600 {listed}"
    )


def _check_leftovers(stack: LocalStack) -> Check:
    pids = stack.leftovers()
    if not pids:
        return Check(name="leftovers", level="ok", detail="none")
    listed = ", ".join(str(pid) for pid in pids)
    return Check(
        name="leftovers",
        level="problem",
        detail=f"processes of an earlier run still live: {listed}",
        fix="newsloom down",
    )


def check_health(stack: LocalStack) -> Check:
    """What was started must be healthy; a stack that was not started is no problem."""
    expected = [status for status in stack.status() if status.state != "off"]
    ill = [f"{status.name} is {status.state} ({status.log})" for status in expected if status.state != "up"]
    if not expected:
        return Check(name="stack", level="note", detail="not started")
    if ill:
        return Check(name="stack", level="problem", detail="; ".join(ill), fix="newsloom up")
    return Check(name="stack", level="ok", detail="all up: " + ", ".join(status.name for status in expected))
