"""`newsloom tail`: the events of a topic as they arrive."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsloom.endpoints import Bootstrap, kafka_cluster
from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:
    from newsloom_runtime.cluster import Cluster
    from newsloom_runtime.log_reader import LogEntry
    from newsloom_schemas.catalog import Topic


def tail(
    topic: Annotated[str, typer.Argument(help="A topic of the catalogue, such as articles-published.")],
    start: Annotated[
        Literal["beginning", "end"], typer.Option("--from", help="Where to start reading.")
    ] = "end",
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many events.")] = None,
    kafka: Bootstrap = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, events whole.")
    ] = False,
) -> None:
    """Show the events of a topic, one a line, until Ctrl-C or --limit.

    Exit codes: 0 ended as asked, 2 there is no such topic, 3 Kafka cannot be reached.
    """
    from newsloom_runtime.errors import TransientError  # with the Kafka client, needed only here

    chosen = _topic(topic)
    bootstrap = kafka_cluster(kafka)
    try:
        asyncio.run(_print(bootstrap, chosen, start, limit, json_=json_))
    except KeyboardInterrupt:
        return
    except TransientError as error:
        raise CommandError(str(error), fix="see `newsloom status`", code=Exit.NOT_RUNNING) from error


def _topic(name: str) -> "Topic":
    from newsloom_schemas.catalog import TOPICS

    with_events = {topic.name: topic for topic in TOPICS if topic.events}
    if name not in with_events:
        raise CommandError(
            f"no topic {name} that holds events",
            fix=f"choose among {', '.join(with_events)}",
            code=Exit.USAGE,
        )
    return with_events[name]


async def _print(
    bootstrap: "Cluster",
    topic: "Topic",
    start: Literal["beginning", "end"],
    limit: int | None,
    *,
    json_: bool,
) -> None:
    left = limit
    async with aclosing(_entries(bootstrap, topic, start)) as entries:
        async for entry in entries:
            sys.stdout.write((as_json(topic.name, entry) if json_ else as_line(entry)) + "\n")
            sys.stdout.flush()
            left = None if left is None else left - 1
            if left == 0:
                return


async def _entries(
    bootstrap: "Cluster", topic: "Topic", start: Literal["beginning", "end"]
) -> "AsyncGenerator[LogEntry, None]":
    from newsloom_runtime.log_reader import LogReader

    async with LogReader(bootstrap, topic) as reader:
        sys.stderr.write(f"{topic.name} on {bootstrap}, from the {start}\n")
        async for entries in reader.follow(start):
            for entry in entries:
                yield entry


def as_line(entry: "LogEntry") -> str:
    """`14:03:22.041  3:117  article.published.v1  7c9e6679-…  Harbour bridge reopens`."""
    event = entry.event
    kind = event.EVENT_TYPE.removeprefix("newsloom.")
    where = f"{entry.partition}:{entry.offset}"
    return (
        f"{_clock_time(entry.timestamp_ms)}  {where:<10}  {kind:<24}  {event.record_key:<36}  {_gist(entry)}"
    )


def _clock_time(timestamp_ms: int) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(timestamp_ms / 1000).astimezone().strftime("%H:%M:%S.%f")[:-3]


def _gist(entry: "LogEntry") -> str:
    event = entry.event
    shown = getattr(event, "content", None) or getattr(event, "entry", None)
    facts = [
        getattr(event, "action", None),
        f"revision {event.revision}" if hasattr(event, "revision") else None,
        shown.headline if shown is not None else None,
    ]
    return " · ".join(fact for fact in facts if fact)


def as_json(topic: str, entry: "LogEntry") -> str:
    """One line of JSON: the place in the log, the type, the key, and the payload as it was sent."""
    import json

    from newsloom_schemas.codec import dump

    place = {
        "topic": topic,
        "partition": entry.partition,
        "offset": entry.offset,
        "timestamp_ms": entry.timestamp_ms,
        "type": entry.event.EVENT_TYPE,
        "key": entry.event.record_key,
        "event": json.loads(dump(entry.event)),
    }
    return json.dumps(place, ensure_ascii=False)
