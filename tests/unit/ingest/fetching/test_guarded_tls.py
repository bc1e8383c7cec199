"""TLS of the guarded fetcher: it connects to a checked address, and the certificate must be the name's."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ingest.fetching.allowed_origins import Origin
from ingest.fetching.guarded_fetcher import GuardedFetcher
from ingest.fetching.port import FetchFailed
from tests.factories import MOMENT

HOST = "paper.example"


def certificate(folder: Path, host: str) -> Path:
    """A certificate that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MOMENT - timedelta(days=3650))
        .not_valid_after(MOMENT + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    file = folder / f"{host}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return file


@asynccontextmanager
async def serving(pem: Path) -> AsyncIterator[tuple[int, list[str | None]]]:
    """A server with this certificate, and the names that clients asked it for."""
    names: list[str | None] = []
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(pem)
    tls.sni_callback = lambda _socket, name, _context: names.append(name)

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1], names
    finally:
        server.close()


def fetcher(port: int, trusted: Path) -> GuardedFetcher:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    return GuardedFetcher(
        allowed=lambda: {Origin("https", HOST, port)},
        agent="newsloom/test",
        inside={HOST},
        resolve=resolve,
        tls=ssl.create_default_context(cafile=str(trusted)),
    )


async def test_the_certificate_is_asked_for_and_checked_by_the_name(tmp_path: Path) -> None:
    pem = certificate(tmp_path, HOST)
    async with serving(pem) as (port, names):
        answer = await fetcher(port, pem).get(f"https://{HOST}:{port}/feed")
    assert (answer.status, names) == (200, [HOST])


@pytest.mark.parametrize(("shown", "trusted"), [("other.example", "other.example"), (HOST, "other.example")])
async def test_a_certificate_of_another_name_or_of_nobody_is_not_taken(
    tmp_path: Path, shown: str, trusted: str
) -> None:
    pem = certificate(tmp_path, shown)
    async with serving(pem) as (port, _):
        with pytest.raises(FetchFailed, match="cannot be reached"):
            await fetcher(port, pem if trusted == shown else certificate(tmp_path, trusted)).get(
                f"https://{HOST}:{port}/feed"
            )
