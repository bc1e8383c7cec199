"""Settings that every service has, read from the environment."""

from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from newsloom_runtime import fault_points

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def by_comma(value: object) -> object:
    """Text as the list that it writes, `a, b` as a and b; anything else as it is."""
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


Item = TypeVar("Item")
# A setting that lists things: in the environment with commas between, in code a tuple.
Listed = Annotated[tuple[Item, ...], NoDecode, BeforeValidator(by_comma)]


class ServiceSettings(BaseSettings):
    """What a service needs to know before it starts. Subclasses set `env_prefix` and a default port."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)]
    kafka_bootstrap_servers: str = Field(default="127.0.0.1:9092", validation_alias="KAFKA_BOOTSTRAP_SERVERS")
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


def server_list(bootstrap: str) -> list[str]:
    """`host:port,host:port` as a list; the client library would take the string for one address."""
    return list(filter(None, map(str.strip, bootstrap.split(","))))
