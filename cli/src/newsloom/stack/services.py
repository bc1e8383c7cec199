"""The services as processes: their console scripts, settings and health, and the topics they need."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from newsloom.stack.addresses import HOST, USUAL_PORTS, Addresses, address_of
from newsloom.stack.errors import ExitCode, StackError
from newsloom.stack.home import Home


def service_command(name: str) -> list[str]:
    """The console script of this service beside the running Python. StackError when it is not installed."""
    script = Path(sys.executable).parent / name
    if not script.is_file():
        raise StackError(f"the command `{name}` is not installed", fix="run `uv sync` in the checkout")
    return [str(script)]


def service_environment(
    name: str, *, home: Home, addresses: Addresses, port: int, base: Mapping[str, str]
) -> dict[str, str]:
    """The settings of one service, on top of what the caller's own environment says."""
    feeds = addresses.feeds or address_of("feeds", USUAL_PORTS["feeds"])
    return {
        **base,
        "PYTHONUNBUFFERED": "1",
        "KAFKA_BOOTSTRAP_SERVERS": addresses.need("kafka"),
        "MONGO_URL": addresses.need("mongo"),
        "LOG_LEVEL": base.get("LOG_LEVEL", "INFO"),
        f"{name.upper()}_HOST": HOST,
        f"{name.upper()}_PORT": str(port),
        "ENRICH_INDEX_FILE": str(home.data / "enrich" / "related.index"),
        "INGEST_KEYS_FILE": str(home.keys_file),
        "INGEST_AUDIT_FILE": str(home.logs / "ingest-audit.jsonl"),
        "INGEST_SOURCES_FILE": str(home.sources_file),
        "INGEST_FEEDS_URL": feeds,
        "PUBLISH_FEEDS_URL": feeds,
        "FEEDS_PUBLIC_URL": feeds,
        "CANARY_INGEST_URL": addresses.ingest or address_of("ingest", USUAL_PORTS["ingest"]),
        "CANARY_FEEDS_URL": feeds,
        "CANARY_KEY_FILE": str(home.canary_key_file),
    }


def service_is_ready(address: str, seconds: float = 2.0) -> bool:
    """True when the service says so itself at /readyz."""
    import httpx2  # only where a service is asked: it costs every command a tenth of a second

    try:
        # No proxy of the environment stands between a machine and itself.
        return httpx2.get(f"{address}/readyz", timeout=seconds, trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False


def create_topics_of_stack(bootstrap: str, sources: Path) -> None:
    """Create every topic of the catalogue, and the inbox of every registered source, unless it exists."""
    from newsloom_runtime.sources_file import SourcesUnusable, inboxes
    from newsloom_runtime.topics import TopicsFailed, create_topics  # costs the Kafka client, so only here
    from newsloom_schemas.catalog import TOPICS

    try:
        asyncio.run(create_topics(bootstrap, topics=(*TOPICS, *inboxes(sources))))
    except SourcesUnusable as error:
        raise StackError(str(error), fix="correct the file, or move it away") from error
    except TopicsFailed as error:
        raise StackError(
            str(error), fix="run `newsloom down` and `newsloom up`", code=ExitCode.UNHEALTHY
        ) from error
