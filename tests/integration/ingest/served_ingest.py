"""Ingest as the process that an operator runs, for tests that stop things or read its audit."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psutil

from newsloom.stack.addresses import any_free_port
from newsloom.stack.services import service_command
from tests.eventually import eventually
from tests.integration.ingest.front_door import KEYS


@dataclass(frozen=True, kw_only=True)
class ServedIngest:
    """A running process, a client of it, and its audit."""

    process: psutil.Process
    client: httpx2.AsyncClient
    port: int
    audit_file: Path

    @property
    def resident_mb(self) -> float:
        """The memory that it has in use, without that of its workers."""
        return float(self.process.memory_info().rss) / 1024**2

    async def is_ready(self) -> bool:
        try:
            return (await self.client.get("/readyz")).status_code == 200
        except httpx2.TransportError:
            return False

    def audited(self) -> list[dict[str, Any]]:
        """The lines of the audit so far."""
        text = self.audit_file.read_text(encoding="utf-8") if self.audit_file.exists() else ""
        return [json.loads(line) for line in text.splitlines()]


@asynccontextmanager
async def served_ingest(
    kafka: str, folder: Path, *, environment: Mapping[str, str] | None = None
) -> AsyncIterator[ServedIngest]:
    """Start the front door alone, as a process of its own; it need not be ready."""
    port, audit_file = any_free_port(), folder / "audit.jsonl"
    process = await asyncio.create_subprocess_exec(
        *service_command("ingest"),
        env={
            **os.environ,
            "KAFKA_BOOTSTRAP_SERVERS": kafka,
            "INGEST_PORT": str(port),
            "INGEST_ROLES": "front-door",
            "INGEST_KEYS": json.dumps(KEYS),
            "INGEST_AUDIT_FILE": str(audit_file),
            **(environment or {}),
        },
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        # More connections than the usual hundred, so that no request waits for another in the client.
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30, limits=limits
        ) as client:
            served = ServedIngest(
                process=psutil.Process(process.pid), client=client, port=port, audit_file=audit_file
            )
            await eventually(lambda: _answers(client), within=60, what="ingest to answer")
            yield served
    finally:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 30)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _answers(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/livez")).status_code == 200
    except httpx2.TransportError:
        return False
