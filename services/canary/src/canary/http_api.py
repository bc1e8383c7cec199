"""The public API over HTTP, as any client has it: no way round it, and no cached answers."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, Final

import httpx2

from canary.article import REASON, CanaryArticle
from canary.ports import Refused, Shown, Sight, Unanswered
from newsloom_runtime.clock import Clock
from newsloom_schemas.identity import CANARY_SOURCE

ANSWER_WITHIN_S: Final = 5.0
MOST_ITEMS: Final = 200
_FRESH: Final = {"Accept": "application/json", "Cache-Control": "no-cache"}
_AGAIN: Final = (408, 425, 429)


@asynccontextmanager
async def http_client(*, silent_for: float = ANSWER_WITHIN_S) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that waits `silent_for` seconds for an answer, or for the next piece of one."""
    timeout = httpx2.Timeout(ANSWER_WITHIN_S, read=silent_for)
    # No proxy of the environment stands between the parts of one system.
    async with httpx2.AsyncClient(timeout=timeout, trust_env=False) as client:
        yield client


class HttpNewsroom:
    """The way in."""

    def __init__(self, http: httpx2.AsyncClient, base: str, key: str, clock: Clock) -> None:
        self._http = http
        self._articles = f"{base.rstrip('/')}/v1/articles"
        self._authorization = {"Authorization": f"Bearer {key}"}
        self._clock = clock

    async def submit(self, canary: CanaryArticle, revision: int) -> None:
        """See Newsroom."""
        await self._post(self._articles, canary.submission(revision, self._clock.now()))

    async def kill(self, external_id: str) -> None:
        """See Newsroom."""
        url = httpx2.URL(f"{self._articles}/kill", params={"external_id": external_id})
        await self._post(str(url), {"reason": REASON})

    async def _post(self, url: str, body: Mapping[str, object]) -> None:
        try:
            response = await self._http.post(url, json=dict(body), headers=self._authorization)
        except httpx2.HTTPError as error:
            raise Unanswered(f"ingest gave no answer ({type(error).__name__})") from None
        if response.status_code == 202:
            return
        told = f"ingest answered {response.status_code} {_problem(response)}"
        if response.status_code in _AGAIN or response.status_code >= 500:
            raise Unanswered(told)
        raise Refused(told)


class HttpReader:
    """The way out. Anything else than what a reader can use is no answer."""

    def __init__(self, http: httpx2.AsyncClient, base: str) -> None:
        self._http = http
        self._base = f"{base.rstrip('/')}/v1"

    async def article(self, article_id: str) -> Sight:
        """See Reader."""
        response = await self._get(f"/articles/{article_id}")
        if response.status_code == 410:
            return "gone"
        if response.status_code in (404, 451):
            return "absent"
        return _shown(_document(response))

    async def feed(self, feed_id: str) -> Mapping[str, str]:
        """See Reader."""
        items = await self._items(feed_id)
        with _usable():
            return {item["id"]: item["title"] for item in items}

    async def published(self, feed_id: str) -> Mapping[str, datetime]:
        """See Shelf."""
        items = await self._items(feed_id)
        with _usable():
            return {item["id"]: datetime.fromisoformat(item["date_published"]) for item in items}

    async def _items(self, feed_id: str) -> list[dict[str, Any]]:
        document = _document(await self._get(f"/feeds/{feed_id}.json?limit={MOST_ITEMS}"))
        items = document.get("items")
        if not isinstance(items, list):
            raise Unanswered("feeds answered with no JSON Feed")
        return items

    async def _get(self, path: str) -> httpx2.Response:
        try:
            return await self._http.get(self._base + path, headers=_FRESH)
        except httpx2.HTTPError as error:
            raise Unanswered(f"feeds gave no answer ({type(error).__name__})") from None


def _shown(document: Mapping[str, Any]) -> Shown:
    if document.get("source") != CANARY_SOURCE:
        raise Unanswered("feeds answered with another article")
    with _usable():
        return Shown(
            external_id=document["external_id"],
            revision=document["revision"],
            headline=document["headline"],
            version=document["document_version"],
        )


@contextmanager
def _usable() -> Iterator[None]:
    """A document that lacks what a reader needs is no answer."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise Unanswered(f"feeds answered with a document that cannot be used ({error!r:.80})") from None


def _document(response: httpx2.Response) -> dict[str, Any]:
    if response.status_code != 200:
        raise Unanswered(f"feeds answered {response.status_code} {_problem(response)}")
    try:
        document = response.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Unanswered("feeds answered with no JSON document")
    return document


def _problem(response: httpx2.Response) -> str:
    """The last part of a problem's type, which says what to look up; nothing of the body else."""
    try:
        return str(response.json()["type"]).rpartition(":")[2]
    except (ValueError, KeyError, TypeError):
        return ""
