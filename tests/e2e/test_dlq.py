"""From poison to publication: a record dies, an operator finds it, mends the cause, and replays it."""

from typing import Any

from aiokafka import AIOKafkaProducer
from pymongo import MongoClient

from newsloom_schemas.catalog import ARTICLES_ENRICHED
from tests.e2e.command_line import newsloom
from tests.e2e.system import System
from tests.eventually import eventually

SOURCE = "dead-letters"


def article(revision: int) -> dict[str, object]:
    return {
        "external_id": "ferry",
        "revision": revision,
        "headline": f"Ferry sails again, revision {revision}",
        "body_text": "The ferry between Larkhaven and Osterby sails again from Monday on.",
        "language": "en",
    }


async def open_letters(system: System, **wanted: object) -> list[dict[str, Any]]:
    """Open letters with these facts."""
    said = await newsloom(system, "dlq", "list", "--json")
    assert said.code == 0, said.err
    return [
        letter for letter in said.json if all(letter.get(name) == value for name, value in wanted.items())
    ]


async def test_a_letter_is_found_mended_replayed_and_published_once(system: System) -> None:
    article_id = await system.submit(article(1), source=SOURCE)
    await system.shown(article_id)
    with MongoClient[dict[str, Any]](system.at.need("mongo")) as client:
        held = client["newsloom"]["articles"]
        # Somebody edits the stored document by hand: publish cannot read it any more.
        held.update_one({"_id": article_id}, {"$set": {"publication.revision": "one"}})
        await system.submit(article(2), source=SOURCE)
        [letter] = await eventually(
            lambda: open_letters(system, key=article_id), within=60, what="the dead letter"
        )
        assert (letter["service"], letter["reason"], letter["attempts"]) == ("publish", "bug", 3)

        shown = await newsloom(system, "dlq", "show", letter["id"], "--json", "--value")
        assert shown.json["value"]["revision"] == 2
        assert "sails again" not in (await newsloom(system, "dlq", "show", letter["id"])).out

        rehearsal = await newsloom(system, "dlq", "replay", letter["id"])
        assert "would be replayed" in rehearsal.out
        assert len(await open_letters(system, key=article_id)) == 1
        held.update_one({"_id": article_id}, {"$set": {"publication.revision": 1}})

    for _ in range(2):  # replaying twice is replaying once
        replayed = await newsloom(
            system, "dlq", "replay", letter["id"], "--go", "--json", "--why", "restored"
        )
        assert [line["outcome"] for line in replayed.lines] == ["replayed"], replayed.err
        document = await system.shown(article_id, revision=2)
        await system.drained()
        assert document["document_version"] == (await system.shown(article_id))["document_version"] == 2
    assert await open_letters(system, key=article_id) == []
    closed = (await newsloom(system, "dlq", "show", letter["id"], "--json")).json
    assert (closed["state"], closed["resolution"]["why"]) == ("replayed", "restored")


async def test_rubbish_is_discarded_with_a_reason_and_stays_readable(system: System) -> None:
    async with AIOKafkaProducer(bootstrap_servers=system.kafka) as producer:
        await producer.send_and_wait(ARTICLES_ENRICHED.name, b"rubbish", key=b"no article")
    [letter] = await eventually(
        lambda: open_letters(system, key="no article"), within=60, what="the dead letter"
    )
    assert letter["reason"] == "not-a-cloudevent"
    assert (await newsloom(system, "dlq", "discard", letter["id"])).code == 2
    said = await newsloom(system, "dlq", "discard", letter["id"], "--why", "a test message")
    assert said.code == 0, said.err
    assert await open_letters(system, key="no article") == []
    shown = await newsloom(system, "dlq", "show", letter["id"], "--value", "--json")
    assert (shown.json["value_text"], shown.json["state"]) == ("rubbish", "discarded")
    everything = (await newsloom(system, "dlq", "list", "--all", "--json")).json
    assert letter["id"] in [each["id"] for each in everything]
