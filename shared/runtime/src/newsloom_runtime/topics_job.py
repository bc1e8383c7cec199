"""Creates the topics once, as a job before the services start: `python -m newsloom_runtime.topics_job`.

Harmless when repeated. For places where the newsloom command is not installed, such as our images.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

from pydantic import Field
from pydantic_settings import BaseSettings

from newsloom_runtime.topics import TopicsFailed, create_topics

PAUSE_S = 1.0
REPLICATION_HELP = (
    "copies of each partition; 3 in a cluster, where a record is acknowledged when a majority has it"
)
Create = Callable[[], Awaitable[list[str]]]


class JobSettings(BaseSettings):
    """The same variable that the services read."""

    kafka_bootstrap_servers: str = Field(default="127.0.0.1:9092", validation_alias="KAFKA_BOOTSTRAP_SERVERS")


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
    """0 when every topic of the catalogue exists, 1 with a message on stderr when time ran out."""
    parser = argparse.ArgumentParser(prog="python -m newsloom_runtime.topics_job", description=__doc__)
    parser.add_argument("--replication", type=int, default=1, help=REPLICATION_HELP)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long to wait for Kafka")
    options = parser.parse_args(arguments)
    bootstrap = JobSettings().kafka_bootstrap_servers

    async def create() -> list[str]:
        return await create_topics(bootstrap, replication=options.replication)

    try:
        created = asyncio.run(create_in_time(create, seconds=options.seconds))
    except TopicsFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"created {name}\n" for name in created) or "every topic is there already\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
