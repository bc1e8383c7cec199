"""`newsloom topics`: create the topics of the catalogue, or compare the broker's with it."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any

import typer

from newsloom.commands.console import StackNarrator, print_json
from newsloom.endpoints import Bootstrap, endpoint, here
from newsloom.errors import CommandError, Exit

topics = typer.Typer(
    help="Create the topics of the catalogue, or check those of a broker.", no_args_is_help=True
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@topics.command()
def create(
    kafka: Bootstrap = None,
    replication: Annotated[int, typer.Option(min=1, help="Copies of each partition.")] = 1,
    json_: Json = False,
) -> None:
    """Create the topics that are missing; those that exist stay as they are.

    Exit codes: 0 all are there, 2 wrong usage, 3 Kafka cannot be reached or refuses.
    """
    from newsloom_runtime.topics import create_topics  # pulls in the Kafka client, needed only here

    created = _asked(create_topics(endpoint("kafka", kafka, here()), replication=replication))
    if json_:
        print_json({"created": created})
        return
    with StackNarrator() as narrator:
        narrator.say(f"created {', '.join(created)}" if created else "every topic was there already")


@topics.command()
def check(kafka: Bootstrap = None, json_: Json = False) -> None:
    """Compare the broker's topics with the catalogue.

    Exit codes: 0 they agree, 1 something differs, 2 wrong usage, 3 Kafka cannot be reached.
    """
    from newsloom_runtime.topics import check_topics  # pulls in the Kafka client, needed only here

    problems = _asked(check_topics(endpoint("kafka", kafka, here())))
    if json_:
        print_json({"problems": problems})
    else:
        for problem in problems:
            typer.echo(problem)
        if not problems:
            with StackNarrator() as narrator:
                narrator.say("the broker's topics are those of the catalogue")
    raise typer.Exit(1 if problems else 0)


def _asked(work: Coroutine[Any, Any, list[str]]) -> list[str]:
    from newsloom_runtime.topics import TopicsFailed

    try:
        return asyncio.run(work)
    except TopicsFailed as error:
        raise CommandError(
            str(error), fix="see `newsloom status`, or name the broker with --kafka", code=Exit.NOT_RUNNING
        ) from error
