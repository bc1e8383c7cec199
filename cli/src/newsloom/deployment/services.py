"""The services as they answer over HTTP: readiness, clocks, versions, and a door that is shut."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx2

from newsloom.stack.doctor import Check
from newsloom_runtime.production import is_loopback

ANSWERED_WITHIN_S = 10.0
CLOCKS_APART_S = 2.0  # a Date header has whole seconds
_VERSION = re.compile(r'^newsloom_build_info\{[^}]*version="([^"]*)"[^}]*\} 1', re.MULTILINE)


async def examine_services(urls: Mapping[str, str]) -> list[Check]:
    """Every service that has an address here. One that does not answer is a finding; nothing is raised."""
    found: list[Check] = []
    versions: dict[str, str] = {}
    async with httpx2.AsyncClient(timeout=ANSWERED_WITHIN_S, trust_env=False) as client:
        for service, url in urls.items():
            try:
                found += await _one(client, service, url)
                versions[service] = await _version(client, url)
                if service == "ingest":
                    found += [await _door(client, url)]
            except httpx2.HTTPError as error:
                fix = f"see its log, or correct --{service}-url"
                found.append(_problem(service, f"{url} does not answer ({type(error).__name__})", fix))
    return [*found, *_same(versions)]


def _problem(name: str, detail: str, fix: str) -> Check:
    return Check(name=name, level="problem", detail=detail, fix=fix)


async def _one(client: httpx2.AsyncClient, service: str, url: str) -> list[Check]:
    before = time.time()
    answer = await client.get(f"{url}/readyz")
    return [
        *_readiness(service, url, answer),
        *_in_the_open(service, url),
        *_clock(service, answer, before, time.time()),
    ]


def _readiness(service: str, url: str, answer: httpx2.Response) -> list[Check]:
    """Only the answer of newsloom itself says that it is ready; not that of whatever else has its address."""
    try:
        body = answer.json()
        reasons, notes, status = body["reasons"], body.get("notes", {}), body["status"]
        unready = [
            _problem(service, f"{check}: {why}", "see docs/runbook.md") for check, why in reasons.items()
        ]
        noted = [Check(name=service, level="note", detail=f"{check}: {why}") for check, why in notes.items()]
    except (ValueError, KeyError, TypeError, AttributeError):
        said = f"{url}/readyz answers {answer.status_code}, and not as newsloom does"
        return [_problem(service, said, f"correct --{service}-url, past any proxy")]
    if answer.status_code == 200 and status == "ok" and not unready:
        return [Check(name=service, level="ok", detail=f"ready at {url}"), *noted]
    return [*unready, *noted] or [
        _problem(service, f"not ready: {answer.status_code}", "see docs/runbook.md")
    ]


def _in_the_open(service: str, url: str) -> list[Check]:
    if not url.startswith("http://") or is_loopback(urlsplit(url).hostname or ""):
        return []
    said = "reached without TLS: keys and articles travel readable; end TLS in front of it"
    return [Check(name=service, level="note", detail=said)]


def _clock(service: str, answer: httpx2.Response, before: float, after: float) -> list[Check]:
    try:
        theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return [Check(name=service, level="note", detail="it does not tell its time")]
    apart = theirs - (before + after) / 2
    if abs(apart) <= CLOCKS_APART_S + (after - before) / 2:  # it may have answered at any time in between
        return []
    fix = "synchronise the clocks of all machines (chrony, systemd-timesyncd)"
    return [_problem(service, f"its clock is {apart:+.0f} s from ours", fix)]


async def _version(client: httpx2.AsyncClient, url: str) -> str:
    found = _VERSION.search((await client.get(f"{url}/metrics")).text)
    return found.group(1) if found else "unknown"


async def _door(client: httpx2.AsyncClient, url: str) -> Check:
    answer = await client.post(f"{url}/v1/articles", json={})
    if answer.status_code in (401, 403):
        return Check(name="ingest door", level="ok", detail="nobody submits without a key")
    said = f"a request without a key is answered {answer.status_code}, not 401"
    return _problem("ingest door", said, "set INGEST_KEYS_FILE, and see what stands in front of it")


def _same(versions: Mapping[str, str]) -> list[Check]:
    if not versions:
        return []
    told = ", ".join(f"{service} {version}" for service, version in versions.items())
    if len(set(versions.values())) > 1:
        return [_problem("versions", told, "end the upgrade: docs/upgrades.md")]
    return [Check(name="versions", level="ok", detail=told)]
