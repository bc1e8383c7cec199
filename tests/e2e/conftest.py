"""One whole system for the end-to-end tests: Kafka, mongod and the four services, with language work on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from newsloom.stack import USUAL, LocalStack
from tests.deliveries import wordpress
from tests.deliveries.news_site import NewsSite, news_site
from tests.e2e.system import System
from tests.local_stack import own_stack

SOURCES = Path(__file__).parents[1] / "deliveries" / "sources.toml"


@pytest.fixture(scope="session")
def site() -> Iterator[NewsSite]:
    """The newsroom's own site, which newsloom reads."""
    with news_site(wordpress.PAGES) as running:
        yield running


@pytest.fixture(scope="session")
def whole_stack(site: NewsSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    sources = tmp_path_factory.mktemp("sources") / SOURCES.name
    sources.write_text(SOURCES.read_text().replace(wordpress.SITE, site.address))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("INGEST_FETCH_INSIDE", "127.0.0.1")
        with own_stack(*USUAL, sources=sources) as stack:
            yield stack


@pytest.fixture(scope="session")
async def system(whole_stack: LocalStack) -> AsyncIterator[System]:
    """The running system; sources are for the test to choose, so that tests do not meet."""
    key = whole_stack.home.dev_key_file.read_text().strip()
    async with httpx2.AsyncClient(timeout=30, trust_env=False) as http:
        yield System(stack=whole_stack, http=http, key=key)
