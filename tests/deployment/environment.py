"""Names of the variables that our programs read, from their settings: so no misspelt one is ever set."""

from collections.abc import Iterator, Mapping

from pydantic_settings import BaseSettings

import canary.settings
import enrich.settings
import feeds.settings
import ingest.settings
import publish.settings
from newsloom_runtime.topics_job import JobSettings

SETTINGS: Mapping[str, type[BaseSettings]] = {
    "ingest": ingest.settings.Settings,
    "enrich": enrich.settings.Settings,
    "publish": publish.settings.Settings,
    "feeds": feeds.settings.Settings,
    "canary": canary.settings.Settings,
    "topics": JobSettings,
}
# Read by the server that runs our applications and by OpenTelemetry, not by our settings.
OF_THE_SERVER = frozenset({"FORWARDED_ALLOW_IPS", "OTEL_EXPORTER_OTLP_ENDPOINT"})


def names(service: str) -> frozenset[str]:
    """Every variable that the service reads; each may come from a file, too."""
    own = frozenset(_names(SETTINGS[service]))
    return own | {f"{name}_FILE" for name in own} | OF_THE_SERVER


def _names(settings: type[BaseSettings]) -> Iterator[str]:
    prefix = settings.model_config.get("env_prefix", "")
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        yield alias if isinstance(alias, str) else f"{prefix}{name}".upper()
