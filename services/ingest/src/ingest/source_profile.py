"""What is set for a registered source: its habits, and the tools that may deliver for it."""

from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_SECTION = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
# Two may be valid at once, so that a secret can be exchanged without a lost delivery.
Secrets = Annotated[tuple[Annotated[str, Field(min_length=16)], ...], Field(min_length=1, max_length=2)]

Host = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("write the zone's IANA name, such as Europe/Kyiv") from None
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class SignedHook(BaseModel):
    """A tool that signs what it sends with a secret that it shares with newsloom."""

    model_config = _SECTION

    secrets: Secrets = Field(description="one, or while it is exchanged two")


class SourceProfile(BaseModel):
    """One source. Each table under it is a tool that may deliver for it."""

    model_config = _SECTION

    outlet: str | None = Field(default=None, description="the name by which the source calls itself in texts")
    timezone: Zone = Field(default="UTC", description="IANA name; what a page's times without a zone mean")
    images: tuple[Host, ...] = Field(
        default=(), description="hosts whose pictures may stand in a body; pictures of all others are dropped"
    )
    inbox: bool = Field(default=False, description="whether there is a Kafka topic editorial-inbox-SOURCE")
    superdesk: SignedHook | None = None
    ghost: SignedHook | None = None
    webhook: SignedHook | None = None

    @cached_property
    def image_hosts(self) -> frozenset[str]:
        """`images` as addresses have them."""
        return frozenset(self.images)
