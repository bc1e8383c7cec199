"""Settings of the service, read from the environment."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from enrich.translator.settings import TranslatorSettings
from newsloom_runtime.settings import Listed

Role = Literal["enricher", "translator"]


class Settings(TranslatorSettings):
    """Every field is `ENRICH_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ENRICH_", populate_by_name=True, hide_input_in_errors=True)

    port: int = 8002
    roles: Listed[Role] = Field(
        default=("enricher", "translator"), min_length=1, description="roles of this process, by comma"
    )
    language_work: Literal["on", "off"] = Field(
        default="on", description="off: articles pass through with every facet `skipped`"
    )
    workers: int = Field(default=2, ge=1, le=64, description="worker processes, about 0.5 GB each")
    budget: float = Field(default=3.0, gt=0, le=60, description="seconds that one article may take")
    reindex_rate: float = Field(
        default=20.0,
        ge=0,
        le=10_000,
        description="articles of the archive a second at most; 0 stops its lane",
    )
    reindex_workers: int = Field(
        default=1, ge=1, le=64, description="worker processes of the archive's lane, only while it works"
    )
    index_file: Path | None = Field(
        default=None,
        description="the related index between two starts; without it each start reads the log anew",
    )
    languages: Listed[str] = Field(
        default=("ru", "uk", "en", "es", "de", "fr", "pl"), description="languages to tell apart"
    )
    alias_packs: Listed[Path] = Field(
        default=(),
        description="files of names and ids of your own, read after the starter pack; comma between",
    )
    sections: Path | None = Field(
        default=None, description="TOML file: your sources' sections and keywords -> IPTC Media Topics"
    )
    translate_to: Listed[str] = Field(default=("ru", "uk", "en", "es"), description="translations wanted")
