"""Under kill -9 of every service, whatever was answered 2xx is published, once and everywhere (I1, I4)."""

import asyncio
from collections import Counter
from functools import partial

import httpx2

from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.catalog import FEED_UPDATES
from newsloom_schemas.events import FeedUpdatedV1
from newsloom_store import MongoStore
from tests.e2e.system import System
from tests.eventually import eventually

ARTICLES = 500
CLIENTS = 8
SOURCE = "under-fire"


def article(number: int) -> dict[str, object]:
    return {
        "external_id": f"story/{number}",
        "revision": 1,
        "headline": f"Council votes on budget item {number}",
        "body_text": f"The council of Larkhaven voted on item {number} of its budget, {number % 17} to 9.",
        "language": "en",
        "section": f"Desk {number % 5}",
    }


async def post_until_accepted(
    system: System, numbers: "asyncio.Queue[int]", accepted: dict[str, int]
) -> None:
    """One client: repeats a submission until it is answered 2xx, as every tool must."""
    while not numbers.empty():
        number = numbers.get_nowait()

        async def answered(number: int = number) -> str | None:
            try:
                response = await system.post("/v1/articles", params={"source": SOURCE}, json=article(number))
            except httpx2.HTTPError:
                return None
            assert response.status_code in (202, 503), response.text
            return response.json().get("article_id") if response.status_code == 202 else None

        accepted[await eventually(answered, within=60, what=f"article {number} accepted")] = number


async def kill_each_once(system: System, accepted: dict[str, int]) -> None:
    for service, after in (("ingest", 50), ("enrich", 150), ("publish", 250)):
        await eventually(partial(_has_grown, accepted, after), within=120, what=f"{after} accepted")
        await asyncio.to_thread(system.stack.kill, service)


def _has_grown(accepted: dict[str, int], to: int) -> bool:
    return len(accepted) >= to


async def test_500_articles_survive_kill_9_of_every_service(system: System) -> None:
    letters_before = await system.dead_letters()
    numbers: asyncio.Queue[int] = asyncio.Queue()
    for number in range(ARTICLES):
        numbers.put_nowait(number)
    accepted: dict[str, int] = {}
    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(post_until_accepted(system, numbers, accepted))
        group.create_task(kill_each_once(system, accepted))
    await system.drained(within=180)

    assert len(accepted) == ARTICLES
    async with MongoStore.connected(system.at.need("mongo")) as store:
        stored = await store.load(list(accepted))
    assert set(stored) == set(accepted)
    assert all(document.publication is not None for document in stored.values())
    assert await system.dead_letters() == letters_before
    folded = await fold_feeds(system)
    for feed in ("all", f"source/{SOURCE}", "language/en", *(f"section/desk-{n}" for n in range(5))):
        assert Counter(folded[feed]) == Counter(await system.feed_ids(feed)), feed
    assert set(folded[f"source/{SOURCE}"]) == set(accepted)


async def fold_feeds(system: System) -> dict[str, list[str]]:
    """What a reader from the first record holds: by feed, the articles whose highest version is an upsert."""
    latest: dict[tuple[str, str], tuple[int, str]] = {}
    async with LogReader(system.kafka, FEED_UPDATES) as reader:
        for partition, end in (await reader.end_offsets()).items():
            async for entries in reader.read(partition, 0, end):
                for entry in entries:
                    update = entry.event
                    assert isinstance(update, FeedUpdatedV1)
                    key = (update.feed_id, update.article_id)
                    if update.document_version >= latest.get(key, (0, ""))[0]:
                        latest[key] = (update.document_version, update.action)
    feeds: dict[str, list[str]] = {}
    for (feed, article_id), (_, action) in latest.items():
        if action == "upsert":
            feeds.setdefault(feed, []).append(article_id)
    return feeds
