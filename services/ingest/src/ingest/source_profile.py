"""What is set for a registered source: its habits, and the tools that may deliver for it."""

import base64
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from newsloom_schemas.identity import CANARY_SOURCE
from newsloom_schemas.types import LanguageTag, WebAddress

DESK = "desk"
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


class GhostHook(SignedHook):
    """A Ghost site: one of its custom integrations, whose webhooks share a secret."""

    signs: Literal["body+time", "body"] = Field(
        default="body+time", description="what the signature covers: `body` in Ghost before July 2024"
    )
    visibilities: tuple[Literal["public", "members", "paid", "tiers"], ...] = Field(
        default=("public",), description="whose posts newsloom publishes; all others it withholds"
    )


class WebhookSender(SignedHook):
    """A sender after Standard Webhooks: shared secrets (`whsec_`), or its public keys (`whpk_`)."""

    @field_validator("secrets")
    @classmethod
    def _written_as_the_standard_says(cls, secrets: tuple[str, ...]) -> tuple[str, ...]:
        for secret in secrets:
            standard_key(secret)
        return secrets


class NinjsHabits(BaseModel):
    """What ninjs of this source means where the standard leaves it to those who exchange it."""

    model_config = _SECTION

    public_ednote: bool = Field(
        default=False,
        description="whether `ednote` is for readers; the standard has it for the receiving desk alone",
    )


class WordPressSite(SignedHook):
    """A WordPress site: what it says of a post is read from its REST API, never from the hook."""

    site: WebAddress = Field(description="the site's address, as its REST API has it: https://paper.example")
    rest_base: str = Field(
        default="posts", pattern=r"^[a-z0-9_-]{1,40}$", description="the post type's name in REST addresses"
    )
    language: LanguageTag | None = Field(default=None, description="of posts that do not say theirs")


class FeedImport(BaseModel):
    """Feeds of the source that newsloom reads again and again."""

    model_config = _SECTION

    urls: Annotated[tuple[WebAddress, ...], Field(min_length=1, max_length=50)]
    every: int = Field(default=300, ge=30, le=86_400, description="seconds between two readings of a feed")


def standard_key(secret: str) -> bytes:
    """The key in `whsec_` or `whpk_` and base64. Raises ValueError."""
    kind, _, written = secret.partition("_")
    try:
        key = base64.b64decode(written, validate=True)
    except ValueError:
        key = b""
    if (kind == "whsec" and 24 <= len(key) <= 64) or (kind == "whpk" and len(key) == 32):
        return key
    raise ValueError(
        "write the secret as whsec_ and the base64 of 24 to 64 random bytes, or the sender's public key as"
        " whpk_ and the base64 of 32"
    )


class SourceProfile(BaseModel):
    """One source. Each table under it is a tool that may deliver for it."""

    model_config = _SECTION

    outlet: str | None = Field(default=None, description="the name by which the source calls itself in texts")
    timezone: Zone = Field(default="UTC", description="IANA name; what a page's times without a zone mean")
    images: tuple[Host, ...] = Field(
        default=(), description="hosts whose pictures may stand in a body; pictures of all others are dropped"
    )
    source_class: Literal["desk", "wire", "archive"] = Field(
        default="desk",
        alias="class",
        description="people at work, an agency, or old articles: by it ages are told and promised",
    )
    inbox: bool = Field(default=False, description="whether there is a Kafka topic editorial-inbox-SOURCE")
    superdesk: SignedHook | None = None
    ghost: GhostHook | None = None
    webhook: WebhookSender | None = None
    ninjs: NinjsHabits = NinjsHabits()
    wordpress: WordPressSite | None = None
    feeds: FeedImport | None = None

    @cached_property
    def image_hosts(self) -> frozenset[str]:
        """`images` as addresses have them."""
        return frozenset(self.images)

    @property
    def read_from(self) -> tuple[str, ...]:
        """Every address that newsloom itself reads for this source."""
        sites = (self.wordpress.site,) if self.wordpress else ()
        return (*sites, *(self.feeds.urls if self.feeds else ()))


def source_class(source: str, profile: SourceProfile | None) -> str:
    """The class of a source, registered or not."""
    if source == CANARY_SOURCE:
        return CANARY_SOURCE
    return DESK if profile is None else profile.source_class


def told_class(of: str) -> str | None:
    """The class as events tell it: of a desk they say nothing."""
    return None if of == DESK else of
