"""Settings of ingest, read from INGEST_* variables."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from ingest.door.tokens import Algorithm
from newsloom_runtime.keys_file import DEVELOPMENT_KEY, EVERY_SOURCE, parse_keys, read_keys
from newsloom_runtime.settings import Listed, ServiceSettings, StoreSettings

Role = Literal["front-door", "inbox", "register", "import"]


class Settings(ServiceSettings, StoreSettings):
    """Where ingest listens, whose keys it takes, and what it bears."""

    model_config = SettingsConfigDict(env_prefix="INGEST_")

    port: int = 8001
    feeds_url: str = "http://127.0.0.1:8000"
    keys_file: Path | None = None
    keys: SecretStr | None = None
    sources_file: Path | None = None
    max_body_bytes: int = 1024 * 1024
    body_timeout_s: float = 10.0
    max_in_flight: int = 2048
    max_in_flight_bytes: int = 64 * 1024 * 1024
    rate: float = Field(
        default=2_000, gt=0, description="requests a second of one credential that has no rate of its own"
    )
    burst: float = Field(default=4_000, ge=1, description="and how many of them at once after a rest")
    jwt_issuer: str | None = None
    jwt_audience: str | None = None
    jwt_algorithm: Algorithm | None = Field(default=None, description="the one that is taken; asymmetric")
    jwt_jwks_url: str | None = None
    jwt_jwks_file: Path | None = None
    audit_file: str = Field(
        default="-", description="a line for each decision goes here: a path, - for standard output, or off"
    )
    workers: int = Field(default=2, ge=1, le=64, description="processes that read and clean long texts")
    fetch_inside: Listed[str] = Field(
        default=(),
        description="registered hosts, by comma, that may lead into a private network when they are read",
    )
    fetch_contact: str = Field(
        default="",
        pattern=r"^[!-~]*$",
        description="address that sites see when they are read; that of feeds when empty",
    )
    roles: Listed[Role] = Field(
        default=("front-door", "inbox", "register", "import"),
        min_length=1,
        description="roles of this process, by comma",
    )

    def unsafe(self) -> Iterator[str]:
        """See ServiceSettings; and keys that were only made for one machine."""
        yield from super().unsafe()
        in_file = read_keys(self.keys_file) if self.keys_file else ()
        inline = parse_keys(self.keys.get_secret_value(), "INGEST_KEYS") if self.keys else ()
        for where, keys in (("INGEST_KEYS_FILE", in_file), ("INGEST_KEYS", inline)):
            if any(key.name == DEVELOPMENT_KEY and EVERY_SOURCE in key.sources for key in keys):
                yield f"take the key `{DEVELOPMENT_KEY}`, which may everything, out of {where}"
