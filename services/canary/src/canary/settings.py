"""What the canary can be told from outside."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from newsloom_runtime.settings import Listed, ServiceSettings

Role = Literal["prober", "lag"]


class Settings(ServiceSettings):
    """Environment: `CANARY_` and the name, and the shared `KAFKA_*`, `LOG_LEVEL`."""

    model_config = SettingsConfigDict(env_prefix="CANARY_")

    port: int = Field(default=8004, ge=0, le=65535)
    roles: Listed[Role] = Field(
        default=("prober", "lag"), min_length=1, description="roles of this process, by comma"
    )
    ingest_url: str = Field(default="http://127.0.0.1:8001", pattern=r"^https?://")
    feeds_url: str = Field(default="http://127.0.0.1:8000", pattern=r"^https?://")
    key: SecretStr = Field(
        default=SecretStr(""), description="a key with the scope canary; better in a file, CANARY_KEY_FILE"
    )
    every: float = Field(default=10.0, ge=0.1, le=3600, description="seconds from one round to the next")
    late_after: float = Field(
        default=5.0, gt=0, description="seconds from accept until a step counts as late, not as ok"
    )
    give_up_after: float = Field(
        default=60.0, gt=0, description="seconds from accept until a step counts as failed"
    )
    rounds_at_once: int = Field(
        default=20, ge=1, le=200, description="rounds in progress; one more is not begun and counts as failed"
    )
    lag_every: float = Field(default=5.0, ge=0.1, le=60, description="seconds between looks at the groups")
