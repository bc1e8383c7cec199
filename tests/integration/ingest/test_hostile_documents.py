"""Documents made to keep a parser busy: refused in bounded time, and nobody else waits for them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from ingest.ports import InPlace
from ingest.workers.pool import WorkerPool
from tests.integration.ingest.front_door import FrontDoor, bearer, open_door, submission

BUDGET_S = 0.5
_PAGE = '<html><head><title>Storm</title><link rel=canonical href="https://paper.example/a"></head><body>{}</body>'
_STORY = "<article><h1>Storm</h1><p>The storm came on Thursday, and with it the sea.</p>{}</article>"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))


def _attributes(count: int) -> str:
    return "<p " + " ".join(f"a{number}=1" for number in range(count)) + ">x</p>"


HTML = {
    "nested elements": (_PAGE.format("<div>" * 40_000 + "x"), 422, "too-complex"),
    "nested elements of no name": (_PAGE.format("<x-y>" * 40_000 + "x"), 422, None),
    "nested formatting": (
        _PAGE.format("".join(f"<b id=b{n}>" for n in range(30_000)) + "<p>x" * 9000),
        422,
        None,
    ),
    "a hundred thousand attributes": (_PAGE.format(_attributes(100_000)), 422, "too-complex"),
    "an attribute of a megabyte": (_PAGE.format(_STORY.format(f"<p title='{'x' * 1_000_000}'>t")), 202, None),
    "a doctype of a billion laughs": (
        f"<!DOCTYPE x [{_LAUGHS}]>" + _PAGE.format(_STORY.format("&l29;")),
        202,
        None,
    ),
    "an external entity": (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + _PAGE.format(_STORY.format("<p>&e;</p>")),
        202,
        None,
    ),
    "a description that nests": (
        _PAGE.format('<script type="application/ld+json">' + "[" * 200_000 + "</script>" + _STORY.format("")),
        202,
        None,
    ),
}
MARKDOWN = {
    "brackets": "# Storm\n\n" + "[" * 400_000,
    "emphasis": "# Storm\n\n" + "a**b_" * 100_000,
    "quotes in quotes": "# Storm\n\n" + ">" * 400_000 + " x",
    "front matter that nests": "---\ntitle: " + "[" * 400_000 + "\n---\nx",
    "front matter of anchors": "---\na: &a [x, x]\n"
    + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(900))
    + "---\nx",
}


@pytest.fixture(scope="module")
async def door() -> AsyncIterator[FrontDoor]:
    async with (
        WorkerPool(budget_s=BUDGET_S) as workers,
        open_door(workers=workers, max_bytes=2 << 20) as door,
    ):
        yield door


@pytest.mark.parametrize(("page", "status", "code"), HTML.values(), ids=HTML)
async def test_a_page_made_to_keep_its_reader_busy_is_answered(
    door: FrontDoor, page: str, status: int, code: str | None
) -> None:
    headers = bearer(**{"Content-Type": "text/html"})
    answer = await door.client.post("/v1/html-pages", content=page.encode(), headers=headers)
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["type"].endswith(code)
    assert "root:" not in str(door.publisher.events)
    door.publisher.forget()


@pytest.mark.parametrize("text", MARKDOWN.values(), ids=MARKDOWN)
async def test_markdown_made_to_keep_its_reader_busy_is_answered(door: FrontDoor, text: str) -> None:
    headers = bearer(**{"Content-Type": "text/markdown"})
    answer = await door.client.post("/v1/markdown?external_id=a", content=text.encode(), headers=headers)
    assert answer.status_code in (202, 422)
    door.publisher.forget()


async def test_small_articles_are_taken_while_hostile_ones_are_in_work(door: FrontDoor) -> None:
    slow = _PAGE.format(_attributes(100_000)).encode()
    deep = json.dumps(submission(external_id="deep", body_html="<div>" * 40_000 + "x" * 200_000))
    hostile = [
        asyncio.create_task(
            door.client.post(
                "/v1/html-pages", content=slow, headers=bearer(**{"Content-Type": "text/html"}), timeout=120
            )
        )
        for _ in range(3)
    ] + [
        asyncio.create_task(door.client.post("/v1/articles", content=deep, headers=bearer(), timeout=120))
        for _ in range(3)
    ]
    # Three times the budget on two processes: the small ones have that long, and need a hundredth of it.
    for number in range(30):
        small = json.dumps(submission(external_id=f"small-{number}"))
        assert (await door.client.post("/v1/articles", content=small, headers=bearer())).status_code == 202
    assert not all(task.done() for task in hostile)
    answers = await asyncio.gather(*hostile)
    # On a busy machine the last may have to come again.
    assert {answer.status_code for answer in answers} <= {422, 503}
    assert 422 in {answer.status_code for answer in answers}
    door.publisher.forget()


class NotedWork(InPlace):
    """Remembers what was not done on the event loop."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def run(self, work: Callable[[Any], Any], matter: Any) -> Any:
        self.done.append(work.__name__)
        return await super().run(work, matter)


@pytest.mark.parametrize(
    ("path", "media_type", "body", "reader"),
    [
        ("/v1/pages?external_id=a", "text/plain", "a\n" * 2_100, "read_page"),
        ("/v1/pages/preview?external_id=a", "text/plain", "a\n" * 2_100, "preview_page"),
        ("/v1/feed-documents", "application/rss+xml", "<rss>" + "<a>" * 100, "read_feed_document"),
    ],
)
async def test_a_short_document_that_may_take_long_is_no_work_for_the_event_loop(
    path: str, media_type: str, body: str, reader: str
) -> None:
    workers = NotedWork()
    async with open_door(workers=workers) as door:
        await door.client.post(path, content=body.encode(), headers=bearer() | {"Content-Type": media_type})
    assert workers.done == [reader]
