"""What the feeds service can be told from outside."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from feeds.window import WINDOW_UPDATES
from newsloom_runtime.settings import ServiceSettings, StoreSettings


class Settings(ServiceSettings, StoreSettings):
    """Environment: `FEEDS_` and the name, and the shared `MONGO_*`, `KAFKA_*`, `LOG_LEVEL`."""

    model_config = SettingsConfigDict(env_prefix="FEEDS_")

    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = Field(default=None, pattern=r"^https?://", description="address readers use")
    max_streams: int = Field(default=5_000, ge=0, description="live readers at a time; more get 503")
    window_updates: int = Field(
        default=WINDOW_UPDATES, ge=1, description="recent updates held in memory for all live readers"
    )

    @property
    def base_url(self) -> str:
        """The address that links start with; the request's Host header never decides it."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")
