"""HTTP to ingest, feeds and publish, as the command line needs it; a refusal is in words to act on."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from newsloom.deliveries import Delivery
from newsloom.errors import CommandError, Exit

TRIES_WHEN_BUSY = 5
LONGEST_PAUSE_S = 2.0
PAGE_LIMIT = 200


class Refused(CommandError):
    """The system did not take or show it, and will not when asked again. `status` is HTTP's."""

    def __init__(self, what: str, *, fix: str, status: int) -> None:
        super().__init__(what, fix=fix, code=Exit.REFUSED)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Ingest's word that an article is safe. `url` is where it will be shown, `status_url` where ingest says
    what became of it; older ones do not."""

    article_id: str
    event_id: str
    revision: int
    url: str
    status_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Client:
    """Requests to one running system."""

    http: httpx2.AsyncClient
    ingest: str | None = None
    feeds: str | None = None
    publish: str | None = None
    key: str | None = None
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def submit(self, delivery: Delivery) -> Receipt:
        """Hand in an article. Raises Refused; CommandError when ingest is away or stays busy."""
        answer = await self._post(delivery)
        body = answer.json()
        items = body.get("items", [body])  # of a package; its first item is what it is about
        return receipt_of(items[0])

    async def edit_tags(self, source: str, external_id: str, word: Mapping[str, Any]) -> str:
        """Hand in an editor's word on an article's tags; the id of the event. Raises as `submit` does."""
        answer = await self._handed_in(
            "PUT",
            "/v1/articles/tags",
            query={"source": source, "external_id": external_id},
            body=json.dumps(word, ensure_ascii=False).encode(),
            media_type="application/json",
        )
        return str(answer.json()["event_id"])

    async def _post(self, delivery: Delivery) -> httpx2.Response:
        return await self._handed_in(
            "POST",
            delivery.path,
            query=delivery.query,
            body=delivery.body,
            media_type=delivery.media_type,
        )

    async def hand_in(
        self, path: str, query: Mapping[str, str], body: bytes, media_type: str
    ) -> httpx2.Response:
        """What ingest answers to a document, of any status. CommandError when it is away."""
        return await self._asked("POST", path, query=query, body=body, media_type=media_type)

    async def _handed_in(
        self, method: str, path: str, *, query: Mapping[str, str], body: bytes, media_type: str
    ) -> httpx2.Response:
        answer = await self._asked(method, path, query=query, body=body, media_type=media_type)
        if answer.status_code != 202:
            raise refusal_of(answer)
        return answer

    async def _asked(
        self, method: str, path: str, *, query: Mapping[str, str], body: bytes, media_type: str
    ) -> httpx2.Response:
        headers = {"Content-Type": media_type, "Authorization": f"Bearer {self.key}"}
        for attempt in range(1, TRIES_WHEN_BUSY + 1):
            request = self.http.build_request(
                method, f"{self.ingest}{path}", params=query, content=body, headers=headers
            )
            answer = await self._send(request, "ingest")
            if answer.status_code != 503 or attempt == TRIES_WHEN_BUSY:
                break
            await self.pause(retry_after(answer))
        return answer

    async def submission(self, event_id: str, *, hops: bool = True) -> dict[str, Any] | None:
        """What became of a submission, None when ingest knows none. Refused with 503 when it cannot say yet.

        Without `hops` the answer comes sooner.
        """
        query = {} if hops else {"hops": "false"}
        request = self.http.build_request(
            "GET",
            f"{self.ingest}/v1/submissions/{event_id}",
            params=query or None,
            headers={"Authorization": f"Bearer {self.key}"},
        )
        return _found(await self._send(request, "ingest"))

    async def preview(self, page: Delivery, options: Mapping[str, str]) -> dict[str, Any]:
        """What ingest understands of a copied page. Raises Refused."""
        request = self.http.build_request(
            "POST",
            f"{self.ingest}{page.path}/preview",
            params={**page.query, **options},
            content=page.body,
            headers={"Content-Type": page.media_type, "Authorization": f"Bearer {self.key}"},
        )
        document: dict[str, Any] = _shown(await self._send(request, "ingest")).json()
        return document

    async def article(self, article_id: str) -> dict[str, Any] | None:
        """The public document, None while there is none. Refused with status 410 when it was killed."""
        return await self._document(f"/v1/articles/{article_id}", {})

    async def article_named(self, source: str, external_id: str) -> dict[str, Any] | None:
        """The same, by the source's own id."""
        return await self._document("/v1/articles", {"source": source, "external_id": external_id})

    async def _document(self, path: str, query: Mapping[str, str]) -> dict[str, Any] | None:
        return _found(await self._get(f"{self.feeds}{path}", query))

    async def record(self, article_id: str) -> dict[str, Any] | None:
        """The operator's record, None when nothing is stored of such an article."""
        return _found(await self._get(f"{self.publish}/v1/articles/{article_id}/record", {}, "publish"))

    async def record_named(self, source: str, external_id: str) -> dict[str, Any] | None:
        """The same, by the source's own id."""
        query = {"source": source, "external_id": external_id}
        return _found(await self._get(f"{self.publish}/v1/articles/record", query, "publish"))

    async def feed_items(self, feed_id: str) -> AsyncIterator[dict[str, Any]]:
        """Every article of a feed as JSON Feed items, newest first, page after page."""
        url: str | None = f"{self.feeds}/v1/feeds/{feed_id}.json?limit={PAGE_LIMIT}"
        while url:
            page = _shown(await self._get(url, {})).json()
            for item in page["items"]:
                yield item
            url = page.get("next_url")

    async def _get(self, url: str, query: Mapping[str, str], name: str = "feeds") -> httpx2.Response:
        request = self.http.build_request("GET", url, params=query or None)
        return await self._send(request, name)

    async def _send(self, request: httpx2.Request, name: str) -> httpx2.Response:
        try:
            return await self.http.send(request)
        except httpx2.TimeoutException as error:
            raise CommandError(
                f"{name} did not answer in time", fix="see `newsloom status`", code=Exit.TIMED_OUT
            ) from error
        except httpx2.TransportError as error:
            where = f"{request.url.scheme}://{request.url.netloc.decode()}"
            raise CommandError(
                f"{name} cannot be reached at {where}",
                fix="start it with `newsloom up`, or name its address with an option",
                code=Exit.NOT_RUNNING,
            ) from error


def receipt_of(body: Mapping[str, Any]) -> Receipt:
    """The receipt in an answer. A kill has no revision: 0. Refused when nothing in it was for newsloom."""
    if "ignored" in body:
        raise Refused(str(body["ignored"]), fix="send an article", status=200)
    return Receipt(
        article_id=body["article_id"],
        event_id=body["event_id"],
        revision=body.get("revision", 0),
        url=body["url"],
        status_url=body.get("status_url"),
    )


@asynccontextmanager
async def connected(
    *,
    ingest: str | None = None,
    feeds: str | None = None,
    publish: str | None = None,
    key: str | None = None,
    timeout_s: float = 15.0,
) -> AsyncIterator[Client]:
    """A client whose connections close with the block."""
    # No proxy of the environment stands between this machine and itself.
    async with httpx2.AsyncClient(timeout=timeout_s, trust_env=False) as http:
        yield Client(http=http, ingest=ingest, feeds=feeds, publish=publish, key=key)


def retry_after(answer: httpx2.Response) -> float:
    """Seconds to wait before the same request, within bounds."""
    wish = answer.headers.get("Retry-After", "1")
    return min(float(wish), LONGEST_PAUSE_S) if wish.isdecimal() else 1.0


def _found(answer: httpx2.Response) -> dict[str, Any] | None:
    if answer.status_code == 404:
        return None
    document: dict[str, Any] = _shown(answer).json()
    return document


def _shown(answer: httpx2.Response) -> httpx2.Response:
    if answer.status_code != 200:
        raise refusal_of(answer)
    return answer


def refusal_of(answer: httpx2.Response) -> Refused:
    """A problem document as an error: its title and fields are the fact, its detail is the way out."""
    try:
        problem = answer.json()
        title, detail = str(problem["title"]), str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        title, detail = f"HTTP {answer.status_code}", "see the service's log, named by `newsloom status`"
        return Refused(title, fix=detail, status=answer.status_code)
    fields = [_field(error) for error in problem.get("errors", ())]
    return Refused("\n".join([title, *fields]), fix=detail, status=answer.status_code)


def _field(error: Mapping[str, str]) -> str:
    where = error.get("pointer") or f"?{error.get('parameter', '')}"
    return f"  {where}: {error.get('detail', '')}"
