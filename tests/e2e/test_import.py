"""Feeds that an operator registers while everything runs are imported, and come out published once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.deliveries.feed import FOLDER
from tests.deliveries.news_site import NewsSite, Page
from tests.e2e.system import System
from tests.eventually import eventually

SOURCE = "vestnik"
RSS = (FOLDER / "harbour.rss").read_bytes()
FERRY, TRAM = "gavan-10117", "https://gavan.example/city/tramvay-7"
WITHIN = 120.0


@dataclass
class Register:
    """The stack's file of sources, with the feeds of one more."""

    site: NewsSite
    file: Path
    before: str
    paths: list[str] = field(default_factory=list)

    def add(self, path: str, feed: bytes) -> None:
        self.site.pages[path] = Page(body=feed, media_type="application/rss+xml; charset=utf-8")
        self.paths.append(path)
        urls = ", ".join(f'"{self.site.address}{each}"' for each in self.paths)
        self.file.write_text(f"{self.before}\n[{SOURCE}.feeds]\nurls = [{urls}]\n")


@pytest.fixture
def register(system: System, site: NewsSite) -> Iterator[Register]:
    file = system.stack.home.sources_file
    before = file.read_text()
    yield Register(site, file, before)
    file.write_text(before)


async def headline(system: System, external_id: str, expected: str) -> dict[str, object]:
    """The article as readers see it, once it has this headline."""

    async def shown() -> dict[str, object] | None:
        answer = await system.get("/v1/articles", params={"source": SOURCE, "external_id": external_id})
        document: dict[str, object] = answer.json()
        return document if answer.status_code == 200 and document["headline"] == expected else None

    found: dict[str, object] = await eventually(shown, within=WITHIN, what=expected)
    return found


async def unchanged(system: System) -> float:
    text = (await system.http.get(system.at.need("ingest") + "/metrics")).text
    found = re.search(r'feed_items_total\{outcome="unchanged"\} ([0-9.]+)', text)
    return float(found[1]) if found else 0.0


async def test_a_registered_feed_comes_out_published_once(system: System, register: Register) -> None:
    register.add("/vestnik.rss", RSS)
    await headline(system, TRAM, "Трамвай № 7 изменит маршрут")
    before = await unchanged(system)
    register.add("/copy.rss", RSS)  # as a restarted process would read it: all of it known to the log alone

    async def recognised() -> bool:
        return await unchanged(system) >= before + 2

    await eventually(recognised, within=WITHIN, what="both articles recognised")
    silent = RSS.replace("изменит маршрут".encode(), "вернется на маршрут".encode())
    register.add("/silent.rss", silent)  # the item's own date is the old one
    corrected = await headline(system, TRAM, "Трамвай № 7 вернется на маршрут")
    ferry = await headline(system, FERRY, 'Третий причал откроют к весне: "работы идут по плану"')
    assert (corrected["document_version"], ferry["document_version"]) == (2, 1)
