"""What the publish service can be told from outside."""

from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from newsloom_runtime.settings import Listed, ServiceSettings, StoreSettings

ConsumingRole = Literal["publisher", "proofreader"]
Role = ConsumingRole | Literal["embargo"]


class Settings(ServiceSettings, StoreSettings):
    """Environment: `PUBLISH_PORT`, `PUBLISH_ROLES`, `PUBLISH_FEEDS_URL`, and the shared names."""

    model_config = SettingsConfigDict(env_prefix="PUBLISH_")

    port: int = Field(default=8003, ge=0, le=65535)
    roles: Listed[Role] = Field(
        default=("publisher", "proofreader", "embargo"),
        min_length=1,
        description="roles of this process, by comma",
    )
    feeds_url: str = Field(
        default="http://127.0.0.1:8000",
        pattern=r"^https?://",
        description="where readers reach feeds; every published link starts with it",
    )
    article_events: Literal["v1", "v2"] = Field(
        default="v2",
        description="the form in which articles are told: v1 while some readers do not know v2 yet",
    )
