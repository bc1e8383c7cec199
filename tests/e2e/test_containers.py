"""The system as docker compose runs it: a page goes in, the document comes out, and all parts are watched.

Runs only with NEWSLOOM_CONTAINERS=1: it builds the images, starts everything under a project name and ports
of its own, and removes it all at the end, volumes included.
"""

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.eventually import eventually

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "samples/pages/kursor/moldova-ipoteka-posle-stavki.txt"
HEADLINE = "Ипотека в Молдове подешевела впервые за два года"
TEASER = "большой ярмаркой"
SERVICES = ("ingest", "enrich", "publish", "feeds")
SWITCH = "NEWSLOOM_CONTAINERS"

pytestmark = [
    pytest.mark.skipif(
        os.environ.get(SWITCH) != "1", reason=f"set {SWITCH}=1 to build and start the containers"
    ),
    pytest.mark.timeout(1800),
]


@dataclass(frozen=True, kw_only=True)
class System:
    """A running compose project. `ports` are those published on this machine, by service."""

    environment: Mapping[str, str]
    ports: Mapping[str, int]
    key: str

    def compose(self, *arguments: str) -> str:
        """The output of a docker compose command; fails with what it said."""
        command = ["docker", "compose", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=dict(self.environment), capture_output=True, text=True)
        assert done.returncode == 0, (
            f"{' '.join(command)} returned {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    def start(self) -> None:
        """Bring everything up; when it does not become healthy, the logs say why."""
        try:
            self.compose("up", "--detach", "--build", "--wait", "--wait-timeout", "180")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.compose('logs', '--tail', '30')}") from None

    def url(self, service: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}{path}"

    async def get(self, service: str, path: str) -> httpx2.Response:
        async with httpx2.AsyncClient() as client:
            return await client.get(self.url(service, path))

    async def post(self, path: str, content: bytes, media_type: str) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": media_type}
        async with httpx2.AsyncClient() as client:
            return await client.post(self.url("ingest", path), content=content, headers=headers)

    async def publish_page(self, external_id: str) -> str:
        """Submit the sample page under this id and wait until it is public; the article's id."""
        query = f"?source=kursor&external_id={external_id}&revision=1"
        answer = await self.post(f"/v1/pages{query}", PAGE.read_bytes(), "text/plain; charset=utf-8")
        assert answer.status_code == 202, answer.text
        article_id: str = answer.json()["article_id"]

        async def public() -> bool:
            return (await self.get("feeds", f"/v1/articles/{article_id}")).status_code == 200

        await eventually(public, within=60, what=f"{article_id} being public")
        return article_id

    async def in_feed(self, feed: str, article_id: str) -> bool:
        items = (await self.get("feeds", f"/v1/feeds/{feed}.json")).json()["items"]
        return article_id in {item["id"] for item in items}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    keys = tmp_path_factory.mktemp("keys")
    keys.chmod(0o755)
    subprocess.run(["sh", str(ROOT / "deploy/new-key.sh"), str(keys)], check=True)
    names = (*SERVICES, "prometheus")
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    environment = {
        "COMPOSE_PARALLEL_LIMIT": "1",  # one image at a time, unless the machine is said to bear more
        **os.environ,
        "COMPOSE_PROJECT_NAME": f"newsloom-test-{os.getpid()}",
        "NEWSLOOM_KEYS_FILE": str(keys / "keys.json"),
        **{f"NEWSLOOM_{name.upper()}_PORT": str(port) for name, port in ports.items()},
    }
    running = System(environment=environment, ports=ports, key=(keys / "key").read_text().strip())
    try:
        running.start()
        yield running
    finally:
        running.compose("down", "--volumes", "--timeout", "30")


async def test_a_page_that_goes_in_comes_out_as_a_document_and_in_its_feeds(system: System) -> None:
    article_id = await system.publish_page("smoke-page")

    document: dict[str, Any] = (await system.get("feeds", f"/v1/articles/{article_id}")).json()
    assert document["headline"] == HEADLINE
    assert document["language"] == "ru"
    assert TEASER not in document["body_text"]
    assert document["enrichment"]["entities"]["status"] == "ok", document[
        "enrichment"
    ]  # the models work here
    assert document["url"].startswith(system.url("feeds", "/"))
    for feed in ("all", "source/kursor", "language/ru"):
        assert await system.in_feed(feed, article_id), feed
    rss = await system.get("feeds", "/v1/feeds/all.rss")
    assert HEADLINE in rss.text


async def test_a_killed_article_is_gone_by_id_and_from_its_feed(system: System) -> None:
    article_id = await system.publish_page("smoke-kill")
    query = "?source=kursor&external_id=smoke-kill"

    answer = await system.post(f"/v1/articles/kill{query}", b'{"reason": "smoke test"}', "application/json")
    assert answer.status_code == 202, answer.text

    async def withdrawn() -> bool:
        return (await system.get("feeds", f"/v1/articles/{article_id}")).status_code == 410

    await eventually(withdrawn, within=60, what=f"410 for {article_id}")
    assert not await system.in_feed("all", article_id)


async def test_prometheus_scrapes_all_four_services(system: System) -> None:
    async def up() -> bool:
        targets = (await system.get("prometheus", "/api/v1/targets")).json()["data"]["activeTargets"]
        return {t["labels"]["job"] for t in targets if t["health"] == "up"} == set(SERVICES)

    await eventually(up, within=60, what="four targets being up")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_without_rights_it_does_not_need(system: System, service: str) -> None:
    seen = system.compose(
        "exec", "-T", service, "sh", "-c", "id -u; grep CapEff /proc/1/status; touch /app/x 2>&1 || true"
    )

    assert seen.splitlines()[0] == "10001"
    assert "CapEff:\t0000000000000000" in seen
    assert "Read-only file system" in seen


async def test_articles_survive_removal_of_every_container(system: System) -> None:
    article_id = await system.publish_page("smoke-survivor")

    system.compose("down", "--timeout", "30")
    system.start()

    assert (await system.get("feeds", f"/v1/articles/{article_id}")).status_code == 200
    assert await system.in_feed("all", article_id)


def _free_ports(count: int) -> list[int]:
    """Ports that nobody uses now: held together, so that all differ, and then let go."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for held in sockets:
            held.bind(("127.0.0.1", 0))
        return [held.getsockname()[1] for held in sockets]
    finally:
        for held in sockets:
            held.close()
