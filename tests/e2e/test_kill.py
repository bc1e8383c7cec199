"""A killed article is gone from everywhere and stays gone, also when every topic is replayed (I5)."""

import json

from newsloom_runtime.log_reader import LogReader
from newsloom_schemas.catalog import ARTICLES_PUBLISHED
from newsloom_schemas.events import ArticleKilledV1
from tests.e2e.system import System
from tests.eventually import eventually

SOURCE = "larkhaven-post"
STORY = (
    "Mayor Agata Brenner opened the new tidal lock in Larkhaven on 14 October 2026. The lock cost 48 million"
    " euros and was built by Northsea Works. Agata Brenner said that Larkhaven would be safe for 80 years."
)


def report(name: str, headline: str) -> dict[str, object]:
    return {
        "external_id": name,
        "revision": 1,
        "headline": headline,
        "body_text": STORY,
        "language": "en",
        "section": "Harbour",
    }


async def test_a_killed_article_is_gone_everywhere_and_stays_gone_after_a_replay(system: System) -> None:
    doomed = await system.submit(
        report("lock/1", "Agata Brenner opens tidal lock in Larkhaven"), source=SOURCE
    )
    await system.shown(doomed)
    await system.submit(report("lock/2", "Larkhaven tidal lock is open, says Agata Brenner"), source=SOURCE)
    follower = await link_to(system, doomed)

    kill = await system.post(
        "/v1/articles/kill",
        params={"source": SOURCE, "external_id": "lock/1"},
        json={"reason": "false figures"},
    )
    assert kill.status_code == 202, kill.text
    await eventually(lambda: gone(system, doomed), what="410 by id")
    await gone_everywhere(system, doomed, follower)

    again = await system.post(
        "/v1/articles", params={"source": SOURCE}, json=report("lock/1", "Back") | {"revision": 2}
    )
    assert again.status_code == 202
    await system.drained()
    await gone_everywhere(system, doomed, follower)

    await system.replay_everything()
    await system.drained()
    await gone_everywhere(system, doomed, follower)
    assert await last_word(system, doomed) == ArticleKilledV1


async def link_to(system: System, target: str) -> str:
    """An article that links to the target. The index learns of the target a moment after it is published."""
    number = 2

    async def linked() -> str | None:
        nonlocal number
        number += 1
        article_id = await system.submit(
            report(f"lock/{number}", "Agata Brenner praises the tidal lock of Larkhaven"), source=SOURCE
        )
        document = await system.shown(article_id)
        return article_id if target in [link["article_id"] for link in document["related"]] else None

    found: str = await eventually(linked, what="a related link")
    return found


async def gone(system: System, article_id: str) -> bool:
    return (await system.get(f"/v1/articles/{article_id}")).status_code == 410


async def gone_everywhere(system: System, article_id: str, follower: str) -> None:
    response = await system.get(f"/v1/articles/{article_id}")
    assert response.status_code == 410
    assert "Brenner" not in response.text
    by_source = await system.get("/v1/articles", params={"source": SOURCE, "external_id": "lock/1"})
    assert by_source.status_code == 410
    for feed in ("all", f"source/{SOURCE}", "section/harbour", "language/en"):
        assert article_id not in await system.feed_ids(feed)
        assert article_id not in (await system.get(f"/v1/feeds/{feed}.rss")).text
    document = (await system.get(f"/v1/articles/{follower}")).json()
    assert article_id not in json.dumps(document["related"])


async def last_word(system: System, article_id: str) -> type:
    """The type of the last record of the article's key in the compacted topic."""
    async with LogReader(system.kafka, ARTICLES_PUBLISHED) as reader:
        partition = reader.partition_for(article_id)
        end = (await reader.end_offsets())[partition]
        events = [
            entry.event
            async for entries in reader.read(partition, 0, end)
            for entry in entries
            if entry.event.subject == article_id
        ]
    return type(events[-1])
