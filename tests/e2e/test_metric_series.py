"""However much is published, and by whomever: the services together have fewer than 2,000 series."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from newsloom.stack import USUAL, LocalStack
from tests.e2e.system import System
from tests.local_stack import own_stack
from tests.monitoring.scraping import beside_the_table, ids_in, outside_its_set, scrape_all

ARTICLES: Final = 10_000
A_BATCH: Final = 500
SOURCES: Final = 50
SECTIONS: Final = 120
LANGUAGES: Final = (
    "ru",
    "en",
    "es",
    "uk",
    "de",
    "fr",
    "it",
    "pl",
    "pt",
    "tr",
    "ar",
    "zh",
    "sr-Latn",
    "en-GB",
)
CLASSES: Final = ("desk", "wire", "archive")
SERVICES: Final = ("ingest", "enrich", "publish", "feeds", "canary")
BAD: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("POST", "/v1/articles", {"content": b"{", "headers": {"content-type": "application/json"}}),
    ("POST", "/v1/articles", {"content": b"\xff", "headers": {"content-type": "application/json"}}),
    ("POST", "/v1/articles", {"content": b"", "headers": {"content-type": "application/json"}}),
    ("POST", "/v1/articles", {"content": b'{"a":1,"a":2}', "headers": {"content-type": "application/json"}}),
    ("POST", "/v1/articles", {"content": b"x", "headers": {"content-type": "text/weird"}}),
    ("POST", "/v1/articles", {"json": {}, "headers": {"content-encoding": "gzip"}}),
    ("POST", "/v1/articles", {"json": {"headline": 1}}),
    ("POST", "/v1/articles", {"json": {}, "params": {"source": "NOT A SOURCE"}}),
    ("POST", "/v1/articles", {"json": {}, "params": {"source": "canary"}}),
    ("POST", "/v1/articles/kill", {"json": {}}),
    ("PUT", "/v1/articles/tags", {"json": {}}),
    ("POST", "/v1/pages", {"content": b"no page", "headers": {"content-type": "text/plain"}}),
    ("DELETE", "/v1/articles", {}),
    ("GET", "/v1/submissions/nobody", {}),
)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[LocalStack]:
    """A system of our own without language work, which would take minutes; half of the sources registered."""
    sources = tmp_path / "sources.toml"
    tables = (f'[outlet-{n}]\nclass = "{CLASSES[n % len(CLASSES)]}"\n' for n in range(0, SOURCES, 2))
    sources.write_text("\n".join(tables))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ENRICH_LANGUAGE_WORK", "off")
        with own_stack(*USUAL, "canary", sources=sources) as running:
            yield running


@pytest.fixture
async def system(stack: LocalStack) -> AsyncIterator[System]:
    async with httpx2.AsyncClient(timeout=120, trust_env=False) as http:
        yield System(stack=stack, http=http, key=stack.home.dev_key_file.read_text().strip())


def article(number: int) -> bytes:
    """A small article of many kinds."""
    said = {
        "external_id": f"story-{number}",
        "revision": 1,
        "headline": f"Story {number}",
        "body_text": "The bridge is open again.",
        "section": f"Section {number % SECTIONS}",
        "language": LANGUAGES[number % len(LANGUAGES)],
        "authors": [f"Author {number}"],
    }
    return json.dumps(said).encode()


async def publish_everything(system: System) -> None:
    """All articles, over all sources, through the batch endpoint; one line of each batch is refused."""
    for first in range(0, ARTICLES, A_BATCH):
        lines = [article(number) for number in range(first, first + A_BATCH)]
        answer = await system.post(
            "/v1/articles/batch",
            params={"source": f"outlet-{first // A_BATCH % SOURCES}"},
            content=b"\n".join([*lines, b'{"headline": 1}']),
            headers={"content-type": "application/x-ndjson"},
        )
        verdicts = Counter(json.loads(line).get("status") for line in answer.text.splitlines())
        assert verdicts[202] == A_BATCH, verdicts


async def be_bad(system: System) -> None:
    """Every kind of refusal that is easily had, again and again at ever new addresses."""
    door = system.at.need("ingest")
    for method, path, options in BAD:
        headers = {"authorization": f"Bearer {system.key}", **options.get("headers", {})}
        params = options.get("params", {"source": "outlet-1"})
        more = {name: value for name, value in options.items() if name not in ("headers", "params")}
        answer = await system.http.request(method, door + path, headers=headers, params=params, **more)
        assert answer.status_code >= 400, (method, path)
    for number in range(100):
        await system.http.request(f"TRY{number}", f"{door}/try/{number}")
        await system.get(f"/v1/articles/try-{number}")
        await system.get(f"/v1/feeds/section/section {number}.json")
        await system.get(f"/try/{number}")


async def test_ten_thousand_articles_of_everybody_make_few_series_and_none_for_one_thing(
    system: System,
) -> None:
    await publish_everything(system)
    await be_bad(system)
    await system.drained("enrich", "publish", within=240)
    shown = await scrape_all(system, SERVICES)
    stored = shown["publish"].value("newsloom_article_age_seconds_count", at="stored")
    assert stored >= ARTICLES
    assert shown["publish"].value("newsloom_article_age_seconds_count", at="stored", source_class="wire")
    for service, each in shown.items():
        assert beside_the_table(each)[0] == frozenset(), service
        assert not outside_its_set(each), service
        assert not ids_in(each), service
    series = {service: each.series for service, each in shown.items()}
    assert sum(series.values()) < 2_000, series
    print(f"series after {ARTICLES} articles: {series}, together {sum(series.values())}")
