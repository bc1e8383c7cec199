"""What an editor unpublishes disappears and can come back; what an editor deletes never does."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from newsloom_schemas.identity import article_id
from tests.deliveries import ghost, ninjs
from tests.deliveries.sample import SOURCE
from tests.e2e.system import System
from tests.eventually import eventually

WITHIN = 120.0  # the first article waits until the models are loaded


def post(uuid: str, minute: int, **changes: Any) -> dict[str, Any]:
    """The state of a post at some minute of the day."""
    found: dict[str, Any] = json.loads((ghost.HERE / "published.json").read_bytes())["post"]["current"]
    return found | {"uuid": uuid, "updated_at": f"2026-11-08T10:{minute:02}:00.000Z"} | changes


async def tell(system: System, current: dict[str, Any], previous: dict[str, Any]) -> None:
    """What Ghost sends about a change of a post."""
    body = json.dumps({"post": {"current": current, "previous": previous}}).encode()
    headers = dict(ghost.signed()(body, datetime.now(UTC)))
    answer = await system.http.post(system.at.need("ingest") + ghost.PATH, content=body, headers=headers)
    assert answer.status_code == 202, answer.text


async def reached(system: System, external_id: str, status: int) -> str:
    """Wait until readers of the article hear this status; what they hear."""
    path = f"/v1/articles/{article_id(SOURCE, external_id)}"

    async def there() -> bool:
        return (await system.get(path)).status_code == status

    await eventually(there, within=WITHIN, what=f"{status} for {external_id}", every=0.05)
    return (await system.get(path)).text


@pytest.mark.timeout(300)
async def test_a_post_that_is_unpublished_comes_back_and_one_that_is_deleted_does_not(system: System) -> None:
    uuid = str(uuid4())
    external_id, words = f"ghost:{uuid}", "pumpkins went to whoever came"
    await tell(system, post(uuid, 1), {"status": "draft"})
    assert words in await reached(system, external_id, 200)
    await tell(system, post(uuid, 2, status="draft"), {"status": "published"})
    assert words not in await reached(system, external_id, 451)
    await tell(system, post(uuid, 3), {"status": "draft"})
    assert words in await reached(system, external_id, 200)
    await tell(system, post(uuid, 4, visibility="paid"), {"visibility": "public"})
    assert words not in await reached(system, external_id, 451)
    await tell(system, {}, {"uuid": uuid, "status": "published", "title": "gone"})
    await reached(system, external_id, 410)
    await tell(system, post(uuid, 5), {"status": "draft"})
    await system.drained("enrich", "publish")
    assert words not in await reached(system, external_id, 410)


@pytest.mark.timeout(300)
async def test_a_news_object_that_is_withheld_comes_back_with_the_next_usable_version(system: System) -> None:
    withheld = json.loads((ninjs.HERE / "v3_withheld.json").read_bytes()) | {"uri": f"urn:uuid:{uuid4()}"}
    headers = {"Authorization": f"Bearer {system.key}", "Content-Type": "application/json"}
    address = f"{system.at.need('ingest')}/v1/ninjs?source={SOURCE}"
    for item, status in ((withheld, 451), (withheld | {"version": "5", "pubStatus": "usable"}, 200)):
        answer = await system.http.post(address, content=json.dumps(item), headers=headers)
        assert answer.status_code == 202, answer.text
        await reached(system, item["uri"], status)
