"""A real Prometheus for tests: it scrapes what it is told, judges our rules, and answers queries."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from newsloom.stack.addresses import any_free_port
from tests.eventually import eventually

RULES = Path(__file__).parents[2] / "deploy" / "prometheus"

needs_prometheus = pytest.mark.skipif(
    shutil.which("prometheus") is None or shutil.which("promtool") is None,
    reason="no prometheus and promtool on PATH; on Debian: apt install prometheus",
)


@dataclass(frozen=True, kw_only=True)
class Prometheus:
    """A running server."""

    address: str
    http: httpx2.AsyncClient

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """The instant vector of an expression: items with `metric` and `value`. Fails on a bad expression."""
        answer = (await self.http.get(f"{self.address}/api/v1/query", params={"query": expression})).json()
        assert answer["status"] == "success", f"{expression}: {answer.get('error')}"
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    async def query_range(
        self, expression: str, *, start: float, end: float, step: float
    ) -> list[dict[str, Any]]:
        """The series of an expression between two Unix times: items with `metric` and `values`."""
        asked: dict[str, str | float] = {"query": expression, "start": start, "end": end, "step": step}
        answer = (await self.http.get(f"{self.address}/api/v1/query_range", params=asked)).json()
        assert answer["status"] == "success", f"{expression}: {answer.get('error')}"
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    async def firing(self) -> frozenset[str]:
        """Names of the alerts that fire now."""
        return await self._alerts("firing")

    async def pending(self) -> frozenset[str]:
        """Names of the alerts whose condition holds, but not yet for long enough."""
        return await self._alerts("pending")

    async def ever_fired(self) -> frozenset[str]:
        """Names of the alerts that fired at any time since the start, as `ALERTS` remembers them."""
        found = await self.query('count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[1d]))')
        return frozenset(each["metric"]["alertname"] for each in found)

    async def targets_up(self) -> bool:
        """Whether every target has been scraped."""
        targets = (await self.http.get(f"{self.address}/api/v1/targets")).json()["data"]["activeTargets"]
        return bool(targets) and all(each["health"] == "up" for each in targets)

    async def _alerts(self, state: str) -> frozenset[str]:
        alerts = (await self.http.get(f"{self.address}/api/v1/alerts")).json()["data"]["alerts"]
        return frozenset(each["labels"]["alertname"] for each in alerts if each["state"] == state)


@asynccontextmanager
async def running_prometheus(
    targets: Mapping[str, str],
    folder: Path,
    *,
    rules: Sequence[Path] = (),
    every: str = "1s",
    started_within: float = 60,
) -> AsyncIterator[Prometheus]:
    """A Prometheus that scrapes `targets` (job to host:port) and judges `rules`, both every `every`.

    It keeps everything in `folder`, which is the caller's to remove. It is stopped at the end.
    """
    port = any_free_port()
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump(_config(targets, rules, every)))
    process = await asyncio.create_subprocess_exec(
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx2.AsyncClient(timeout=10, trust_env=False) as http:
            server = Prometheus(address=f"http://127.0.0.1:{port}", http=http)
            await eventually(lambda: _is_ready(server), within=started_within, what="Prometheus is ready")
            yield server
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _config(targets: Mapping[str, str], rules: Sequence[Path], every: str) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
        "rule_files": [str(path) for path in rules],
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": [target]}]} for job, target in targets.items()
        ],
    }


async def _is_ready(server: Prometheus) -> bool:
    try:
        return (await server.http.get(f"{server.address}/-/ready")).status_code == 200
    except httpx2.TransportError:
        return False
