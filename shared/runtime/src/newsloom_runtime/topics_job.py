"""Creates the topics once, as a job before the services start: `python -m newsloom_runtime.topics_job`.

Those of the catalogue, and the inbox of every source in INGEST_SOURCES_FILE that has one. Harmless when
repeated. For places where the newsloom command is not installed, such as our images.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import Field

from newsloom_runtime.settings import KafkaSettings
from newsloom_runtime.sources_file import SourcesUnusable, inboxes
from newsloom_runtime.topics import TopicsFailed, create_topics
from newsloom_schemas.catalog import TOPICS

PAUSE_S = 1.0
REPLICATION_HELP = (
    "copies of each partition; 3 in a cluster, where a record is acknowledged when a majority has it"
)
Create = Callable[[], Awaitable[list[str]]]


class JobSettings(KafkaSettings):
    """The same variables that the services read."""

    sources_file: Path | None = Field(default=None, validation_alias="INGEST_SOURCES_FILE")


async def create_in_time(create: Create, *, seconds: float, pause_s: float = PAUSE_S) -> list[str]:
    """The names that `create` made. It is tried until it succeeds or `seconds` are over.

    Raises the last TopicsFailed. At least one attempt is made.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await create()
        except TopicsFailed as error:
            if time.monotonic() + pause_s > deadline:
                raise
            sys.stderr.write(f"{error}; trying again\n")
        await asyncio.sleep(pause_s)


def main(arguments: list[str] | None = None) -> int:
    """0 when every topic exists, 1 with a message on stderr when time ran out or the sources are wrong."""
    parser = argparse.ArgumentParser(prog="python -m newsloom_runtime.topics_job", description=__doc__)
    parser.add_argument("--replication", type=int, default=1, help=REPLICATION_HELP)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long to wait for Kafka")
    options = parser.parse_args(arguments)
    settings = JobSettings()

    async def create() -> list[str]:
        return await create_topics(
            settings.kafka,
            replication=options.replication,
            topics=(*TOPICS, *inboxes(settings.sources_file)),
        )

    try:
        created = asyncio.run(create_in_time(create, seconds=options.seconds))
    except (TopicsFailed, SourcesUnusable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"created {name}\n" for name in created) or "every topic is there already\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
