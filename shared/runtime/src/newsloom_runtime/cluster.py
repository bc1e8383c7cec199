"""Which Kafka is spoken to, as whom, and why it does not answer."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from aiokafka.conn import create_conn
from aiokafka.errors import AuthenticationFailedError, IllegalSaslStateError, KafkaError
from aiokafka.errors import SaslAuthenticationFailed as PasswordRefused
from aiokafka.errors import UnsupportedSaslMechanismError as OtherMechanism
from aiokafka.protocol.metadata import MetadataRequest
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]

ASKED_WITHIN_MS = 3_000
_SECURITY: dict[Mechanism, type[SASLPlaintext | SASLScram256 | SASLScram512]] = {
    "SCRAM-SHA-512": SASLScram512,
    "SCRAM-SHA-256": SASLScram256,
    "PLAIN": SASLPlaintext,
}


class ClusterMisconfigured(ValueError):
    """The settings of the connection contradict each other, or a file of theirs cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaCluster:
    """The addresses `host:port,host:port`, and how a client makes itself known. Shown as the addresses."""

    servers: str
    protocol: Protocol = "PLAINTEXT"
    mechanism: Mechanism = "SCRAM-SHA-512"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    def __str__(self) -> str:
        return self.servers

    @property
    def encrypted(self) -> bool:
        return self.protocol.endswith("SSL")

    @property
    def with_password(self) -> bool:
        return self.protocol.startswith("SASL_")

    def check(self) -> None:
        """Raise ClusterMisconfigured, which names the variable to set, unless clients can be made of it."""
        if problem := next(self._contradictions(), None):
            raise ClusterMisconfigured(problem)
        self.ssl_context()

    def _contradictions(self) -> Iterator[str]:
        files = (self.ca_file, self.certificate_file, self.key_file)
        if self.with_password and not (self.username and self.password):
            yield f"set KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD_FILE, which {self.protocol} needs"
        if not self.with_password and (self.username or self.password):
            yield f"set KAFKA_SECURITY_PROTOCOL to SASL_SSL: {self.protocol} sends no user name or password"
        if not self.encrypted and any(files):
            yield f"set KAFKA_SECURITY_PROTOCOL to SASL_SSL or SSL: {self.protocol} uses no certificates"
        if self.key_file and not self.certificate_file:
            yield "set KAFKA_SSL_CERTFILE to the certificate that KAFKA_SSL_KEYFILE belongs to"

    def ssl_context(self) -> ssl.SSLContext | None:
        """None without encryption. The files are read anew each time, so that they can be renewed."""
        if not self.encrypted:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ClusterMisconfigured(_unusable("KAFKA_SSL_CAFILE", self.ca_file, error)) from None
        if self.certificate_file:
            try:
                context.load_cert_chain(self.certificate_file, self.key_file)
            except (OSError, ssl.SSLError) as error:
                named = "KAFKA_SSL_CERTFILE or KAFKA_SSL_KEYFILE"
                raise ClusterMisconfigured(_unusable(named, self.certificate_file, error)) from None
        return context

    def security(self) -> BaseSecurity | None:
        """The same for FastStream."""
        if self.protocol == "PLAINTEXT":
            return None
        context = self.ssl_context()
        if not self.with_password:
            return BaseSecurity(ssl_context=context)
        return _SECURITY[self.mechanism](
            username=self.username, password=self.password, ssl_context=context, use_ssl=self.encrypted
        )


Cluster = KafkaCluster | str  # text: addresses of a Kafka that asks nobody who they are


def _unusable(variable: str, path: Path | None, error: OSError) -> str:
    why = error.strerror or type(error).__name__  # an error of ssl names no file
    return f"correct {variable}: {path} cannot be used ({why})"


def server_list(cluster: Cluster) -> list[str]:
    """`host:port,host:port` as a list; the client library would take the string for one address."""
    return list(filter(None, map(str.strip, str(cluster).split(","))))


def client_options(cluster: Cluster) -> dict[str, Any]:
    """Where to connect and how to make oneself known, for every client of aiokafka."""
    return {"bootstrap_servers": server_list(cluster), **_identity(cluster)}


def security_of(cluster: Cluster) -> BaseSecurity | None:
    """How to make oneself known, for FastStream."""
    return None if isinstance(cluster, str) else cluster.security()


def _identity(cluster: Cluster) -> dict[str, Any]:
    if isinstance(cluster, str):
        return {}
    named = {
        "sasl_mechanism": cluster.mechanism,
        "sasl_plain_username": cluster.username,
        "sasl_plain_password": cluster.password,
    }
    return {
        "security_protocol": cluster.protocol,
        "ssl_context": cluster.ssl_context(),
        **(named if cluster.with_password else {}),
    }


async def why_away(cluster: Cluster) -> str:
    """Why no client gets through to Kafka, with the fix: the library itself tells it only to its log."""
    reason = f"no connection to Kafka at {cluster}; is it running?"
    for server in server_list(cluster):
        host, _, port = server.rpartition(":")
        try:
            identity = _identity(cluster)
            connection = await create_conn(
                host.strip("[]"), int(port), request_timeout_ms=ASKED_WITHIN_MS, **identity
            )
            await connection.send(MetadataRequest([]))  # only here it matters who asks
        except (TimeoutError, OSError, KafkaError, ValueError) as error:
            reason = _explained(error, cluster, server) or reason
        else:
            connection.close()
            return f"Kafka at {server} answers only now; trying again"
    return reason


def _explained(error: Exception, cluster: Cluster, server: str) -> str | None:
    match error:
        case PasswordRefused() | AuthenticationFailedError():
            return (
                f"Kafka at {server} refuses the password; correct KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD"
            )
        case OtherMechanism() | IllegalSaslStateError():
            return f"Kafka at {server} wants another KAFKA_SASL_MECHANISM or KAFKA_SECURITY_PROTOCOL"
        case ssl.SSLCertVerificationError():
            why = error.verify_message
            return f"the certificate of Kafka at {server} is not trusted ({why}); correct KAFKA_SSL_CAFILE"
        case ssl.SSLError():
            return f"Kafka at {server} speaks no TLS as we do; correct KAFKA_SECURITY_PROTOCOL"
        case ClusterMisconfigured():
            return str(error)
        case KafkaError():
            protocol = cluster.protocol if isinstance(cluster, KafkaCluster) else "PLAINTEXT"
            return f"Kafka at {server} hangs up on {protocol}; correct KAFKA_SECURITY_PROTOCOL"
        case _:
            return None
