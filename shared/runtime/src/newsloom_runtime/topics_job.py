"""Creates the topics once, as a job before the services start: `python -m newsloom_runtime.topics_job`.

Those of the catalogue, and the inbox of every source in INGEST_SOURCES_FILE that has one. Harmless when
repeated. For places where the newsloom command is not installed, such as our images.

With --users and --acls, for which it must be an administrator of the cluster, it first sets the passwords of
all users and then grants them what the catalogue says.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import Field

from newsloom_runtime.acls import apply_acls
from newsloom_runtime.kafka_users import PasswordsUnusable, read_passwords, set_passwords
from newsloom_runtime.log_consumer import LogUnavailable
from newsloom_runtime.production import read_settings
from newsloom_runtime.settings import KafkaSettings
from newsloom_runtime.sources_file import SourcesUnusable, inboxes
from newsloom_runtime.topics import TopicsFailed, create_topics
from newsloom_schemas.access import wanted_grants
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


async def prepare(settings: JobSettings, options: argparse.Namespace) -> list[str]:
    """What was asked for, in the order in which it is needed. Raises TopicsFailed: try again."""
    told: list[str] = []
    wanted = inboxes(settings.sources_file)
    try:
        if options.users:
            passwords = read_passwords(options.users)
            await set_passwords(settings.kafka, passwords)
            told += [f"set the password of {user}" for user in passwords]
        if options.acls:
            granted = await apply_acls(settings.kafka, wanted_grants(wanted), prune=options.prune)
            told += [f"granted: {grant}" for grant in granted.missing]
            told += [f"{'taken away' if options.prune else 'left'}: {each}" for each in granted.superfluous]
    except LogUnavailable as error:
        raise TopicsFailed(str(error)) from error
    topics = (*TOPICS, *wanted)
    created = await create_topics(settings.kafka, replication=options.replication, topics=topics)
    return told + [f"created {name}" for name in created]


def main(arguments: list[str] | None = None) -> int:
    """0 when every topic exists, 1 with a message on stderr when time ran out or a file is wrong.

    A setting that is wrong ends it with exit code 2, as it ends a service.
    """
    options = _parsed(arguments)
    settings = read_settings(JobSettings, "topics")
    try:
        done = asyncio.run(create_in_time(lambda: prepare(settings, options), seconds=options.seconds))
    except (TopicsFailed, SourcesUnusable, PasswordsUnusable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in done) or "every topic is there already\n")
    return 0


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m newsloom_runtime.topics_job", description=__doc__)
    parser.add_argument("--replication", type=int, default=1, help=REPLICATION_HELP)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long to wait for Kafka")
    parser.add_argument(
        "--users", type=Path, metavar="FOLDER", help="set the passwords in USER.password there"
    )
    parser.add_argument("--acls", action="store_true", help="grant each user what the catalogue says")
    parser.add_argument("--prune", action="store_true", help="with --acls: take every other grant away")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
