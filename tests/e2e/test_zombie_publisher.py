"""The zombie on a real broker: a publisher is paused between its write and its emission, and replaced; the
article is killed; the publisher wakes and tells the body after all. The last word must be the kill."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import httpx2
import psutil
import pytest

from newsloom.stack.addresses import any_free_port
from newsloom.stack.services import service_command, service_environment
from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.base import Event
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, FEED_UPDATES, Topic
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2, FeedUpdatedV1
from tests.e2e.system import System
from tests.eventually import eventually

SOURCE = "zombie-courier"
SLOWLY = 90.0  # seconds: a session time-out, a rebalance, and a busy machine
FEEDS = ("all", f"source/{SOURCE}", "section/docks", "language/en")


@dataclass
class Publishers:
    """Publish processes of this test, in the place of the stack's own."""

    system: System
    started: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self, roles: str, *, fault: str = "") -> asyncio.subprocess.Process:
        """One more process, when it owns its partitions."""
        port = any_free_port()
        environment = service_environment(
            "publish", home=self.system.stack.home, addresses=self.system.at, port=port, base=os.environ
        )
        process = await asyncio.create_subprocess_exec(
            *service_command("publish"),
            env={**environment, "PUBLISH_ROLES": roles, "NEWSLOOM_FAULT_POINT": fault},
            stdout=asyncio.subprocess.DEVNULL,
        )
        self.started.append(process)
        await eventually(lambda: self._is_ready(port), within=SLOWLY, what="a publisher ready")
        return process

    async def _is_ready(self, port: int) -> bool:
        try:
            return (await self.system.http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
        except httpx2.TransportError:
            return False

    async def end(self) -> None:
        for process in self.started:
            process.kill()  # a stopped one too
            await process.wait()


@pytest.fixture
async def publishers(system: System) -> AsyncIterator[Publishers]:
    await asyncio.to_thread(system.stack.down, ["publish"])
    mine = Publishers(system)
    try:
        yield mine
    finally:
        await mine.end()
        await asyncio.to_thread(system.stack.up)


async def kill_while_its_publisher_sleeps(publishers: Publishers, name: str, *, successor: str) -> str:
    """The schedule, up to the moment at which the zombie has told its old state; the article's id."""
    system = publishers.system
    zombie = await publishers.start("publisher", fault="publish.after-write=stop")
    article_id = await system.submit(report(name), source=SOURCE)
    await eventually(lambda: is_stopped(zombie), within=SLOWLY, what="the publisher paused after its write")
    assert await told(system, ARTICLES_PUBLISHED, article_id) == []

    await publishers.start(successor)
    await system.drained("publish", within=SLOWLY)
    assert versions(await told(system, ARTICLES_PUBLISHED, article_id)) == [(ArticlePublishedV2, 1)]
    await kill(system, name)
    await eventually(lambda: is_gone(system, article_id), what="410 by id")
    await system.drained("publish", within=SLOWLY)
    assert versions(await told(system, ARTICLES_PUBLISHED, article_id))[-1] == (ArticleKilledV1, 2)

    zombie.send_signal(signal.SIGCONT)
    await eventually(
        lambda: has_told_the_body_again(system, article_id), within=SLOWLY, what="the zombie's emission"
    )
    assert await is_gone(system, article_id)
    return article_id


def report(name: str) -> dict[str, object]:
    return {
        "external_id": name,
        "revision": 1,
        "headline": "Pilot boat strikes the mole at Ferrowick",
        "body_text": "The pilot boat Alma struck the northern mole of Ferrowick on Friday. Nobody was hurt.",
        "language": "en",
        "section": "Docks",
    }


async def kill(system: System, name: str) -> None:
    response = await system.post(
        "/v1/articles/kill", params={"source": SOURCE, "external_id": name}, json={"reason": "wrong boat"}
    )
    assert response.status_code == 202, response.text


def is_stopped(process: asyncio.subprocess.Process) -> bool:
    return psutil.Process(process.pid).status() == psutil.STATUS_STOPPED


async def is_gone(system: System, article_id: str) -> bool:
    return (await system.get(f"/v1/articles/{article_id}")).status_code == 410


async def told(system: System, topic: Topic, article_id: str) -> list[Event]:
    """What a topic says of an article, in the order of each key."""
    async with LogReader(system.kafka, topic) as reader:
        return [
            entry.event
            for partition, end in (await reader.end_offsets()).items()
            async for entries in reader.read(partition, 0, end)
            for entry in entries
            if entry.event.subject == article_id
        ]


def versions(events: list[Event]) -> list[tuple[type[Event], int]]:
    return [(type(event), getattr(event, "document_version", 0)) for event in events]


async def has_told_the_body_again(system: System, article_id: str) -> bool:
    kinds = [kind for kind, _ in versions(await told(system, ARTICLES_PUBLISHED, article_id))]
    return ArticleKilledV1 in kinds and ArticlePublishedV2 in kinds[kinds.index(ArticleKilledV1) :]


async def ends_with_the_kill(system: System, article_id: str) -> bool:
    """Whether the last record of every key, which compaction keeps, is without the body."""
    lines = [
        event for event in await told(system, FEED_UPDATES, article_id) if isinstance(event, FeedUpdatedV1)
    ]
    last: Mapping[str, str] = {line.feed_id: line.action for line in lines}
    assert last.keys() >= set(FEEDS)
    words = versions(await told(system, ARTICLES_PUBLISHED, article_id))
    return words[-1] == (ArticleKilledV1, 2) and set(last.values()) == {"remove"}


async def test_a_publisher_woken_after_a_kill_does_not_have_the_last_word(publishers: Publishers) -> None:
    system = publishers.system
    article_id = await kill_while_its_publisher_sleeps(
        publishers, "mole/1", successor="publisher,proofreader"
    )
    await eventually(
        lambda: ends_with_the_kill(system, article_id), within=SLOWLY, what="the kill as the last word"
    )
    for feed in FEEDS:
        assert article_id not in await system.feed_ids(feed)


async def test_without_a_proofreader_it_would_and_one_that_comes_later_heals_it(
    publishers: Publishers,
) -> None:
    system = publishers.system
    article_id = await kill_while_its_publisher_sleeps(publishers, "mole/2", successor="publisher")
    await system.drained("publish", within=SLOWLY)
    assert not await ends_with_the_kill(system, article_id), "nobody heals it, so this test can fail"
    await publishers.start("proofreader")
    await eventually(
        lambda: ends_with_the_kill(system, article_id), within=SLOWLY, what="the kill as the last word"
    )
