"""What a service refuses to start with when NEWSLOOM_ENVIRONMENT says production."""

import ipaddress
import sys
from collections.abc import Iterator, Mapping
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from newsloom_runtime.cluster import KafkaCluster, server_list

WRONG_SETTINGS = 2
# Options of MongoDB's address that make TLS keep out nobody who stands in between.
_UNCHECKED = ("tlsinsecure", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames")
Settings = TypeVar("Settings", bound=BaseSettings)


def is_loopback(host: str) -> bool:
    """Whether only this machine gets to that host."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def unsafe_kafka(cluster: KafkaCluster) -> Iterator[str]:
    """What is wrong with a connection that leaves this machine, a sentence with its fix each."""
    hosts = [server.rpartition(":")[0] for server in server_list(cluster)]
    if all(map(is_loopback, hosts)):
        return
    if not cluster.encrypted:
        yield f"Kafka is reached by {cluster.protocol}; set KAFKA_SECURITY_PROTOCOL=SASL_SSL"
    if not (cluster.with_password or cluster.certificate_file):
        yield "Kafka does not learn who we are; set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD_FILE"


def unsafe_mongo(url: str, *, username: str) -> Iterator[str]:
    """The same for MongoDB."""
    parts = urlsplit(url)
    name, at, hosts = parts.netloc.rpartition("@")
    if all(is_loopback(host.rpartition(":")[0] or host) for host in hosts.split(",")):
        return
    options = {
        option.lower(): value for option, value in parse_qsl(parts.query)
    }  # the driver ignores case, too
    if not (username or (at and name) or options.get("authmechanism") == "MONGODB-X509"):
        yield "MongoDB does not learn who we are; set MONGO_USERNAME and MONGO_PASSWORD_FILE"
    if not _encrypted(parts.scheme, options):
        yield "MongoDB is reached without TLS; add tls=true (and tlsCAFile=...) to MONGO_URL"
    elif any(options.get(option) == "true" for option in _UNCHECKED):
        yield "nobody checks that MongoDB is who answers; take tlsInsecure, tlsAllow... out of MONGO_URL"


def _encrypted(scheme: str, options: Mapping[str, str]) -> bool:
    usual = "true" if scheme == "mongodb+srv" else "false"
    return options.get("tls", options.get("ssl", usual)) == "true"


def read_settings(kind: type[Settings], service: str) -> Settings:
    """The settings of a program, or its end with exit code 2 and a line for each thing to correct."""
    try:
        return kind()
    except ValidationError as error:
        lines = [_line(service, kind, each) for each in error.errors(include_input=False, include_url=False)]
    except ValueError as error:
        lines = [f"{service}: {error}"]
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.exit(WRONG_SETTINGS)


def _line(service: str, kind: type[BaseSettings], error: object) -> str:
    assert isinstance(error, dict)  # noqa: S101 - what pydantic documents
    said = str(error["msg"]).removeprefix("Value error, ")
    name = ".".join(map(str, error["loc"]))
    if not name:
        return f"{service}: {said}"
    prefix = kind.model_config.get("env_prefix", "")
    return f"{service}: correct {name if name.isupper() else f'{prefix}{name}'.upper()}: {said}"
