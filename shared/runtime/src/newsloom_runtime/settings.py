"""Settings that every service has, read from the environment or, by `X_FILE`, from files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import quote, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from newsloom_runtime import fault_points
from newsloom_runtime.cluster import KafkaCluster, Mechanism, Protocol
from newsloom_runtime.production import unsafe_kafka, unsafe_mongo
from newsloom_runtime.settings_files import ValuesInFiles

ENVIRONMENT = "NEWSLOOM_ENVIRONMENT"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def by_comma(value: object) -> object:
    """Text as the list that it writes, `a, b` as a and b; anything else as it is."""
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


Item = TypeVar("Item")
# A setting that lists things: in the environment with commas between, in code a tuple.
Listed = Annotated[tuple[Item, ...], NoDecode, BeforeValidator(by_comma)]


class FiledSettings(BaseSettings):
    """Every setting X may come from the file that X_FILE names, for secrets that are mounted as files."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, ValuesInFiles(settings_cls)


class KafkaSettings(FiledSettings):
    """How to reach Kafka, by the same variables for services, jobs and the command line."""

    kafka_bootstrap_servers: str = Field(default="127.0.0.1:9092", validation_alias="KAFKA_BOOTSTRAP_SERVERS")
    kafka_security_protocol: Protocol = Field(default="PLAINTEXT", validation_alias="KAFKA_SECURITY_PROTOCOL")
    kafka_sasl_mechanism: Mechanism = Field(default="SCRAM-SHA-512", validation_alias="KAFKA_SASL_MECHANISM")
    kafka_sasl_username: str = Field(default="", validation_alias="KAFKA_SASL_USERNAME")
    kafka_sasl_password: SecretStr = Field(default=SecretStr(""), validation_alias="KAFKA_SASL_PASSWORD")
    kafka_ssl_cafile: Path | None = Field(default=None, validation_alias="KAFKA_SSL_CAFILE")
    kafka_ssl_certfile: Path | None = Field(default=None, validation_alias="KAFKA_SSL_CERTFILE")
    kafka_ssl_keyfile: Path | None = Field(default=None, validation_alias="KAFKA_SSL_KEYFILE")

    @property
    def kafka(self) -> KafkaCluster:
        """The cluster that these settings lead to."""
        return KafkaCluster(
            servers=self.kafka_bootstrap_servers,
            protocol=self.kafka_security_protocol,
            mechanism=self.kafka_sasl_mechanism,
            username=self.kafka_sasl_username,
            password=self.kafka_sasl_password.get_secret_value(),
            ca_file=self.kafka_ssl_cafile,
            certificate_file=self.kafka_ssl_certfile,
            key_file=self.kafka_ssl_keyfile,
        )

    @field_validator("kafka_ssl_cafile", "kafka_ssl_certfile", "kafka_ssl_keyfile", mode="before")
    @classmethod
    def _nothing_is_none(cls, value: object) -> object:
        return value or None

    @model_validator(mode="after")
    def _usable(self) -> Self:
        self.kafka.check()
        return self


class StoreSettings(FiledSettings):
    """How to reach MongoDB. Name and password stand apart from the address, so that it can be shown."""

    mongo_url: str = Field(default="mongodb://127.0.0.1:27017", validation_alias="MONGO_URL")
    mongo_username: str = Field(default="", validation_alias="MONGO_USERNAME")
    mongo_password: SecretStr = Field(default=SecretStr(""), validation_alias="MONGO_PASSWORD")
    mongo_driver: Literal["pymongo", "motor"] = Field(default="pymongo", validation_alias="MONGO_DRIVER")
    mongo_database: str = Field(default="newsloom", validation_alias="MONGO_DATABASE")

    @property
    def mongo(self) -> str:
        """The URL with name and password in it: for the driver alone, never for a message."""
        if not self.mongo_username:
            return self.mongo_url
        scheme, _, rest = self.mongo_url.partition("://")
        name, password = quote(self.mongo_username, ""), quote(self.mongo_password.get_secret_value(), "")
        return f"{scheme}://{name}:{password}@{rest}"

    @model_validator(mode="after")
    def _one_name_with_its_password(self) -> Self:
        if bool(self.mongo_username) != bool(self.mongo_password.get_secret_value()):
            raise ValueError("set MONGO_USERNAME and MONGO_PASSWORD_FILE, both or neither")
        if self.mongo_username and "@" in urlsplit(self.mongo_url).netloc:
            raise ValueError("take the user name out of MONGO_URL: MONGO_USERNAME names another one")
        return self


class ServiceSettings(KafkaSettings):
    """What a service needs to know before it starts. Subclasses set `env_prefix` and a default port."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)]
    environment: Literal["development", "production"] = Field(
        default="development",
        validation_alias=ENVIRONMENT,
        description="production: it refuses to start with settings that are only safe on one machine",
    )
    log_level: str = Field(default="INFO", validation_alias="LOG_LEVEL")
    shutdown_delay_s: float = Field(
        default=0,
        ge=0,
        le=300,
        validation_alias="SHUTDOWN_DELAY_S",
        description="seconds that a process told to stop serves on, not ready, until traffic goes elsewhere",
    )
    keep_alive_s: int = Field(
        default=75,
        ge=1,
        validation_alias="KEEP_ALIVE_S",
        description="seconds that an idle connection is kept: more than the load balancer in front keeps one",
    )
    fault_point: str = Field(
        default="",
        validation_alias=fault_points.ENVIRONMENT,
        description="for tests: where to fail on purpose, see newsloom_runtime.fault_points",
    )

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.environment == "production" and (problems := list(self.unsafe())):
            raise ValueError("; ".join(problems) + f" ({ENVIRONMENT} is production)")
        return self

    def unsafe(self) -> Iterator[str]:
        """What this service must not run with in production, a sentence with its fix each."""
        yield from unsafe_kafka(self.kafka)
        if isinstance(self, StoreSettings):
            yield from unsafe_mongo(self.mongo_url, username=self.mongo_username)
        if self.fault_point:
            yield f"take {fault_points.ENVIRONMENT} away: it makes the service fail on purpose"

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in LOG_LEVELS:
            raise ValueError(f"set LOG_LEVEL to one of {', '.join(LOG_LEVELS)}")
        return value.upper()

    @field_validator("fault_point")
    @classmethod
    def _known_faults(cls, value: str) -> str:
        fault_points.parse(value)
        return value
