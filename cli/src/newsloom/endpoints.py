"""Where the running system is: an option or variable says so, else the local stack's own files."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsloom.errors import CommandError, Exit
from newsloom.stack.addresses import read_addresses
from newsloom.stack.home import Home, find_home

if TYPE_CHECKING:
    from newsloom_runtime.cluster import KafkaCluster

IngestUrl = Annotated[
    str | None,
    typer.Option(
        "--ingest-url", envvar="NEWSLOOM_INGEST_URL", help="Where ingest is. Default: the local stack."
    ),
]
FeedsUrl = Annotated[
    str | None,
    typer.Option(
        "--feeds-url", envvar="NEWSLOOM_FEEDS_URL", help="Where feeds is. Default: the local stack."
    ),
]
PublishUrl = Annotated[
    str | None,
    typer.Option(
        "--publish-url", envvar="NEWSLOOM_PUBLISH_URL", help="Where publish is. Default: the local stack."
    ),
]
Bootstrap = Annotated[
    str | None,
    typer.Option(
        "--kafka", envvar="KAFKA_BOOTSTRAP_SERVERS", help="host:port of Kafka. Default: the local stack."
    ),
]
MongoUrl = Annotated[
    str | None,
    typer.Option("--mongo", envvar="MONGO_URL", help="URL of MongoDB. Default: the local stack."),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        envvar="NEWSLOOM_KEY",
        show_envvar=True,
        help="Key for ingest. Default: the development key of the local stack.",
    ),
]


def here() -> Home:
    """The stack that belongs to the current folder."""
    return find_home(os.environ, Path.cwd())


def endpoint(name: str, chosen: str | None, home: Home) -> str:
    """The address of one component, without a slash at its end. CommandError when nothing tells it."""
    address = chosen or read_addresses(home.stack_file).as_dict().get(name)
    if address is None:
        raise CommandError(
            f"{name} is not running here: {home.stack_file} does not name it",
            fix=f"start the system with `newsloom up`, or say where it is with {_option(name)}",
            code=Exit.NOT_RUNNING,
        )
    return address.rstrip("/")


def kafka_cluster(chosen: str | None) -> "KafkaCluster":
    """Kafka at the address that is chosen or known here, by the KAFKA_* variables of the services.

    CommandError when nothing tells where it is, or when the variables or their files cannot be used.
    """
    from pydantic import ValidationError  # with the Kafka client, only where Kafka is asked

    from newsloom_runtime.settings import KafkaSettings

    try:
        return KafkaSettings(kafka_bootstrap_servers=endpoint("kafka", chosen, here())).kafka
    except ValidationError as error:
        why = "; ".join(str(each["msg"]) for each in error.errors(include_input=False, include_url=False))
        raise CommandError(why, fix="see docs/security.md", code=Exit.USAGE) from None
    except ValueError as error:  # of a variable and its file only one may be there, and readable
        raise CommandError(str(error), fix="see docs/security.md", code=Exit.USAGE) from None


def _option(name: str) -> str:
    return f"--{name}" if name in ("kafka", "mongo") else f"--{name}-url"


def read_key(chosen: str | None, home: Home) -> str:
    """The key to send. CommandError when there is none."""
    if chosen:
        return chosen
    try:
        return home.dev_key_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(
            f"there is no key: {home.dev_key_file} cannot be read",
            fix="give one with --key or NEWSLOOM_KEY, or make a development key with `newsloom up`",
            code=Exit.USAGE,
        ) from error
