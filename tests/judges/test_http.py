"""Response headers before httplint: what caches, proxies and browsers will make of them."""

import asyncio
import base64
import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.eventually import eventually
from tests.judges import toolbox
from tests.judges.newsstand import Newsstand
from tests.judges.stories import EMPTY_FEED, article_id

PLAIN, KILLED, WITHHELD = (article_id(name) for name in ("plain", "killed", "withheld"))
JUDGE = Path(__file__).parent / "header_judge.py"
GZIP = {"Accept-Encoding": "gzip"}
ASKED = (
    ("/", 200),
    ("/docs", 200),
    ("/openapi.json", 200),
    ("/robots.txt", 200),
    ("/sitemap-news.xml", 200),
    ("/v1/feeds", 200),
    ("/v1/feeds/all.json", 200),
    ("/v1/feeds/all.rss", 200),
    ("/v1/feeds/all.atom", 200),
    ("/v1/feeds/all.ninjs", 200),
    (f"/v1/feeds/{EMPTY_FEED}", 200),
    (f"/v1/articles/{PLAIN}", 200),
    (f"/v1/articles/{PLAIN}?format=ninjs", 200),
    (f"/v1/articles/{PLAIN}/translations/ru", 200),
    (f"/articles/{PLAIN}", 200),
    (f"/articles/{PLAIN}/ru", 200),
    (f"/v1/articles/{KILLED}", 410),
    (f"/articles/{KILLED}", 410),
    (f"/v1/articles/{WITHHELD}", 451),
    (f"/articles/{WITHHELD}", 451),
    ("/v1/feeds/all?limit=none", 422),
    ("/v1/feeds/nonsense", 404),
    ("/articles/nonsense", 404),
)

# What the judge only mentions, and why it is a fault where articles are shown.
FAULTS_HERE = {"STALE_SERVABLE": "a copy that is served stale outlives a kill"}
TIMELESS = ("/robots.txt", "/openapi.json")


async def _raw(stand: Newsstand, path: str, headers: Mapping[str, str]) -> bytes:
    """The answer as it comes over the line, asked for again while the store is too busy."""

    async def told() -> bytes | None:
        answer = await _raw_once(stand, path, headers)
        return None if answer.startswith(b"HTTP/1.1 503") else answer

    answer: bytes = await eventually(told, within=60, what="an answer other than 503")
    return answer


async def _raw_once(stand: Newsstand, path: str, headers: Mapping[str, str]) -> bytes:
    """The answer as it comes over the line: a client would unpack it and tidy its headers."""
    parts = urlsplit(stand.address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    async with asyncio.timeout(30):
        answer = await reader.read()
    writer.close()
    return answer


async def _judged(answers: Mapping[str, tuple[int, bytes]]) -> dict[str, list[str]]:
    """What the judge finds in each answer, and a status other than the expected one."""
    asked = json.dumps([base64.b64encode(answer).decode() for _, answer in answers.values()])
    told = await toolbox.judge(toolbox.python_with("httplint"), JUDGE, asked=asked.encode())
    return {
        path: _wrong_status(said["status"], status)
        + [note for note in said["notes"] if _counts(note, path, status)]
        for (path, (status, _)), said in zip(answers.items(), json.loads(told), strict=True)
    }


def _wrong_status(status: int, expected: int) -> list[str]:
    return [] if status == expected else [f"answered {status} instead of {expected}"]


def _counts(note: str, path: str, status: int) -> bool:
    level, name, _ = note.split(" ", 2)
    return level in ("warning", "bad") or (name in FAULTS_HERE and status < 400 and path not in TIMELESS)


@pytest.mark.parametrize("headers", [{}, GZIP], ids=["plain", "gzip"])
async def test_no_answer_has_a_fault_in_its_headers(stand: Newsstand, headers: Mapping[str, str]) -> None:
    answers = {path: (status, await _raw(stand, path, headers)) for path, status in ASKED}
    toolbox.no_faults(await _judged(answers))


async def test_no_answer_that_nothing_changed_has_a_fault(stand: Newsstand) -> None:
    answers = {}
    for path in (path for path, status in ASKED if status == 200 and path.startswith(("/v1/", "/articles/"))):
        etag = (await stand.get(path)).headers["etag"]
        answers[path] = (304, await _raw(stand, path, {"If-None-Match": etag}))
    toolbox.no_faults(await _judged(answers))


async def test_the_judge_of_headers_would_speak_up() -> None:
    answer = b"HTTP/1.1 200 OK\r\nCache-Control: max-age=x\r\nETag: unquoted\r\nContent-Length: 1\r\n\r\nab"
    told = "\n".join((await _judged({"": (200, answer)}))[""])
    assert "max-age" in told
    assert "ETag" in told
