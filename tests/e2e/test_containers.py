"""The system as docker compose runs it, with all profiles: a page goes in, the document comes out, the engine
is asked for translations, all parts are watched, and none has a right that it does not need.

Runs only with NEWSLOOM_CONTAINERS=1: it builds the images, starts everything under a project name and ports
of its own, and removes it all at the end, volumes included. In place of LibreTranslate, which would fetch a
gigabyte of models, stands an engine of our own; in place of Grafana whatever NEWSLOOM_GRAFANA_IMAGE names,
else an image of any version that the engine already has.
"""

import json
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from tests.eventually import eventually

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "samples/pages/kursor/moldova-ipoteka-posle-stavki.txt"
HEADLINE = "Ипотека в Молдове подешевела впервые за два года"
TEASER = "большой ярмаркой"
TEXT = "The bridge over the river is open again. The council of Larkhaven thanked those who built it."
PIPELINE = ("ingest", "enrich", "publish", "feeds")
SERVICES = (*PIPELINE, "canary")
OTHERS = ("kafka", "mongo", "prometheus", "grafana", "libretranslate")
# Their images write into their own folders when they start.
WRITABLE = ("kafka", "libretranslate")
TRANSLATOR = Path(__file__).parent / "containers/libretranslate"
TRANSLATOR_IMAGE = "newsloom-test/libretranslate:stand-in"
STOPPED_WELL = 0
SWITCH = "NEWSLOOM_CONTAINERS"

pytestmark = [
    pytest.mark.skipif(
        os.environ.get(SWITCH) != "1", reason=f"set {SWITCH}=1 to build and start the containers"
    ),
    pytest.mark.timeout(1800),
]


def grafana_image() -> dict[str, str]:
    """What names an image for Grafana: nothing where the engine has none to prefer."""
    latest = "grafana/grafana:latest"
    asked = subprocess.run(["docker", "image", "inspect", latest], capture_output=True)
    return {"NEWSLOOM_GRAFANA_IMAGE": latest} if asked.returncode == 0 else {}


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
            self.compose("up", "--detach", "--build", "--wait", "--wait-timeout", "420")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.compose('logs', '--tail', '30')}") from None

    def inside(self, part: str, script: str) -> str:
        """What a shell inside the part's container prints."""
        return self.compose("exec", "-T", part, "sh", "-c", script)

    def exit_code(self, part: str) -> int:
        """Of a stopped part."""
        container = self.compose("ps", "--all", "--quiet", part).strip()
        done = subprocess.run(
            ["docker", "inspect", "--format", "{{.State.ExitCode}}", container],
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout)

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

    async def submit_many(self, names: Sequence[str]) -> None:
        """One batch of small articles; each must be taken."""
        lines = (
            json.dumps({"external_id": name, "revision": 1, "headline": f"About {name}", "body_text": TEXT})
            for name in names
        )
        answer = await self.post(
            "/v1/articles/batch?source=larkhaven-post", "\n".join(lines).encode(), "application/x-ndjson"
        )
        assert answer.status_code == 200, answer.text
        verdicts = [json.loads(line) for line in answer.text.splitlines()]
        assert [each["status"] for each in verdicts if "status" in each] == [202] * len(names)

    async def document(self, name: str) -> dict[str, Any] | None:
        """What readers get of an article of `submit_many`; None while there is nothing."""
        answer = await self.get("feeds", f"/v1/articles?source=larkhaven-post&external_id={name}")
        found: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
        return found

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """What Prometheus says."""
        answer = await self.get("prometheus", f"/api/v1/query?query={quote(expression)}")
        found: list[dict[str, Any]] = answer.json()["data"]["result"]
        return found

    async def in_feed(self, feed: str, article_id: str) -> bool:
        items = (await self.get("feeds", f"/v1/feeds/{feed}.json")).json()["items"]
        return article_id in {item["id"] for item in items}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    keys = tmp_path_factory.mktemp("keys")
    keys.chmod(0o755)
    subprocess.run(["sh", str(ROOT / "deploy/new-key.sh"), str(keys)], check=True)
    subprocess.run(["docker", "build", "--quiet", "--tag", TRANSLATOR_IMAGE, str(TRANSLATOR)], check=True)
    names = (*SERVICES, "prometheus", "grafana")
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    environment = {
        "COMPOSE_PARALLEL_LIMIT": "1",  # one image at a time, unless the machine is said to bear more
        **grafana_image(),
        **os.environ,
        "COMPOSE_PROJECT_NAME": f"newsloom-test-{os.getpid()}",
        "COMPOSE_PROFILES": "observability,translate",
        "NEWSLOOM_KEYS_FILE": str(keys / "keys.json"),
        "NEWSLOOM_CANARY_KEY_FILE": str(keys / "canary.key"),
        "NEWSLOOM_LIBRETRANSLATE_IMAGE": TRANSLATOR_IMAGE,
        "ENRICH_LIBRETRANSLATE_URL": "http://libretranslate:5000",
        "ENRICH_TRANSLATE_PAIRS": "en>ru=libretranslate",
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


async def test_the_engine_of_the_profile_translate_is_asked(system: System) -> None:
    await system.submit_many(["smoke-translated"])

    async def translated() -> dict[str, Any] | None:
        document = await system.document("smoke-translated")
        return None if document is None else document["translations"].get("ru")

    made: dict[str, Any] = await eventually(translated, within=90, what="a translation into Russian")
    assert "libretranslate" in json.dumps(made)


async def test_prometheus_scrapes_all_services_and_has_read_the_alerts(system: System) -> None:
    async def up() -> bool:
        targets = (await system.get("prometheus", "/api/v1/targets")).json()["data"]["activeTargets"]
        return {t["labels"]["job"] for t in targets if t["health"] == "up"} == set(SERVICES)

    await eventually(up, within=60, what="five targets being up")
    groups = (await system.get("prometheus", "/api/v1/rules")).json()["data"]["groups"]
    assert any(rule["type"] == "alerting" for group in groups for rule in group["rules"])


async def test_the_canary_makes_its_rounds_and_sees_how_far_each_group_is(system: System) -> None:
    async def well() -> list[dict[str, Any]]:
        return await system.query('newsloom_canary_rounds_total{outcome="ok"} > 0')

    await eventually(well, within=120, what="a round of the canary that went well")
    seen = {each["metric"]["group"] for each in await system.query("newsloom_group_lag_records")}
    assert {"enrich", "publish"} <= seen


async def test_grafana_has_every_dashboard(system: System) -> None:
    files = (ROOT / "deploy/grafana/dashboards").glob("*.json")

    async def listed() -> set[str]:
        return {each["uid"] for each in (await system.get("grafana", "/api/search?type=dash-db")).json()}

    wanted = {json.loads(file.read_text())["uid"] for file in files}

    async def all_there() -> bool:
        return await listed() >= wanted

    await eventually(all_there, within=60, what=f"the dashboards {sorted(wanted)}")


@pytest.mark.parametrize("part", [*SERVICES, *OTHERS])
def test_a_part_runs_without_rights_it_does_not_need(system: System, part: str) -> None:
    """Asked inside: of every process of the container, and of its control group, in either version."""
    seen = system.inside(
        part,
        "cat /proc/[0-9]*/status 2>/dev/null | grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' | sort -u",
    )
    facts = {tuple(line.split()[:2]) for line in seen.splitlines()}
    assert {value for name, value in facts if name == "Uid:"} & {"0"} == set()
    assert {value for name, value in facts if name == "CapEff:"} == {"0000000000000000"}
    assert {value for name, value in facts if name == "CapBnd:"} == {"0000000000000000"}
    assert {value for name, value in facts if name == "NoNewPrivs:"} == {"1"}
    assert {value for name, value in facts if name == "Seccomp:"} == {"2"}, "calls are filtered"


@pytest.mark.parametrize("part", [*SERVICES, *OTHERS])
def test_a_part_has_bounds(system: System, part: str) -> None:
    groups = "/sys/fs/cgroup"
    pids = system.inside(part, f"cat {groups}/pids.max 2>/dev/null || cat {groups}/pids/pids.max")
    memory = system.inside(
        part, f"cat {groups}/memory.max 2>/dev/null || cat {groups}/memory/memory.limit_in_bytes"
    )
    assert 0 < int(pids) <= 512
    assert 0 < int(memory) <= 4 * 2**30


@pytest.mark.parametrize("part", [part for part in (*SERVICES, *OTHERS) if part not in WRITABLE])
def test_nothing_can_be_written_to_the_root_of_a_part(system: System, part: str) -> None:
    root = system.inside(part, "grep ' / ' /proc/mounts")
    assert root.split()[3].split(",")[0] == "ro"


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_written_to_tmp_cannot_be_run(system: System, service: str) -> None:
    tmp = system.inside(service, "grep ' /tmp ' /proc/mounts").split()[3].split(",")
    assert {"noexec", "nosuid", "nodev"} <= set(tmp)


async def test_a_stop_in_the_middle_loses_nothing_and_needs_no_force(system: System) -> None:
    names = [f"smoke-stopped-{number}" for number in range(300)]
    await system.submit_many(names)

    system.compose("stop", *PIPELINE)

    assert {part: system.exit_code(part) for part in PIPELINE} == dict.fromkeys(PIPELINE, STOPPED_WELL)
    system.start()

    async def all_public() -> bool:
        return all([await system.document(name) is not None for name in names])

    await eventually(all_public, within=120, what="every article that was accepted being public")


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
