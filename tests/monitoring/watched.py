"""The whole system with its canary and a translation engine, and a real Prometheus that scrapes it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2
import pytest

from newsloom.stack import COMPONENTS, LocalStack
from tests.e2e.system import System
from tests.e2e.test_translations import translate
from tests.integration.enrich.translator.misbehaving import Server, serving
from tests.local_stack import own_stack
from tests.monitoring.prometheus import Prometheus, running_prometheus

SCRAPED: Final = ("ingest", "enrich", "publish", "feeds", "canary")


@dataclass(frozen=True, kw_only=True)
class Watched:
    """The system, what watches it, and the engine that it asks for Russian."""

    system: System
    prometheus: Prometheus
    engine: Server


@asynccontextmanager
async def watched_system(
    folder: Path, *, sources: str, rules: Sequence[Path] = (), every: str = "1s", canary_every_s: float = 2
) -> AsyncIterator[Watched]:
    """A system of the caller's own, scraped `every` so often; `sources` is the file of registered ones."""
    registered = folder / "sources.toml"
    registered.write_text(sources, encoding="utf-8")
    async with serving(translate) as engine:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("ENRICH_LIBRETRANSLATE_URL", engine.address)
            environment.setenv("ENRICH_TRANSLATE_ENGINES", "libretranslate")
            environment.setenv("ENRICH_TRANSLATE_PAIRS", "en>ru=libretranslate")
            environment.setenv("ENRICH_TRANSLATE_TO", "ru")
            environment.setenv("CANARY_EVERY", str(canary_every_s))
            environment.setenv("CANARY_LAG_EVERY", "1")
            async with (
                _started(registered) as stack,
                httpx2.AsyncClient(timeout=60, trust_env=False) as http,
                running_prometheus(_targets(stack), folder, rules=rules, every=every) as prometheus,
            ):
                key = stack.home.dev_key_file.read_text().strip()
                system = System(stack=stack, http=http, key=key)
                yield Watched(system=system, prometheus=prometheus, engine=engine)


@asynccontextmanager
async def _started(sources: Path) -> AsyncIterator[LocalStack]:
    """A stack started and stopped off the event loop, which serves the engine meanwhile."""
    stack = own_stack(*COMPONENTS, sources=sources)
    try:
        yield await asyncio.to_thread(stack.__enter__)
    finally:
        await asyncio.to_thread(stack.__exit__, None, None, None)


def _targets(stack: LocalStack) -> dict[str, str]:
    return {name: urlsplit(stack.addresses().need(name)).netloc for name in SCRAPED}
