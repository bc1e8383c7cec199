"""A whole newsroom behind locks: Kafka by TLS and password, MongoDB with roles, and four services.

It is made as docs/security.md tells operators to: by the scripts and jobs of deploy/, from files.
"""

import asyncio
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from aiokafka.errors import KafkaError

from newsloom.stack.addresses import BACKENDS, HOST, SERVICES, Addresses, address_of, any_free_port
from newsloom.stack.home import Home
from newsloom.stack.java import find_java
from newsloom.stack.kafka import HEAP, LOGGING
from newsloom.stack.keys import ensure_dev_key
from newsloom.stack.launch import JAVA_OPTIONS
from newsloom.stack.local import LocalStack
from newsloom.stack.mongo import initiate_replica_set, mongo_answers, mongod_command
from newsloom.stack.mongod import find_mongod
from newsloom.stack.processes import ProcessTable
from newsloom.stack.services import service_command, service_environment, service_is_ready
from newsloom_runtime.cluster import KafkaCluster, why_away
from newsloom_runtime.topics import TopicsFailed, check_topics
from newsloom_schemas.access import PRINCIPALS
from newsloom_store.access import ROLES
from tests.eventually import eventually
from tests.local_stack import family, owner, sweep_abandoned

ROOT = Path(__file__).parents[2]
SOURCE = "agency"
SOURCES = f"[{SOURCE}]\ninbox = true\n"
STARTED_WITHIN_S = 90.0


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """Where its parts are, and the files that let each user in."""

    home: Home
    table: ProcessTable
    jars: str
    ports: Mapping[str, int] = field(default_factory=lambda: free_ports())

    @property
    def servers(self) -> str:
        return f"{HOST}:{self.ports['kafka']}"

    @property
    def mongo(self) -> str:
        return f"mongodb://{HOST}:{self.ports['mongo']}/?replicaSet=rs0"

    @property
    def certificates(self) -> Path:
        return self.home.root / "certificates"

    def password_file(self, where: str, user: str) -> Path:
        return self.home.root / f"passwords-{where}" / f"{user}.password"

    def password(self, where: str, user: str) -> str:
        return self.password_file(where, user).read_text().strip()

    def cluster(self, user: str) -> KafkaCluster:
        """Kafka as this user meets it."""
        return KafkaCluster(
            servers=self.servers,
            protocol="SASL_SSL",
            username=user,
            password=self.password("kafka", user),
            ca_file=self.certificates / "ca.crt",
        )

    def kafka_variables(self, user: str) -> dict[str, str]:
        """What a program needs to be this user of Kafka."""
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.servers,
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_USERNAME": user,
            "KAFKA_SASL_PASSWORD_FILE": str(self.password_file("kafka", user)),
            "KAFKA_SSL_CAFILE": str(self.certificates / "ca.crt"),
        }

    def mongo_variables(self, user: str) -> dict[str, str]:
        """What a program needs to be this user of MongoDB."""
        return {
            "MONGO_URL": self.mongo,
            "MONGO_USERNAME": user,
            "MONGO_PASSWORD_FILE": str(self.password_file("mongo", user)),
        }

    def url(self, service: str) -> str:
        return address_of(service, self.ports[service])

    def key(self) -> str:
        return self.home.dev_key_file.read_text().strip()

    def job(self, *arguments: str, user: str = "admin") -> str:
        """Run a Python module as this user of Kafka; what it printed. It must succeed."""
        environment = {**os.environ, **self.kafka_variables(user)}
        environment["INGEST_SOURCES_FILE"] = str(self.home.sources_file)
        done = subprocess.run(
            [sys.executable, "-m", *arguments], env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def secured_newsroom(services: Sequence[str] = SERVICES) -> Iterator[Newsroom]:
    """Started, granted, and healthy; gone afterwards."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed; apt install openssl")
    sweep_abandoned()
    home = Home(root=family() / f"{owner(psutil.Process())}-{os.urandom(4).hex()}")
    home.prepare()
    jars = LocalStack(home.root).jars
    newsroom = Newsroom(home=home, table=ProcessTable(home), jars=jars.ensure())
    try:
        _make_files(newsroom)
        _start_kafka(newsroom)
        _start_mongod(newsroom)
        asyncio.run(_kafka_answers(newsroom))
        told = newsroom.job(
            "newsloom_runtime.topics_job", "--acls", "--users", str(home.root / "passwords-kafka")
        )
        assert "granted: enrich may Write Topic articles-enriched" in told
        for service in services:
            _start_service(newsroom, service)
        asyncio.run(_ready(newsroom, services))
        yield newsroom
    finally:
        newsroom.table.stop(SERVICES, grace=20)
        newsroom.table.stop(BACKENDS, grace=20)
        shutil.rmtree(home.root, ignore_errors=True)


def free_ports() -> Mapping[str, int]:
    names = ("kafka", "internal", "controller", "mongo", *SERVICES)
    ports: dict[str, int] = {}
    while len(ports) < len(names):
        port = any_free_port()
        if port not in ports.values():
            ports[names[len(ports)]] = port
    return ports


def _make_files(newsroom: Newsroom) -> None:
    root = newsroom.home.root
    _script("deploy/kafka/new-certificates.sh", str(newsroom.certificates), HOST, "localhost")
    _script("deploy/new-passwords.sh", str(root / "passwords-kafka"), "admin", *PRINCIPALS, f"inbox-{SOURCE}")
    _script("deploy/new-passwords.sh", str(root / "passwords-mongo"), "admin", *ROLES)
    newsroom.home.sources_file.write_text(SOURCES)
    ensure_dev_key(newsroom.home)
    key_file = root / "mongo.key"
    key_file.write_text(secrets.token_hex(64))
    key_file.chmod(0o600)


def _script(name: str, *arguments: str) -> None:
    done = subprocess.run(["sh", str(ROOT / name), *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def _start_kafka(newsroom: Newsroom) -> None:
    """The settings of deploy/kafka, filled in; its administrator is made with the data folder."""
    home = newsroom.home
    values = {
        "HOST": HOST,
        "PORT": newsroom.ports["kafka"],
        "INTERNAL_PORT": newsroom.ports["internal"],
        "CONTROLLER_PORT": newsroom.ports["controller"],
        "DATA": home.data / "kafka",
        "CERTIFICATES": newsroom.certificates,
        "COPIES": 1,
        "COPIES_IN_SYNC": 1,
    }
    text = (ROOT / "deploy/kafka/server.properties").read_text()
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", str(value))
    settings = home.run / "kafka.properties"
    settings.write_text(text)
    java = [str(find_java()), *HEAP, *LOGGING, "-cp", newsroom.jars]
    admin = f"SCRAM-SHA-512=[name=admin,password={newsroom.password('kafka', 'admin')}]"
    cluster = "c2VjdXJlZC1uZXdzcm9vbQ"
    form = [*java, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(settings), "-S", admin]
    done = subprocess.run(form, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    bare = {key: value for key, value in os.environ.items() if key not in JAVA_OPTIONS}
    command = [*java, "kafka.Kafka", str(settings)]
    newsroom.table.spawn("kafka", command, port=newsroom.ports["kafka"], environment=bare)


def _start_mongod(newsroom: Newsroom) -> None:
    port, home = newsroom.ports["mongo"], newsroom.home
    mongod = find_mongod(LocalStack(home.root).jars.cache)
    command = mongod_command(home, mongod, port=port, environment={})
    command += ["--auth", "--keyFile", str(home.root / "mongo.key")]
    newsroom.table.spawn("mongo", command, port=port, environment=os.environ)
    asyncio.run(eventually(lambda: mongo_answers(newsroom.mongo), within=STARTED_WITHIN_S, what="mongod"))
    initiate_replica_set(newsroom.mongo)
    folder = str(home.root / "passwords-mongo")
    newsroom.job("newsloom_store.users", newsroom.mongo, "--passwords", folder)


async def _kafka_answers(newsroom: Newsroom) -> None:
    async def answers() -> bool:
        try:
            await check_topics(newsroom.cluster("admin"), topics=())
        except (TopicsFailed, KafkaError):
            return False
        return True

    try:
        await eventually(answers, within=STARTED_WITHIN_S, what="Kafka", every=0.2)
    except AssertionError:
        raise AssertionError(await why_away(newsroom.cluster("admin"))) from None


def _start_service(newsroom: Newsroom, service: str) -> None:
    urls = {name: newsroom.url(name) for name in SERVICES}
    addresses = Addresses(kafka=newsroom.servers, mongo=newsroom.mongo, **urls)
    environment = service_environment(
        service, home=newsroom.home, addresses=addresses, port=newsroom.ports[service], base=os.environ
    )
    environment |= newsroom.kafka_variables(service) | newsroom.mongo_variables(service)
    environment |= {"ENRICH_LANGUAGE_WORK": "off", "ENRICH_WORKERS": "1", "ENRICH_TRANSLATE_ENGINES": ""}
    environment |= {"INGEST_WORKERS": "1"}
    port = newsroom.ports[service]
    newsroom.table.spawn(service, service_command(service), port=port, environment=environment)


async def _ready(newsroom: Newsroom, services: Sequence[str]) -> None:
    for service in services:
        try:
            await eventually(
                lambda: _up(newsroom, service),  # noqa: B023
                within=STARTED_WITHIN_S,
                what=f"{service} is ready",
                every=0.1,
            )
        except AssertionError as error:
            tail = newsroom.home.log_file(service).read_text(errors="replace")[-3000:]
            raise AssertionError(f"{error}\n{tail}") from None


async def _up(newsroom: Newsroom, service: str) -> bool:
    if not newsroom.table.alive(service):
        raise AssertionError(f"{service} ended by itself")
    return await asyncio.to_thread(service_is_ready, newsroom.url(service))
