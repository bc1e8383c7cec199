"""The store is what the log says, and whoever changes it behind publish's back is found out.

Runs late in the session on purpose: what the faults of the tests before have done to the store counts, too.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient

from tests.e2e.command_line import newsloom
from tests.e2e.system import System

SOURCE = "rebuilders"
TOPICS = ("articles-enriched", "articles-published")


def article(name: str, revision: int = 1, **fields: object) -> dict[str, object]:
    return {
        "external_id": name,
        "revision": revision,
        "headline": f"Dike number {name} holds, revision {revision}",
        "body_text": "The water board of Larkhaven inspected the dike on Tuesday and found no leak.",
        "language": "en",
        **fields,
    }


async def lived(system: System) -> list[str]:
    """Articles that are corrected, edited, killed, and lifted from an embargo. Their ids."""
    soon = datetime.now(UTC) + timedelta(seconds=2)
    ids = [await system.submit(article(f"dike-{n}"), source=SOURCE) for n in range(5)]
    ids.append(await system.submit(article("dike-secret", embargo_until=soon.isoformat()), source=SOURCE))
    await system.submit(article("dike-1", 2, section="Water"), source=SOURCE)
    name = {"source": SOURCE, "external_id": "dike-2"}
    edited = await system.http.put(
        system.at.need("ingest") + "/v1/articles/tags",
        params=name,
        json={"edit": 1, "added": [{"kind": "subject", "label": "Flood", "id": "medtop:20000148"}]},
        headers={"authorization": f"Bearer {system.key}"},
    )
    assert edited.status_code == 202, edited.text
    killed = await system.post(
        "/v1/articles/kill", params={**name, "external_id": "dike-3"}, json={"reason": "wrong"}
    )
    assert killed.status_code == 202, killed.text
    await system.shown(ids[1], revision=2)
    await system.shown(ids[-1])
    await system.drained()
    return ids


async def test_the_store_is_what_the_log_says_and_a_forgery_is_found(system: System) -> None:
    ids = await lived(system)
    for topic in TOPICS:
        said = await newsloom(system, "rebuild", "--verify", "--from", topic, "--json")
        assert said.code == 0, said.out + said.err
        assert said.json["differences"] == []
        assert said.json["documents"] >= len(ids)
    with MongoClient[dict[str, Any]](system.at.need("mongo")) as client:
        held = client["newsloom"]["articles"]
        true = held.find_one({"_id": ids[0]})
        assert true is not None
        held.update_one({"_id": ids[0]}, {"$set": {"publication.content.headline": "Dike breaks"}})
        try:
            found = [await newsloom(system, "rebuild", "--verify", "--from", topic) for topic in TOPICS]
        finally:
            held.replace_one({"_id": ids[0]}, true)
        assert not [name for name in client.list_database_names() if name.startswith("newsloom_rebuild")]
    for said in found:
        assert said.code == 1, said.out + said.err
        assert f"{ids[0]}  differs     content/headline" in said.out
        assert "1 differences" in said.out
        assert "breaks" not in said.out + said.err
