"""An embargo on the whole system: until its end no surface holds a word of it, then all have it at once.

The words stand in every text of the article but its external id, which is the source's own name for it and
not a text. Internal topics and the database hold them by design.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from aiokafka import AIOKafkaConsumer

from newsloom.stack.addresses import any_free_port
from newsloom.stack.services import service_command, service_environment
from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.catalog import ARTICLES_PUBLISHED, FEED_UPDATES
from newsloom_schemas.events import ArticleKilledV1, ArticlePublishedV2, ArticleWithheldV1
from tests.e2e.system import System
from tests.eventually import eventually
from tests.integration.feeds.sse_client import listening

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "embargo-gazette"
AHEAD = timedelta(seconds=25)  # for a busy machine to take everything in and for us to look everywhere
LATE_S = 5.0
FEEDS = ("all", f"source/{SOURCE}", "language/en", "section/hushwater-desk")


def now() -> datetime:
    return datetime.now(UTC)


def story(name: str, words: str, *, revision: int = 1, until: datetime | None = None) -> dict[str, Any]:
    """An article of which every text holds the words."""
    embargo = {"embargo_until": until.isoformat().replace("+00:00", "Z")} if until else {}
    return {
        "external_id": name,
        "revision": revision,
        "headline": f"{words} wins the harbour vote",
        "lead": f"{words} takes 61 of 80 seats.",
        "body_text": f"The city elected {words} on Thursday.\n\nNobody but {words} had stood for it.",
        "language": "en",
        "section": "Hushwater desk" if until else "City",
        "keywords": [words, "election"],
        "authors": [f"{words} Junior"],
        "canonical_url": f"https://gazette.example/{words.lower()}",
        "note": f"Corrected the name of {words}.",
        "rights": f"© {words}",
        **embargo,
    }


async def submit(system: System, article: dict[str, Any]) -> str:
    return await system.submit(article, source=SOURCE)


async def change(system: System, path: str, method: str, name: str, body: dict[str, Any]) -> None:
    response = await system.http.request(
        method,
        system.at.need("ingest") + path,
        params={"source": SOURCE, "external_id": name},
        json=body,
        headers={"authorization": f"Bearer {system.key}"},
    )
    assert response.status_code == 202, response.text


async def state(system: System, article_id: str) -> dict[str, Any]:
    """The operator's record."""
    answer = await system.http.get(f"{system.at.need('publish')}/v1/articles/{article_id}/record")
    record: dict[str, Any] = answer.json() if answer.status_code == 200 else {"state": "none", "history": []}
    return record


async def reached(system: System, article_id: str, wanted: str, *, changes: int) -> None:
    """Wait until the article is in that state after so many changes."""

    async def there() -> bool:
        record = await state(system, article_id)
        return record["state"] == wanted and len(record["history"]) >= changes

    await eventually(there, what=f"{article_id} {wanted}")


async def status(system: System, article_id: str) -> int:
    return (await system.get(f"/v1/articles/{article_id}")).status_code


# --- what anybody may read ---


@dataclass
class Surfaces:
    """Everything that can be read of the system from outside, as bytes by where they were found."""

    system: System
    read: dict[str, bytes] = field(default_factory=dict)

    async def look(self, article_ids: Sequence[str]) -> "Surfaces":
        await self._topics()
        for path in (*self._articles(article_ids), *self._lists()):
            await self._http("feeds", path)
        for service in ("ingest", "enrich", "publish", "feeds"):
            await self._http(service, "/metrics")
        for article_id in article_ids:
            await self._http("publish", f"/v1/articles/{article_id}/record")
        for log in sorted(self.system.stack.home.logs.iterdir()):
            self.read[f"log {log.name}"] = log.read_bytes()
        return self

    def holding(self, words: str) -> list[str]:
        """Where the words stand, in whatever case and escaped or not."""
        wanted = words.lower().encode()
        return sorted(where for where, content in self.read.items() if wanted in content.lower())

    @staticmethod
    def _articles(article_ids: Sequence[str]) -> list[str]:
        forms = ("", "?format=ninjs", "?format=html", "/translations/es")
        paths = [f"/v1/articles/{article_id}{form}" for article_id in article_ids for form in forms]
        return [*paths, *(f"/articles/{article_id}" for article_id in article_ids)]

    @staticmethod
    def _lists() -> list[str]:
        endings = (".json", ".rss", ".atom", ".ninjs")
        pages = [f"/v1/feeds/{feed}{ending}?limit=200" for feed in FEEDS for ending in endings]
        return [*pages, "/v1/feeds", "/", "/sitemap-news.xml", "/v1/articles?source=none&external_id=none"]

    async def _http(self, service: str, path: str) -> None:
        answer = await self.system.http.get(self.system.at.need(service) + path)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.read[f"{service} {path} {answer.status_code}"] = headers.encode() + answer.content

    async def _topics(self) -> None:
        for topic in (ARTICLES_PUBLISHED.name, FEED_UPDATES.name):
            self.read[f"topic {topic}"] = await raw_topic(self.system.kafka, topic)


async def raw_topic(kafka: str, topic: str) -> bytes:
    """Keys, values and headers of all records, one after the other."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    parts: list[bytes] = []
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    parts += [record.key or b"", record.value or b"", *(v or b"" for _, v in record.headers)]
    finally:
        await consumer.stop()
    return b"\n".join(parts)


async def last_word(system: System, article_id: str) -> type | None:
    """The type of the last record of the article's key in the compacted topic."""
    async with LogReader(system.kafka, ARTICLES_PUBLISHED) as reader:
        partition = reader.partition_for(article_id)
        end = (await reader.end_offsets())[partition]
        found = [
            entry.event
            async for entries in reader.read(partition, 0, end)
            for entry in entries
            if entry.event.subject == article_id
        ]
    return type(found[-1]) if found else None


def command(system: System, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "newsloom.main", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "NEWSLOOM_HOME": str(system.stack.home.root)},
        timeout=120,
        check=False,
    )


# --- the tests ---


async def test_until_its_end_an_embargo_holds_everywhere_and_then_nowhere(system: System) -> None:
    recalled = await submit(system, story("recalled", "Marrowgate"))
    await system.shown(recalled)
    assert "topic articles-published" in (await Surfaces(system).look([recalled])).holding("marrowgate")

    until = now() + AHEAD
    held = await submit(system, story("held", "Quillives", until=until))
    await submit(system, story("recalled", "Quillrecall", revision=2, until=until))
    killed = await submit(system, story("killed", "Quilldead", until=until))
    freed = await submit(system, story("freed", "Quillearly", until=until + timedelta(days=1)))
    added = [{"kind": "person", "label": "Quilltag", "id": "staff:ives"}]
    await change(system, "/v1/articles/tags", "PUT", "held", {"edit": 1, "added": added})
    await change(system, "/v1/articles/kill", "POST", "killed", {"reason": "wrong result"})
    await submit(system, story("freed", "Candlewick", revision=2))
    everyone = (held, recalled, killed, freed)

    async with listening(
        system.http, f"{system.at.need('feeds')}/v1/feeds/section/hushwater-desk/events"
    ) as live:
        await live.opened()
        for article_id, wanted in zip(everyone, ("withheld", "withheld", "killed", "public"), strict=True):
            await reached(system, article_id, wanted, changes=2)
        assert [await status(system, each) for each in everyone] == [451, 451, 410, 200]
        words = [await last_word(system, each) for each in everyone]
        surfaces = await Surfaces(system).look(everyone)
        shown = command(system, "article", held, "--json")
        assert now() < until, "the machine is too slow for this test to see anything"
        assert words == [ArticleWithheldV1, ArticleWithheldV1, ArticleKilledV1, ArticlePublishedV2]
        assert surfaces.holding("quill") == []
        assert [where for where in surfaces.holding("hushwater") if "hushwater" not in where] == []
        assert all(where.startswith("topic") for where in surfaces.holding("marrowgate")), (
            "only older records"
        )
        assert (shown.returncode, json.loads(shown.stdout)["record"]["state"]) == (1, "withheld")
        assert "quill" not in (shown.stdout + shown.stderr).lower()

        await eventually(lambda: is_public(system, held), what="the end of the embargo", within=60)
        assert now() >= until
        update = await live.next(within=30)
    assert update.data["article_id"] in (held, recalled)
    await eventually(lambda: is_public(system, recalled), what="the other lift")
    await system.drained()
    assert await lateness(system) <= LATE_S
    assert [await last_word(system, each) for each in (held, recalled)] == [ArticlePublishedV2] * 2
    document = await system.shown(held)
    assert datetime.fromisoformat(document["published_at"]) == until.replace(
        microsecond=until.microsecond // 1000 * 1000
    )
    assert "Quilltag" in [tag["label"] for tag in document["tags"]]
    assert set(await system.feed_ids("section/hushwater-desk")) == {held, recalled}
    assert held in await system.feed_ids("topic/staff:ives")
    assert (await Surfaces(system).look([killed])).holding("quilldead") == []
    assert_told_to_operators(command(system, "article", held), 0, "Quillives", "embargo-lifted", "tags-edit")
    assert_told_to_operators(command(system, "article", killed), 1, "killed", "wrong result")


def assert_told_to_operators(shown: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert shown.returncode == code, shown.stderr
    assert [word for word in words if word not in shown.stdout] == []


async def is_public(system: System, article_id: str) -> bool:
    return await status(system, article_id) == 200


async def lateness(system: System) -> float:
    """The mean number of seconds by which lifts were late, as publish measures it itself."""
    text = (await system.http.get(system.at.need("publish") + "/metrics")).text
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    name = "newsloom_publish_embargo_lateness_seconds"
    return float(values[f"{name}_sum"]) / float(values[f"{name}_count"])


@asynccontextmanager
async def publish_that_dies(system: System, fault: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """publish in the place of the stack's own, told to kill itself at a point."""
    await asyncio.to_thread(system.stack.down, ["publish"])
    home, port = system.stack.home, any_free_port()
    environment = service_environment("publish", home=home, addresses=system.at, port=port, base=os.environ)
    process = await asyncio.create_subprocess_exec(
        *service_command("publish"),
        env={**environment, "NEWSLOOM_FAULT_POINT": fault},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await eventually(lambda: _ready(system.http, port), within=60, what="readiness")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await asyncio.to_thread(system.stack.up)


async def _ready(http: httpx2.AsyncClient, port: int) -> bool:
    try:
        return (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
    except httpx2.TransportError:
        return False


async def test_a_publish_killed_between_a_lift_and_its_telling_costs_seconds(system: System) -> None:
    async with publish_that_dies(system, "embargo.after-write=kill") as process:
        until = now() + timedelta(seconds=5)
        article_id = await submit(system, story("orphan", "Tallowmere", until=until))
        await asyncio.wait_for(process.wait(), 60)
        assert process.returncode == -signal.SIGKILL
        assert await last_word(system, article_id) is ArticleWithheldV1, "stored, and told to nobody"
    began = now()

    async def told() -> bool:
        return await last_word(system, article_id) is ArticlePublishedV2

    await eventually(told, what="the lift being told")
    assert now() - began < timedelta(seconds=3 * LATE_S)
    assert article_id in await system.feed_ids(f"source/{SOURCE}")
