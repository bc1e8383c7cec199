"""`newsloom topics`: create the topics of the catalogue, or compare the broker's with it."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsloom.commands.console import StackNarrator, print_json
from newsloom.endpoints import Bootstrap, here, kafka_cluster
from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:
    from newsloom_runtime.acls import Difference
    from newsloom_schemas.access import Grant
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


class AclForm(StrEnum):
    """How grants are printed."""

    TEXT = "text"
    JSON = "json"
    COMMANDS = "commands"


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

    wanted = wanted_topics(sources)
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

    wanted = wanted_topics(sources)
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


@topics.command()
def acls(
    kafka: Bootstrap = None,
    sources: Sources = None,
    form: Annotated[
        AclForm, typer.Option("--format", help="text, json, or commands of Kafka's own tool.")
    ] = AclForm.TEXT,
    apply: Annotated[
        bool, typer.Option("--apply", help="Grant what is missing, as an administrator.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Compare the broker's ACLs with these.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="With --apply: take every other grant away.")
    ] = False,
) -> None:
    """Print who may do what in Kafka, as the catalogue has it; --check and --apply ask a broker.

    Exit codes: 0 done, or they agree; 1 something differs; 2 wrong usage; 3 Kafka refuses or is away.
    """
    from newsloom_schemas.access import wanted_grants

    if (apply and check) or (prune and not apply):
        raise CommandError(
            "--check, --apply and --apply --prune exclude each other", fix="choose", code=Exit.USAGE
        )
    inboxes = [topic for topic in wanted_topics(sources) if topic.name.startswith("editorial-inbox-")]
    grants = wanted_grants(inboxes)
    if apply or check:
        raise typer.Exit(_with_broker(kafka, grants, apply=apply, prune=prune, json_=form is AclForm.JSON))
    _print_grants(grants, form)


def _print_grants(grants: "Sequence[Grant]", form: AclForm) -> None:
    if form is AclForm.JSON:
        print_json([asdict(grant) for grant in grants])
        return
    from newsloom_runtime.acls import command

    for grant in grants:
        typer.echo(command(grant) if form is AclForm.COMMANDS else str(grant))


def _with_broker(
    kafka: str | None, grants: "Sequence[Grant]", *, apply: bool, prune: bool, json_: bool
) -> int:
    """Compare or apply; the exit code."""
    from newsloom_runtime.acls import apply_acls, compare, read_acls
    from newsloom_runtime.errors import TransientError

    async def look() -> "Difference":
        cluster = kafka_cluster(kafka)
        if apply:
            return await apply_acls(cluster, grants, prune=prune)
        return compare(grants, await read_acls(cluster))

    try:
        difference = asyncio.run(look())
    except TransientError as error:
        raise CommandError(str(error), fix="see docs/security.md", code=Exit.NOT_RUNNING) from error
    missing, superfluous = map(str, difference.missing), map(str, difference.superfluous)
    told = {
        ("granted" if apply else "missing"): [*missing],
        ("removed" if prune else "superfluous"): [*superfluous],
    }
    if json_:
        print_json(told)
    else:
        for verb, rules in told.items():
            for rule in rules:
                typer.echo(f"{verb}: {rule}")
    return 0 if apply or not any(told.values()) else 1


def wanted_topics(sources: Path | None) -> "Sequence[Topic]":
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
