"""Settings of the translator, read from the environment with those of the service."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from enrich.translator.ports import Pair
from newsloom_runtime.settings import Listed, ServiceSettings, StoreSettings

EngineName = Literal["firefox", "apertium", "libretranslate", "openai"]
_SPELLING_OF_DRAFTS = "write ENRICH_TRANSLATE_DRAFTS like apertium:en>es,apertium:es>en"
_SPELLING = "write ENRICH_TRANSLATE_PAIRS like en>es=apertium+firefox,ru>en=libretranslate"


class TranslatorSettings(ServiceSettings, StoreSettings):
    """Engines are tried in the order of `translate_engines`; one without its address is left out."""

    translate_engines: Listed[EngineName] = Field(
        default=("firefox", "apertium", "libretranslate", "openai"),
        description="engines in their order, by comma",
    )
    translate_pairs: str = Field(
        default="", description="pairs with engines of their own, such as en>es=apertium+firefox,ru>en=openai"
    )
    translate_drafts: str = Field(
        default="apertium:en>es,apertium:es>en",
        description="engines and pairs whose texts are drafts, for an editor to read first",
    )
    translate_timeout: float = Field(
        default=8.0,
        gt=0,
        le=120,
        description="seconds for one answer; one that takes longer switches off at once",
    )
    translate_at_once: int = Field(default=4, ge=1, le=100, description="requests to engines under way")
    translate_max_chars: int = Field(
        default=200_000, ge=1, description="longer articles are not translated, markup counted"
    )
    translate_give_up_after: float = Field(
        default=86_400, gt=0, description="seconds for which a translation is tried while engines are away"
    )
    firefox_models: Path | None = Field(
        default=None, description="folder of Firefox's models; by default where fxtranslate keeps them"
    )
    firefox_download: Literal["on", "off"] = Field(default="off", description="fetch missing models")
    apertium_url: str = Field(default="", description="of apertium-apy; without it the command is used")
    libretranslate_url: str = Field(default="", description="of LibreTranslate")
    libretranslate_key: SecretStr = Field(default=SecretStr(""), description="when it wants one")
    openai_url: str = Field(default="", description="up to and with /v1, of a compatible service")
    openai_key: SecretStr = Field(default=SecretStr(""), description="sent as a bearer token")
    openai_model: str = Field(default="", description="name of the model")
    openai_inside: Literal["on", "off"] = Field(
        default="off", description="on: a machine of our own, which articles under embargo may be sent to"
    )

    @field_validator("translate_pairs")
    @classmethod
    def _readable(cls, value: str) -> str:
        order_of(value)
        return value

    @field_validator("translate_drafts")
    @classmethod
    def _readable_drafts(cls, value: str) -> str:
        drafts_of(value)
        return value

    @model_validator(mode="after")
    def _addresses_are_there(self) -> "TranslatorSettings":
        named = self.translate_engines if "translate_engines" in self.model_fields_set else ()
        if "libretranslate" in named and not self.libretranslate_url:
            raise ValueError("set ENRICH_LIBRETRANSLATE_URL, or leave libretranslate out of the engines")
        if "openai" in named and not (self.openai_url and self.openai_model):
            raise ValueError(
                "set ENRICH_OPENAI_URL and ENRICH_OPENAI_MODEL, or leave openai out of the engines"
            )
        return self

    @property
    def order(self) -> dict[Pair, tuple[str, ...]]:
        """Engines of the pairs that have an order of their own."""
        return order_of(self.translate_pairs)

    @property
    def drafts(self) -> frozenset[tuple[str, Pair]]:
        """Engines and pairs whose texts are drafts."""
        return drafts_of(self.translate_drafts)


def drafts_of(text: str) -> frozenset[tuple[str, Pair]]:
    """Reads `apertium:en>es,firefox:uk>ru`. Raises ValueError that shows how to write it."""
    parts = (part.partition(":") for part in _parts(text))
    return frozenset((engine, _pair(pair, engine, _SPELLING_OF_DRAFTS)) for engine, _, pair in parts)


def order_of(text: str) -> dict[Pair, tuple[str, ...]]:
    """Reads `en>es=apertium+firefox,ru>en=openai`. Raises ValueError that shows how to write it."""
    parts = (part.partition("=") for part in _parts(text))
    return {_pair(pair, engines, _SPELLING): tuple(engines.split("+")) for pair, _, engines in parts}


def _parts(text: str) -> list[str]:
    return list(filter(None, text.replace(" ", "").split(",")))


def _pair(text: str, belonging: str, spelling: str) -> Pair:
    """The pair `en>es`; what is said of it must be there too."""
    source, _, target = text.partition(">")
    if not (source and target and belonging):
        raise ValueError(spelling)
    return Pair(source, target)
