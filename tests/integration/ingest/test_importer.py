"""Feeds that a site serves are imported: followed as registered, asked politely, each article once."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from ingest.desk import Desk
from ingest.door.credentials import KeyRing
from ingest.door.http_body import Admission, BodyLimits
from ingest.fetching.guarded_fetcher import GuardedFetcher
from ingest.importing import Importer
from ingest.metrics import IngestMetrics
from ingest.refusal import Refused
from ingest.source_register import SourceRegister
from ingest.workers.pool import WorkerPool
from newsloom_runtime.errors import TransientError
from tests.deliveries.feed import FOLDER
from tests.deliveries.news_site import NewsSite, Page, news_site
from tests.eventually import eventually
from tests.integration.ingest.front_door import KEYS, FixedClock
from tests.unit.ingest.importing.registers import LogOfSubmissions

RSS = (FOLDER / "harbour.rss").read_bytes()
WITHIN = 20.0


def page(body: bytes, **fields: object) -> Page:
    return Page(body=body, media_type="application/rss+xml; charset=utf-8", **fields)  # type: ignore[arg-type]


@dataclass(kw_only=True)
class Newsroom:
    """A site, the file of sources, the log, and importers over them whose pauses last no time."""

    site: NewsSite
    file: Path
    log: LogOfSubmissions = field(default_factory=LogOfSubmissions)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    asked_to_wait: list[float] = field(default_factory=list)

    def register(self, *paths: str, source: str = "gavan", **more: object) -> None:
        urls = ", ".join(f'"{self.site.address}{path}"' for path in paths)
        lines = [
            f"[{source}.feeds]",
            f"urls = [{urls}]",
            *(f"{name} = {value}" for name, value in more.items()),
        ]
        self.file.write_text("\n".join(lines) if paths else "")

    def desk(self, workers: WorkerPool) -> Desk:
        sources = SourceRegister(self.file)
        self.registry = CollectorRegistry()
        return Desk(
            keys=KeyRing(inline=json.dumps(KEYS)),
            publisher=self.log,
            clock=FixedClock(),
            admission=Admission(max_requests=10, max_bytes=1 << 20),
            limits=BodyLimits(max_bytes=1 << 20, timeout_s=10),
            metrics=IngestMetrics(self.registry),
            feeds_url="http://feeds.example",
            sources=sources,
            fetcher=GuardedFetcher.of_sources(
                sources, inside=("127.0.0.1",), contact="mailto:d@paper.example"
            ),
            workers=workers,
            register=self.log,
        )

    async def pause(self, seconds: float) -> None:
        self.asked_to_wait.append(seconds)
        await asyncio.sleep(0.005)

    @asynccontextmanager
    async def importing(self) -> AsyncIterator[Importer]:
        async with WorkerPool() as workers:
            importer = Importer(self.desk(workers), pause=self.pause)
            running = asyncio.create_task(importer.run())
            try:
                yield importer
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running

    def polls(self, outcome: str) -> float:
        return self.registry.get_sample_value("newsloom_ingest_feed_polls_total", {"outcome": outcome}) or 0.0

    def items(self, outcome: str) -> float:
        return self.registry.get_sample_value("newsloom_ingest_feed_items_total", {"outcome": outcome}) or 0.0

    @property
    def ids(self) -> list[str]:
        return [event.external_id for event in self.log.events]


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with news_site({"/rss": page(RSS)}) as site:
        room = Newsroom(site=site, file=tmp_path / "sources.toml")
        room.register("/rss")
        yield room


BOTH = ["gavan-10117", "https://gavan.example/city/tramvay-7"]


async def test_a_feed_is_taken_over_once_and_then_asked_only_whether_it_changed(newsroom: Newsroom) -> None:
    async with newsroom.importing():
        await eventually(
            lambda: newsroom.polls("unchanged") >= 3, within=WITHIN, what="answers without a body"
        )
    assert newsroom.ids == BOTH
    assert newsroom.polls("read") == 1
    _, asked = newsroom.site.asked[-1]
    assert asked["if-none-match"] == newsroom.site.pages["/rss"].tag
    assert {(event.source, event.dialect) for event in newsroom.log.events} == {("gavan", "feed")}
    assert newsroom.log.events[0].content.headline == 'Третий причал откроют к весне: "работы идут по плану"'


async def test_last_modified_is_asked_for_where_there_is_no_etag(newsroom: Newsroom) -> None:
    modified = "Thu, 05 Nov 2026 10:40:00 GMT"
    newsroom.site.pages["/rss"] = page(RSS, etag="", headers={"Last-Modified": modified})
    async with newsroom.importing():
        await eventually(lambda: newsroom.polls("read") >= 2, within=WITHIN, what="a second reading")
    assert newsroom.site.asked[-1][1]["if-modified-since"] == modified
    assert newsroom.ids == BOTH


async def test_an_etag_that_cannot_be_sent_back_costs_a_feed_nothing(newsroom: Newsroom) -> None:
    newsroom.site.pages["/rss"] = page(RSS, etag='"caf\xe9"')
    async with newsroom.importing():
        await eventually(
            lambda: len(newsroom.site.asked) >= 2 and newsroom.polls("read") + newsroom.polls("failed") >= 2,
            within=WITHIN,
            what="a second reading",
        )
    assert newsroom.polls("failed") == 0
    assert newsroom.ids == BOTH


async def test_a_last_modified_that_no_calendar_has_costs_a_feed_nothing(newsroom: Newsroom) -> None:
    undated = re.sub(rb"<lastBuildDate>.*?</lastBuildDate>", b"", RSS)
    modified = f"Thu, 05 Nov {'9' * 20} 10:40:00 GMT"
    newsroom.site.pages["/rss"] = page(undated, headers={"Last-Modified": modified})
    async with newsroom.importing():
        await eventually(lambda: newsroom.polls("unchanged") >= 1, within=WITHIN, what="a second reading")
    assert newsroom.ids == BOTH


async def test_a_feed_whose_task_a_bug_has_ended_is_begun_again(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    bugs = [ValueError("nobody thought of it"), ValueError("and again")]

    def wait(*_: object, **__: object) -> float:
        if bugs:
            raise bugs.pop()
        return 0.0

    monkeypatch.setattr("ingest.importing.pace.after_reading", wait)
    async with newsroom.importing():
        await eventually(lambda: newsroom.polls("read") >= 3, within=WITHIN, what="a third beginning")
    assert set(newsroom.ids) == set(BOTH)


async def test_nothing_is_submitted_again_after_a_restart_or_by_another_process(newsroom: Newsroom) -> None:
    for _ in range(2):
        async with newsroom.importing(), newsroom.importing():
            await eventually(lambda: newsroom.polls("unchanged") >= 1, within=WITHIN, what="a second reading")
    # Both may have seen an article first: then it is the same event, which the log's readers recognise.
    assert set(newsroom.ids) == set(BOTH)
    assert len({event.event_id for event in newsroom.log.events}) == 2


async def test_a_corrected_item_is_a_higher_revision(newsroom: Newsroom) -> None:
    async with newsroom.importing():
        await eventually(lambda: len(newsroom.ids) == 2, within=WITHIN, what="both articles")
        changed = RSS.replace("по плану".encode(), "с опережением".encode()).replace(
            b"2026-11-05T10:20:30.500Z", b"2026-11-05T11:00:00Z"
        )
        newsroom.site.pages["/rss"] = page(changed)
        await eventually(lambda: len(newsroom.ids) == 3, within=WITHIN, what="the correction")
    first, correction = newsroom.log.events[0], newsroom.log.events[2]
    assert correction.article_id == first.article_id
    assert correction.revision > first.revision
    assert correction.content.headline.endswith('с опережением"')


async def test_a_silent_correction_has_the_time_of_the_feed(newsroom: Newsroom) -> None:
    async with newsroom.importing():
        await eventually(lambda: len(newsroom.ids) == 2, within=WITHIN, what="both articles")
        silent = RSS.replace("Рыбную".encode(), "Новую".encode())
        newsroom.site.pages["/rss"] = page(silent)  # lastBuildDate is later than the item's own date
        await eventually(lambda: len(newsroom.ids) == 3, within=WITHIN, what="the correction")
        silent_again = RSS.replace("Рыбную".encode(), "Старую".encode())
        newsroom.site.pages["/rss"] = page(silent_again)  # and has not moved on now
        await eventually(lambda: newsroom.items("held-back") == 1, within=WITHIN, what="the one held back")
        moved = silent_again.replace(b"12:40:00 +0200", b"12:50:00 +0200")
        newsroom.site.pages["/rss"] = page(moved)
        await eventually(lambda: len(newsroom.ids) == 4, within=WITHIN, what="the second correction")
    assert [event.revision for event in newsroom.log.events[2:]] == [1793875200000, 1793875800000]


async def test_what_vanishes_from_a_feed_stays(newsroom: Newsroom) -> None:
    async with newsroom.importing():
        await eventually(lambda: len(newsroom.ids) == 2, within=WITHIN, what="both articles")
        head, _, rest = RSS.partition(b"<item>")
        newsroom.site.pages["/rss"] = page(head + rest.rpartition(b"</item>")[2])
        await eventually(lambda: newsroom.polls("read") == 2, within=WITHIN, what="the empty feed")
    assert newsroom.ids == BOTH


async def test_feeds_are_followed_as_the_file_says_now(newsroom: Newsroom) -> None:
    newsroom.site.pages["/atom"] = page((FOLDER / "harbour.atom").read_bytes())
    async with newsroom.importing():
        await eventually(lambda: newsroom.polls("unchanged") >= 1, within=WITHIN, what="the first feed")
        newsroom.register("/rss", "/atom")
        await eventually(lambda: len(newsroom.ids) == 4, within=WITHIN, what="the feed that was added")
        newsroom.register()
        await eventually(lambda: _is_quiet(newsroom), within=WITHIN, what="no more questions")


async def _is_quiet(newsroom: Newsroom) -> bool:
    before = len(newsroom.site.asked)
    await asyncio.sleep(0.1)  # twenty pauses of an importer
    return len(newsroom.site.asked) == before


async def test_a_feed_that_is_gone_is_left_alone_and_said_so(newsroom: Newsroom) -> None:
    newsroom.site.pages["/rss"] = page(b"", status=410)
    async with newsroom.importing() as importer:
        await eventually(lambda: importer.note() is not None, within=WITHIN, what="the note")
        await eventually(lambda: _is_quiet(newsroom), within=WITHIN, what="no more questions")
        note = importer.note() or ""
    assert newsroom.polls("gone") == 1
    assert "gavan at 127.0.0.1" in note
    assert "gone" in note
    assert "/rss" not in note  # an address may hold a token


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (page(b"", status=503, headers={"Retry-After": "1800"}), "503"),
        (page(b"", status=404), "404"),
        (page(b"<html>an error page</html>"), "none of them"),
        (page(b"<!DOCTYPE rss><rss/>"), "DOCTYPE"),
        (page(b"", status=301, headers={"Location": "http://127.0.0.1/"}), "redirects"),
    ],
)
async def test_a_feed_that_fails_is_asked_less_often_noted_and_recovers(
    newsroom: Newsroom, broken: Page, said: str
) -> None:
    newsroom.site.pages["/rss"] = broken
    async with newsroom.importing() as importer:
        await eventually(lambda: newsroom.polls("failed") >= 3, within=WITHIN, what="three failures")
        assert said in (importer.note() or "")
        assert newsroom.ids == []
        newsroom.site.pages["/rss"] = page(RSS)
        await eventually(lambda: len(newsroom.ids) == 2, within=WITHIN, what="the articles")
        await eventually(lambda: importer.note() is None, within=WITHIN, what="the note to go")
    longest = max(newsroom.asked_to_wait)
    assert longest >= (1800 if broken.headers.get("Retry-After") else 1200)


@pytest.mark.parametrize("missing", ["log", "register"])
async def test_nothing_is_passed_over_while_the_log_or_the_register_is_away(
    newsroom: Newsroom, missing: str
) -> None:
    """The validators of an answer are kept only when all of it is settled: else 304 would hide the rest."""
    if missing == "log":
        newsroom.log.publisher_away = TransientError("no acknowledgement")
    else:
        newsroom.log.register_away = Refused("register-unavailable", "ask again")
    async with newsroom.importing():
        await eventually(lambda: newsroom.polls("failed") >= 2, within=WITHIN, what="failures")
        assert newsroom.ids == []
        newsroom.log.publisher_away = newsroom.log.register_away = None
        await eventually(lambda: newsroom.ids == BOTH, within=WITHIN, what="both articles")


async def test_one_bad_item_costs_the_others_nothing(newsroom: Newsroom) -> None:
    newsroom.site.pages["/rss"] = page(RSS.replace(b"<item>", b"<item><title>no id</title></item><item>", 1))
    async with newsroom.importing():
        await eventually(lambda: newsroom.polls("unchanged") >= 1, within=WITHIN, what="a second reading")
    assert newsroom.ids == BOTH
    assert newsroom.items("refused") == 1


async def test_a_long_feed_is_read_in_a_worker(newsroom: Newsroom) -> None:
    item = RSS[RSS.index(b"<item>") : RSS.index(b"</item>") + len(b"</item>")]
    more = b"".join(item.replace(b"gavan-10117", b"gavan-%d" % number) for number in range(20))
    newsroom.site.pages["/rss"] = page(RSS.replace(b"<item>", more + b"<item>", 1))
    async with newsroom.importing():
        await eventually(lambda: len(newsroom.ids) == 22, within=60, what="all articles")
