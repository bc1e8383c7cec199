"""What became of a submission, through the whole system: every end it can come to, and how long it took."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from pymongo import MongoClient

from newsloom_schemas import identity
from newsloom_schemas.catalog import ARTICLES_SUBMITTED, editorial_inbox
from newsloom_schemas.codec import encode
from tests.deliveries.sample import SOURCE as REGISTERED
from tests.e2e.command_line import newsloom
from tests.e2e.system import System
from tests.eventually import eventually
from tests.factories import submitted

SOURCE = "became-of-it"
HOPS = ["accepted", "logged", "enriched", "stored", "announced"]
WITHIN_S = 60.0


def article(name: str, revision: int = 1, **fields: object) -> dict[str, object]:
    return {
        "external_id": name,
        "revision": revision,
        "headline": f"Ferry to Osterby sails again, revision {revision}",
        "body_text": "The ferry between Larkhaven and Osterby sails again from Monday on.",
        "language": "en",
        **fields,
    }


async def handed_in(system: System, document: dict[str, object], source: str = SOURCE) -> str:
    """The address at which the 202 says that its state is told."""
    answer = await system.post("/v1/articles", params={"source": source}, json=document)
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]


async def told(system: System, location: str) -> dict[str, Any]:
    """The state now; a busy machine may need to be asked again, but never says that there is none."""

    async def answered() -> dict[str, Any] | None:
        answer = await system.http.get(
            system.at.need("ingest") + location, headers={"authorization": f"Bearer {system.key}"}
        )
        assert answer.status_code in (200, 503), answer.text
        return answer.json() if answer.status_code == 200 else None

    found: dict[str, Any] = await eventually(answered, within=WITHIN_S, what=f"an answer at {location}")
    return found


async def became(system: System, location: str, state: str) -> dict[str, Any]:
    """The answer, once it has this state."""

    async def there() -> dict[str, Any] | None:
        found = await told(system, location)
        return found if found["state"] == state else None

    found: dict[str, Any] = await eventually(there, within=WITHIN_S, what=f"{location} is {state}", every=0.1)
    return found


async def test_a_published_one_is_told_with_its_address_and_every_step(
    system: System, tmp_path: Path
) -> None:
    file = tmp_path / "ferry.json"
    file.write_text(
        '{"external_id": "told", "revision": 1, "headline": "Ferry sails", "body_text": "From Monday on."}'
    )
    waited = await newsloom(system, "submit", str(file), "--source", SOURCE, "--wait", "--json")
    assert (waited.code, waited.json["state"]) == (0, "published"), waited.err
    event_id = waited.json["event_id"]

    async def with_every_step() -> dict[str, Any] | None:
        """The records that tell are there a moment after the store has it."""
        found = await told(system, f"/v1/submissions/{event_id}")
        return found if [hop["hop"] for hop in found["hops"]] == HOPS else None

    found = await eventually(with_every_step, within=WITHIN_S, what="every step has its time", every=0.1)
    assert found["url"] == waited.json["url"]
    assert (await system.http.get(found["url"])).status_code == 200
    assert found["hops"] == sorted(found["hops"], key=lambda hop: str(hop["at"]))
    for_people = await newsloom(system, "submission", event_id, "--wait")
    assert for_people.code == 0, for_people.err
    assert for_people.out.startswith(f"published  article 1 of {SOURCE}")
    unknown = await newsloom(system, "submission", event_id[:-4] + "0000")
    assert unknown.code == 1


async def test_a_later_revision_supersedes_and_the_same_number_is_rejected(system: System) -> None:
    first = await handed_in(system, article("moves"))
    await became(system, first, "published")
    second = await handed_in(system, article("moves", 2))
    await became(system, second, "published")
    assert (await became(system, first, "superseded"))["superseded_by"] == 2
    other = await handed_in(system, article("moves", 2, headline="Another story under the same number"))
    rejected = await became(system, other, "rejected")
    await eventually(
        lambda: told_letter(system, other, "conflict"), within=WITHIN_S, what="the dead letter is told"
    )
    assert "send a higher" in rejected["detail"]
    assert (await newsloom(system, "submission", other.rpartition("/")[2])).code == 1
    assert (await told(system, second))["state"] == "published"


async def told_letter(system: System, location: str, reason: str) -> bool:
    found = await told(system, location)
    return bool(found.get("dead_letter", {}).get("reason") == reason)


async def test_a_kill_ends_what_was_published_and_is_told_itself(system: System) -> None:
    first = await handed_in(system, article("withdrawn"))
    await became(system, first, "published")
    query = {"source": SOURCE, "external_id": "withdrawn"}
    edited = await system.http.put(
        system.at.need("ingest") + "/v1/articles/tags",
        params=query,
        json={"edit": 1, "added": [{"kind": "place", "label": "Osterby"}]},
        headers={"authorization": f"Bearer {system.key}"},
    )
    assert (await became(system, edited.headers["location"], "published"))["edit"] == 1
    killed = await system.post("/v1/articles/kill", params=query, json={"reason": "The ferry sank"})
    found = await became(system, killed.headers["location"], "killed")
    assert found["kind"] == "kill"
    of_article = await became(system, first, "killed")
    assert "sails again" not in str(of_article)
    assert "url" not in of_article
    assert (await newsloom(system, "submission", found["event_id"])).code == 0
    assert (await newsloom(system, "submission", of_article["event_id"])).code == 1


async def test_one_from_a_kafka_inbox_can_be_asked_for_like_any_other(system: System) -> None:
    document = article(f"inbox-{uuid4().hex}")
    async with AIOKafkaProducer(bootstrap_servers=system.kafka) as producer:
        await producer.send_and_wait(editorial_inbox(REGISTERED).name, json.dumps(document).encode())
    shown = await system.shown(identity.article_id(REGISTERED, str(document["external_id"])))
    found = await became(system, f"/v1/submissions/{shown['submission_event_id']}", "published")
    assert (found["source"], found["revision"]) == (REGISTERED, 1)


async def test_one_under_embargo_is_withheld_until_then(system: System) -> None:
    until = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    location = await handed_in(system, article("later", embargo_until=until.isoformat()))
    found = await became(system, location, "withheld")
    assert datetime.fromisoformat(found["withheld_until"]) == until
    assert "url" not in found


async def test_one_that_enrich_could_not_process_names_its_letter(system: System) -> None:
    """As a foreign producer with another partitioner writes it: past the order of its article."""
    event = submitted("misplaced", source=SOURCE)
    record = encode(event, source="/elsewhere", time=datetime.now(UTC))
    await system.send_misplaced(ARTICLES_SUBMITTED, record)
    found = await became(system, f"/v1/submissions/{event.event_id}", "dead-lettered")
    letter = found["dead_letter"]
    assert letter["reason"] == "partition"
    assert letter["id"].startswith("enrich:")
    assert (await newsloom(system, "dlq", "show", letter["id"])).code == 0
    replayed = await newsloom(system, "dlq", "replay", letter["id"], "--go", "--why", "put in its place")
    assert replayed.code == 0, replayed.err
    assert (await became(system, f"/v1/submissions/{event.event_id}", "published"))["state"] == "published"


async def test_one_that_publish_could_not_process_is_told_until_it_is_mended(system: System) -> None:
    first = await handed_in(system, article("mended"))
    article_id = (await became(system, first, "published"))["article_id"]
    with MongoClient[dict[str, Any]](system.at.need("mongo")) as client:
        held = client["newsloom"]["articles"]
        # Somebody edits the stored document by hand: publish cannot read it any more.
        held.update_one({"_id": article_id}, {"$set": {"publication.run": "none"}})
        second = await handed_in(system, article("mended", 2))
        found = await became(system, second, "dead-lettered")
        assert (found["dead_letter"]["stage"], found["dead_letter"]["reason"]) == ("publisher", "bug")
        held.update_one({"_id": article_id}, {"$set": {"publication.run": 0}})
    letter = found["dead_letter"]["id"]
    said = await newsloom(system, "dlq", "replay", letter, "--go", "--why", "restored")
    assert said.code == 0, said.err
    await became(system, second, "published")


async def test_a_thousand_equal_submissions_at_once_are_one_event_and_one_article(system: System) -> None:
    source, document = "thousand-times", article("once")
    answers = await asyncio.gather(*(handed_in(system, document, source) for _ in range(1_000)))
    (location,) = set(answers)
    found = await became(system, location, "published")
    await system.drained("enrich", "publish")
    assert await system.feed_ids(f"source/{source}") == [found["article_id"]]
    assert (await system.shown(found["article_id"]))["document_version"] == 1
    assert (await told(system, location))["state"] == "published"
