"""`newsloom article --journey`: where an article is, or what became of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from newsloom.commands.console import print_json
from newsloom.dead_letters import moment
from newsloom.endpoints import endpoint, here, kafka_cluster
from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:  # with the clients of HTTP and Kafka they cost every command a fifth of a second
    from newsloom.journey.asking import Question
    from newsloom.journey.telling import Journey
    from newsloom_runtime.cluster import Cluster

T = TypeVar("T")
AUDIT = "ingest-audit.jsonl"


@dataclass(frozen=True, kw_only=True)
class JourneyOptions:
    """What can be chosen besides the article."""

    since: str
    within_s: float
    audit: Path | None
    kafka: str | None
    json: bool


def print_journey(
    article: str, source: str | None, feeds_url: str | None, publish_url: str | None, options: JourneyOptions
) -> Exit:
    """Print it; the exit code. CommandError for a time that is none."""
    from newsloom.journey.telling import as_json, lines

    trouble: list[str] = []
    feeds = _known("feeds", lambda: endpoint("feeds", feeds_url, here()), trouble)
    publish = _known("publish", lambda: endpoint("publish", publish_url, here()), trouble)
    kafka = _known("Kafka", lambda: kafka_cluster(options.kafka), trouble)
    question = _question(article, source, options)
    journey = asyncio.run(_asked(question, feeds, publish, kafka, trouble))
    if options.json:
        print_json(as_json(journey))
    else:
        typer.echo("\n".join(lines(journey)))
    return code_of(journey)


def code_of(journey: "Journey") -> Exit:
    """The exit code. What readers get counts first: to know that, the logs need not be whole."""
    if journey.public:
        return Exit.OK
    if any(each.startswith("Kafka") for each in journey.trouble):
        return Exit.NOT_RUNNING
    return Exit.TIMED_OUT if journey.cut_short else Exit.REFUSED


def _known(name: str, find: Callable[[], T], trouble: list[str]) -> T | None:
    try:
        return find()
    except CommandError as error:
        trouble.append(f"{name}: {error.what}")
        return None


def _question(article: str, source: str | None, options: JourneyOptions) -> "Question":
    from newsloom.journey.asking import Question
    from newsloom.journey.search import Wanted
    from newsloom_schemas.identity import article_id

    if source is None:
        wanted = Wanted(article_id=article)
    else:
        wanted = Wanted(article_id=article_id(source, article), source=source, external_id=article)
    audit = options.audit or here().logs / AUDIT
    since = moment(options.since, datetime.now(UTC))
    return Question(wanted=wanted, since=since, within_s=options.within_s, audit=audit)


async def _asked(
    question: "Question", feeds: str | None, publish: str | None, kafka: "Cluster | None", trouble: list[str]
) -> "Journey":
    from newsloom.client import connected
    from newsloom.journey.asking import journey_of

    async with connected(feeds=feeds, publish=publish) as client:
        return await journey_of(question, client, kafka, trouble)
