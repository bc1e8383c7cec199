"""Behind locks everything still flows: four principals, four MongoDB roles, one article from door to feed."""

import os
from typing import Any

import httpx2

from tests.eventually import eventually
from tests.secured.newsroom import SOURCE, Newsroom


async def _get(url: str) -> dict[str, Any] | None:
    async with httpx2.AsyncClient(trust_env=False, timeout=10) as client:
        answer = await client.get(url)
    return answer.json() if answer.status_code == 200 else None


async def test_a_submission_ends_up_in_a_feed(newsroom: Newsroom) -> None:
    body = {
        "external_id": f"locked-{os.urandom(4).hex()}",
        "revision": 1,
        "headline": (headline := f"Behind locks {os.urandom(3).hex()}"),
        "body_text": "It flows.",
    }
    async with httpx2.AsyncClient(trust_env=False, timeout=20) as client:
        answer = await client.post(
            f"{newsroom.url('ingest')}/v1/articles?source={SOURCE}",
            json=body,
            headers={"authorization": f"Bearer {newsroom.key()}"},
        )
    assert answer.status_code == 202, answer.text

    async def told() -> bool:
        feed = await _get(f"{newsroom.url('feeds')}/v1/feeds/source/{SOURCE}.json")
        return feed is not None and any(item["title"] == headline for item in feed["items"])

    await eventually(told, within=60, what="the article is in the feed of its source")
