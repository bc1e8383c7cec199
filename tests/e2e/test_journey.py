"""An article's way through the whole system: one trace in every log, and a journey for every end."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaProducer

from newsloom_runtime.raw_reader import RawReader
from newsloom_runtime.records import RawRecord
from newsloom_schemas.catalog import (
    ARTICLES_ENRICHED,
    ARTICLES_PUBLISHED,
    ARTICLES_SUBMITTED,
    FEED_UPDATES,
    editorial_inbox,
)
from newsloom_schemas.codec import encode
from newsloom_schemas.identity import article_id as identify
from tests.deliveries.sample import SOURCE as REGISTERED
from tests.e2e.command_line import Said, newsloom
from tests.e2e.system import System
from tests.eventually import eventually
from tests.factories import submitted

SOURCE = "followed-closely"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CLIENTS = f"00-{TRACE}-00f067aa0ba902b7-01"
SECRET = "the pilot had been asleep"
WITHIN_S = 60.0
SERVICES = ("ingest", "enrich", "publish", "feeds")


def article(name: str, revision: int = 1, **fields: object) -> dict[str, object]:
    return {
        "external_id": name,
        "revision": revision,
        "headline": f"Ferry to Osterby sails again, revision {revision}",
        "body_text": f"The ferry sails again from Monday on; {SECRET}.",
        "language": "en",
        **fields,
    }


async def handed_in(system: System, document: dict[str, object], traceparent: str = CLIENTS) -> Any:
    answer = await system.post(
        "/v1/articles", params={"source": SOURCE}, json=document, headers={"traceparent": traceparent}
    )
    assert answer.status_code == 202, answer.text
    return answer.json()


async def records_of(system: System, article_id: str) -> dict[str, list[RawRecord]]:
    """Every record about the article, by topic."""
    found: dict[str, list[RawRecord]] = {}
    async with RawReader(system.kafka) as reader:
        for topic in (ARTICLES_SUBMITTED, ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES):
            for partition, (start, end) in (await reader.bounds(topic.name)).items():
                async for batch in reader.read(topic.name, partition, start, end):
                    ours = [raw for raw in batch if raw.header("ce_subject") == article_id.encode()]
                    found.setdefault(topic.name, []).extend(ours)
    return found


async def journey(system: System, name: str, *options: str) -> Said:
    return await newsloom(system, "article", name, "--source", SOURCE, "--journey", *options)


async def journey_in_state(system: System, name: str, *states: str) -> Any:
    """The journey as JSON, once its ways have these states."""

    async def there() -> Any:
        said = await journey(system, name, "--json")
        found = [way["state"] for way in said.json.get("journeys", ())]
        return said.json if found == list(states) else None

    return await eventually(there, within=WITHIN_S, what=f"{name} is {states}", every=0.5)


async def test_one_trace_leads_from_the_request_to_every_feed(system: System) -> None:
    taken = await handed_in(system, article("traced"))
    await system.shown(taken["article_id"])
    found = await records_of(system, taken["article_id"])
    assert {topic: {raw.header("traceparent") for raw in raws} for topic, raws in found.items()} == {
        topic.name: {CLIENTS.encode()}
        for topic in (ARTICLES_SUBMITTED, ARTICLES_ENRICHED, ARTICLES_PUBLISHED, FEED_UPDATES)
    }
    assert len(found[FEED_UPDATES.name]) >= 3
    told = await journey_in_state(system, "traced", "published")
    [way] = told["journeys"]
    hops = [hop["hop"] for hop in way["hops"]]
    assert (way["trace_id"], hops[:4]) == (TRACE, ["accepted", "logged", "enriched", "told"])
    assert hops.count("fed") == len(found[FEED_UPDATES.name])
    assert (await journey(system, "traced")).code == 0


async def test_each_revision_keeps_its_own_trace_and_one_without_a_valid_one_begins_it(
    system: System,
) -> None:
    first = await handed_in(system, article("twice"))
    await system.shown(first["article_id"])
    await handed_in(system, article("twice", 2), traceparent="00-rubbish-01")
    await system.shown(first["article_id"], revision=2)
    told = await journey_in_state(system, "twice", "superseded", "published")
    of_first, of_second = (way["trace_id"] for way in told["journeys"])
    assert of_first == TRACE
    assert len(of_second) == 32
    assert of_second != TRACE


async def test_killed_and_conflicting_ones_are_told_with_their_ends(system: System) -> None:
    first = await handed_in(system, article("ends"))
    await system.shown(first["article_id"])
    await handed_in(system, article("ends", headline="Another story under the same number"))
    told = await journey_in_state(system, "ends", "published", "rejected")
    assert told["journeys"][1]["dead_letters"][0]["reason"] == "conflict"
    await system.post(
        "/v1/articles/kill", params={"source": SOURCE, "external_id": "ends"}, json={"reason": "false"}
    )
    told = await journey_in_state(system, "ends", "killed", "rejected", "killed")
    assert told["readers"].startswith("410")
    said = await journey(system, "ends")
    assert (said.code, SECRET in said.out) == (1, False)


async def test_one_under_embargo_and_one_that_was_refused_are_told(system: System) -> None:
    until = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    await handed_in(system, article("later", embargo_until=until.isoformat()))
    await journey_in_state(system, "later", "withheld")
    refused = await system.post(
        "/v1/articles",
        params={"source": SOURCE},
        json=article("refused", 0),
        headers={"traceparent": CLIENTS},
    )
    assert refused.status_code == 422

    async def in_the_audit() -> bool:
        said = await journey(system, "refused")
        assert (said.code, "no log holds anything of it" in said.out) == (1, True)
        return f"invalid  dev  /v1/articles  trace {TRACE}" in said.out

    await eventually(in_the_audit, within=WITHIN_S, what="the audit tells of the refusal", every=0.5)


async def test_a_dead_letter_keeps_the_trace_and_its_log_line_names_the_article(system: System) -> None:
    event = submitted("letter", source=SOURCE)
    record = encode(event, source="/elsewhere", time=datetime.now(UTC), traceparent=CLIENTS)
    await system.send_misplaced(ARTICLES_SUBMITTED, record)
    told = await journey_in_state(system, "letter", "dead-lettered")
    assert told["journeys"][0]["trace_id"] == TRACE
    letters = [line for line in log_text(system, "enrich").splitlines() if '"dead_letter"' in line]
    [line] = [line for line in map(json.loads, letters) if line.get("event_id") == event.event_id]
    assert (line["article_id"], line["source"], line["role"], line["trace_id"]) == (
        event.article_id,
        SOURCE,
        "enricher",
        TRACE,
    )


async def test_a_record_of_an_inbox_brings_its_trace_along_or_begins_one(system: System) -> None:
    names = {"with": [("traceparent", CLIENTS.encode())], "without": [("traceparent", b"0" * 100_000)]}
    async with AIOKafkaProducer(bootstrap_servers=system.kafka) as producer:
        for name, headers in names.items():
            value = json.dumps(article(f"inbox-{name}")).encode()
            await producer.send_and_wait(editorial_inbox(REGISTERED).name, value, headers=headers)
    traces = {}
    for name in names:
        article_id = identify(REGISTERED, f"inbox-{name}")
        await system.shown(article_id)
        found = await records_of(system, article_id)
        traces[name] = {raw.header("traceparent") for raws in found.values() for raw in raws}
    assert traces["with"] == {CLIENTS.encode()}
    [begun] = traces["without"]
    assert begun is not None
    assert len(begun) == len(CLIENTS)


async def test_every_line_of_every_log_is_one_json_object_without_texts(system: System) -> None:
    before = {service: len(log_text(system, service)) for service in SERVICES}
    taken = await handed_in(system, article("logged"))
    await system.shown(taken["article_id"])
    await handed_in(system, article("logged", headline="Another story under the same number"))
    await journey_in_state(system, "logged", "published", "rejected")
    await system.post(
        "/v1/articles/kill", params={"source": SOURCE, "external_id": "logged"}, json={"reason": "false"}
    )
    await journey_in_state(system, "logged", "killed", "rejected", "killed")
    written = {service: log_text(system, service)[before[service] :] for service in SERVICES}
    lines = [json.loads(line) for text in written.values() for line in text.splitlines()]
    assert all({"service", "event", "level", "timestamp"} <= line.keys() for line in lines)
    about = {line["event"]: line for line in lines if line.get("article_id") == taken["article_id"]}
    assert about.keys() == {"dead_letter", "article_killed"}
    assert about["dead_letter"]["trace_id"] == TRACE
    assert len(about["article_killed"]["trace_id"]) == len(TRACE)  # one that began with the kill
    assert SECRET not in str(written)


def log_text(system: System, service: str) -> str:
    """What a service has logged in whole lines."""
    text = system.stack.home.log_file(service).read_text()
    return text[: text.rfind("\n") + 1]
