"""`newsloom topics`: create the topics of the catalogue, or compare the broker's with it."""

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsloom.commands.console import StackNarrator, print_json
from newsloom.endpoints import Bootstrap, here, kafka_cluster
from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:
    from newsloom_schemas.catalog import Topic

topics = typer.Typer(
    help="Create the topics of the catalogue, or check those of a broker.", no_args_is_help=True
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Sources = Annotated[
    Path | None,
    typer.Option(
        envvar="INGEST_SOURCES_FILE",
        help="The file of registered sources; those with an inbox have a topic. Default: the local stack's.",
    ),
]


@topics.command()
def create(
    kafka: Bootstrap = None,
    replication: Annotated[int, typer.Option(min=1, help="Copies of each partition.")] = 1,
    sources: Sources = None,
    json_: Json = False,
) -> None:
    """Create the topics that are missing, also the inboxes of sources; those that exist stay as they are.

    Exit codes: 0 all are there, 2 wrong usage, 3 Kafka cannot be reached or refuses.
    """
    from newsloom_runtime.topics import create_topics  # pulls in the Kafka client, needed only here

    wanted = _wanted(sources)
    created = _asked(create_topics(kafka_cluster(kafka), replication=replication, topics=wanted))
    if json_:
        print_json({"created": created})
        return
    with StackNarrator() as narrator:
        narrator.say(f"created {', '.join(created)}" if created else "every topic was there already")


@topics.command()
def check(kafka: Bootstrap = None, sources: Sources = None, json_: Json = False) -> None:
    """Compare the broker's topics with the catalogue and the inboxes of registered sources.

    Exit codes: 0 they agree, 1 something differs, 2 wrong usage, 3 Kafka cannot be reached.
    """
    from newsloom_runtime.topics import check_topics  # pulls in the Kafka client, needed only here

    wanted = _wanted(sources)
    problems = _asked(check_topics(kafka_cluster(kafka), topics=wanted))
    if json_:
        print_json({"problems": problems})
    else:
        for problem in problems:
            typer.echo(problem)
        if not problems:
            with StackNarrator() as narrator:
                narrator.say("the broker's topics are those of the catalogue")
    raise typer.Exit(1 if problems else 0)


def _wanted(sources: Path | None) -> "Sequence[Topic]":
    """The topics that should be there: the catalogue's, and an inbox of each source that has one."""
    from newsloom_runtime.sources_file import SourcesUnusable, inboxes
    from newsloom_schemas.catalog import TOPICS

    if sources is not None and not sources.exists():
        raise CommandError(f"there is no file {sources}", fix="name the file with --sources", code=Exit.USAGE)
    try:
        return (*TOPICS, *inboxes(sources or here().sources_file))
    except SourcesUnusable as error:
        raise CommandError(str(error), fix="correct the file", code=Exit.USAGE) from error


def _asked(work: Coroutine[Any, Any, list[str]]) -> list[str]:
    from newsloom_runtime.topics import TopicsFailed

    try:
        return asyncio.run(work)
    except TopicsFailed as error:
        raise CommandError(
            str(error), fix="see `newsloom status`, or name the broker with --kafka", code=Exit.NOT_RUNNING
        ) from error
