"""Asks everybody who knows something of an article; whoever is away is named, and the others are told."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsloom.errors import CommandError
from newsloom.journey.search import Found, Wanted, search
from newsloom.journey.telling import Journey
from newsloom.journey.verdict import READER, verdict_of
from newsloom.journey.ways import Record, Way, ways_of
from newsloom_runtime.errors import TransientError
from newsloom_runtime.group_offsets import committed_offsets
from newsloom_runtime.raw_reader import RawReader

if TYPE_CHECKING:
    from newsloom.client import Client
    from newsloom_runtime.cluster import Cluster

QUIET_S = 2.0  # what takes longer says how far it is
GROUPS_WITHIN_S = 5.0
SHOWN_REFUSALS = 5
LOOKED_AT_BYTES = 4 * 1024 * 1024  # of the end of the audit


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which article, since when, and for how many seconds the logs may be read."""

    wanted: Wanted
    since: datetime
    within_s: float
    audit: Path | None = None


async def journey_of(
    question: Question, client: "Client | None", kafka: "Cluster | None", trouble: list[str]
) -> Journey:
    """What is known. `trouble` names what could not even be addressed, and grows by what does not answer."""
    record, asked = await _record(client, question.wanted.article_id, trouble)
    journey = Journey(
        article_id=question.wanted.article_id,
        since=question.since,
        record=record,
        readers=await _readers(client, question.wanted.article_id, trouble),
    )
    if kafka is None:
        refusals = _refusals(question, record, ())
        return replace(journey, trouble=trouble, refusals=refusals, cut_short="no log could be read")
    found = Found()
    cut_short = await _searched(kafka, question, found, record, trouble)
    ways = ways_of(found.sightings, found.letters, record)
    told = await _told(ways, record, kafka, asked=asked)
    refusals = _refusals(question, record, ways)
    return replace(journey, ways=told, refusals=refusals, trouble=trouble, cut_short=cut_short)


async def _record(client: "Client | None", article_id: str, trouble: list[str]) -> tuple[Record | None, bool]:
    if client is None or client.publish is None:
        return None, False
    try:
        return await client.record(article_id), True
    except CommandError as error:
        trouble.append(f"publish: {error.what}")
        return None, False


async def _readers(client: "Client | None", article_id: str, trouble: list[str]) -> str:
    if client is None or client.feeds is None:
        return ""
    from newsloom.client import Refused

    try:
        document = await client.article(article_id)
    except Refused as refused:
        return f"{refused.status} {refused.what}"
    except CommandError as error:
        trouble.append(f"feeds: {error.what}")
        return ""
    if document is None:
        return "404 they do not see it"
    return f"200 revision {document['revision']}, version {document['document_version']}"


async def _searched(
    kafka: "Cluster", question: Question, found: Found, record: Record | None, trouble: list[str]
) -> str | None:
    """Fill `found`; why it is not whole, or None."""
    try:
        async with asyncio.timeout(question.within_s), RawReader(kafka) as reader:
            feeds = (record or {}).get("feeds_ever", ())
            await search(
                reader, question.wanted, found, since=question.since, feeds=feeds, tell=_Progress().tell
            )
    except TimeoutError:
        return (
            f"the logs were not read to their ends within {question.within_s:g} s; give --within or --since"
        )
    except TransientError as error:
        trouble.append(f"Kafka: {error}")
        return "the logs could not be read" if not found.sightings else "reading the logs broke off"
    if found.missing_topics:
        trouble.append(f"Kafka: no topic {', '.join(found.missing_topics)}; run `newsloom topics create`")
    return None


async def _told(
    ways: list[Way], record: Record | None, kafka: "Cluster", *, asked: bool
) -> list[tuple[Way, Any]]:
    """The ways with their verdicts; groups are asked only where something is still on its way."""
    verdicts = [verdict_of(way, record, {}, asked=asked) for way in ways]
    if any(verdict.on_its_way for verdict in verdicts):
        committed = await _committed(kafka)
        verdicts = [verdict_of(way, record, committed, asked=asked) for way in ways]
    return list(zip(ways, verdicts, strict=True))


async def _committed(kafka: "Cluster") -> Mapping[str, Mapping[int, int]]:
    known: dict[str, dict[int, int]] = {}
    with suppress(TransientError, TimeoutError):
        async with asyncio.timeout(GROUPS_WITHIN_S):
            for topic, group in READER.items():
                known[group] = await committed_offsets(kafka, group, topic)
    return known


class _Progress:
    """Says on stderr how far the reading is, now and then; short ones pass in silence."""

    def __init__(self) -> None:
        self._said_at = time.monotonic()

    def tell(self, place: str, done: int, of: int) -> None:
        if done < of and time.monotonic() - self._said_at > QUIET_S:
            self._said_at = time.monotonic()
            sys.stderr.write(f"reading {place}: {done} of {of} records\n")


def _refusals(question: Question, record: Record | None, ways: Sequence[Way]) -> list[dict[str, Any]]:
    """The last lines of the audit that refuse something of the article's source, since it was last taken."""
    since = max((way.hops[0].at for way in ways), default=question.since)
    source = question.wanted.source or (record or {}).get("source")
    if question.audit is None or source is None:
        return []
    lines = (_line(text) for text in _tail(question.audit))
    ours = [line for line in lines if line.get("source") == source and _is_refusal(line, since)]
    return ours[-SHOWN_REFUSALS:]


def _tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - LOOKED_AT_BYTES))
            return file.read().decode(errors="replace").splitlines()
    except OSError:
        return []


def _line(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_refusal(line: Mapping[str, Any], since: datetime) -> bool:
    if "code" not in line or line.get("event_id"):
        return False
    try:
        at = datetime.fromisoformat(str(line.get("time")))
    except ValueError:
        return False
    return at.replace(tzinfo=at.tzinfo or UTC) >= since
