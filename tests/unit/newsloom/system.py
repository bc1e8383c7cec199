"""A system behind HTTP that needs no network: ingest accepts, feeds shows what the test put there."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from newsloom.client import Client
from newsloom_schemas import identity

FEEDS = "http://feeds.test"


@dataclass(kw_only=True)
class FakeSystem:
    """`statuses` is what ingest says of submissions, one answer after the other and the last one for good;
    without any it is an ingest that does not say. `shown` are the public documents by id; `killed` ids
    answer 410, `withheld` ones 451; `records` are what publish knows; `on_submit` hears each POST."""

    statuses: list[httpx2.Response] = field(default_factory=list)
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    publish: str | None = None
    killed: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    missing_in_feeds: set[str] = field(default_factory=set)
    requests: list[httpx2.Request] = field(default_factory=list)
    answers: list[httpx2.Response] = field(default_factory=list)
    on_submit: Callable[[str, dict[str, Any]], None] | None = None
    pauses: list[float] = field(default_factory=list)

    def client(self) -> Client:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))
        return Client(
            http=http,
            ingest="http://ingest.test",
            feeds=FEEDS,
            publish=self.publish,
            key="nl_test",
            pause=pause,
        )

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if request.method == "POST":
            return self.answers.pop(0) if self.answers else self._accept(request)
        if request.url.path.endswith("/record"):
            return self._record(request)
        if request.url.path.startswith("/v1/submissions/"):
            return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        kind, _, rest = request.url.path.removeprefix("/v1/").partition("/")
        return self._article(rest) if kind == "articles" else self._feed(rest.removesuffix(".json"))

    def _accept(self, request: httpx2.Request) -> httpx2.Response:
        sent = json.loads(request.content) if request.url.path == "/v1/articles" else dict(request.url.params)
        article_id = identity.article_id(request.url.params["source"], sent["external_id"])
        receipt = {
            "article_id": article_id,
            "event_id": event_of(article_id, int(sent["revision"])),
            "revision": int(sent["revision"]),
            "source": request.url.params["source"],
            "url": f"{FEEDS}/v1/articles/{article_id}",
        }
        if self.statuses:
            receipt["status_url"] = f"/v1/submissions/{receipt['event_id']}"
        if self.on_submit:
            self.on_submit(article_id, receipt)
        return httpx2.Response(202, json=receipt)

    def _article(self, article_id: str) -> httpx2.Response:
        if article_id in self.killed:
            return problem(410, "The article was withdrawn by its source")
        if article_id in self.withheld:
            return problem(451, "The article is under embargo")
        document = self.shown.get(article_id)
        return httpx2.Response(200, json=document) if document else problem(404, "No such article")

    def _record(self, request: httpx2.Request) -> httpx2.Response:
        named = request.url.params
        key = (
            identity.article_id(named["source"], named["external_id"])
            if named
            else request.url.path.split("/")[3]
        )
        record = self.records.get(key)
        return httpx2.Response(200, json=record) if record else problem(404, "Nothing is stored")

    def _feed(self, feed_id: str) -> httpx2.Response:
        held = [d for d in self.shown.values() if feed_id in d["feeds"]]
        items = [
            {"_newsloom": {"article_id": d["article_id"]}}
            for d in held
            if d["article_id"] not in self.missing_in_feeds
        ]
        return httpx2.Response(200, json={"items": items})


def problem(status: int, title: str, **more: Any) -> httpx2.Response:
    """A problem document."""
    return httpx2.Response(
        status, json={"type": "urn:x", "title": title, "status": status, "detail": "do this", **more}
    )


def status(state: str, **fields: Any) -> httpx2.Response:
    """What ingest says of a submission."""
    told = {
        "kind": "article",
        "source": "meridian",
        "article_id": "a",
        "detail": f"it is {state}",
        "hops": [],
    }
    return httpx2.Response(200, json={**told, "state": state, **fields})


def event_of(article_id: str, revision: int) -> str:
    """The event id of a submission."""
    return identity.event_id(article_id, revision, "submitted")


def document(article_id: str, revision: int = 1, **fields: Any) -> dict[str, Any]:
    """A public document as feeds shows it."""
    return {
        "article_id": article_id,
        "revision": revision,
        "submission_event_id": event_of(article_id, revision),
        "document_version": revision,
        "source": "meridian",
        "language": "en",
        "headline": "Harbour bridge reopens",
        "body_text": "The bridge reopened.",
        "published_at": "2026-11-05T09:30:00Z",
        "url": f"{FEEDS}/v1/articles/{article_id}",
        "feeds": ["all", "source/meridian"],
        "enrichment": {"language": {"status": "ok", "method": "declared"}},
        **fields,
    }
