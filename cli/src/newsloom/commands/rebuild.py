"""`newsloom rebuild`: the store made anew from the log, or compared with it. publish does the work."""

import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from newsloom.endpoints import Bootstrap, MongoUrl, endpoint, here


class Source(StrEnum):
    """The two topics that hold every article."""

    ENRICHED = "articles-enriched"
    PUBLISHED = "articles-published"


def rebuild(
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare every document with the live one.")
    ] = False,
    source: Annotated[
        Source,
        typer.Option("--from", help="Replay the enriched articles, or fold the public states as a consumer."),
    ] = Source.ENRICHED,
    into: Annotated[
        str | None, typer.Option(help="Leave the rebuilt documents in this database, which must be empty.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Do not drop the database made to compare.")] = False,
    within: Annotated[
        float, typer.Option(min=0, help="Seconds for what differs to settle while the system works.")
    ] = 120.0,
    kafka: Bootstrap = None,
    mongo: MongoUrl = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Rebuild the store from the log into a database of its own, and compare the two with --verify.

    Nothing is emitted and the live store is only read. Ids, names of fields and digests are printed, never
    a text.

    Exit codes: 0 equal or rebuilt, 1 differences, 2 wrong usage, 3 Kafka or MongoDB cannot be reached,
    4 publish or some articles did not settle in time.
    """
    home = here()
    chosen = {"--verify": verify, "--keep": keep, "--json": json_}
    options = [name for name, wanted in chosen.items() if wanted]
    options += [f"--from={source.value}", f"--within={within}", *([f"--into={into}"] if into else [])]
    settings = {
        "KAFKA_BOOTSTRAP_SERVERS": endpoint("kafka", kafka, home),
        "MONGO_URL": endpoint("mongo", mongo, home),
    }
    _become(command(*options), {**os.environ, **settings})


def _become(program: list[str], environment: Mapping[str, str]) -> None:
    """Turn into publish's process, so that Ctrl-C reaches it and nothing stands between."""
    os.execve(program[0], program, environment)  # noqa: S606 - no shell is wanted


def command(*options: str) -> list[str]:
    """What is run: services are started as processes, never imported."""
    return [sys.executable, "-m", "publish.rebuild", *options]
