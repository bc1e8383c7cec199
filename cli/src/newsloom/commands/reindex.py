"""`newsloom reindex`: the stored archive enriched again, on a lane of its own."""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from newsloom.commands.console import print_json
from newsloom.dead_letters import moment
from newsloom.endpoints import Bootstrap, kafka_cluster
from newsloom.errors import CommandError, Exit

HIGHEST_RUN = 2**53 - 1  # a dry run that names none counts what any new one would do


def reindex(
    run: Annotated[
        int | None, typer.Option(min=1, help="Number of the run; higher than any before it replaces.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Only articles published since: 2h, 7d ago, or a time.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only articles published before.")] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only of this source. May be repeated.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many there are.")] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Ask, and do not watch enrich do it.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Take back everything that still waits.")] = False,
    kafka: Bootstrap = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Send published articles through enrich again, as run --run, beside the live ones.

    Each gets tags, links and missing translations from the enrichers of today; what editors decided stays.
    Killed and embargoed articles are left out. enrich works at its quota and only while nothing live waits.
    Asking again with the same --run goes on where it was left: what is done or waits is not asked for twice.
    Ctrl-C ends the watching, not the work; --cancel takes the rest back.

    Exit codes: 0 done (or asked, or counted), 2 wrong usage, 3 Kafka cannot be reached.
    """
    # With the Kafka client and the contract, needed only here.
    from newsloom.reindex.archive import Wanted
    from newsloom.reindex.lane import Topics
    from newsloom.reindex.running import cancelled, reindexed
    from newsloom_runtime.errors import TransientError

    if run is None and not (cancel or dry_run):
        raise CommandError(
            "say which run it is", fix="add --run with a number; --dry-run tells the last", code=Exit.USAGE
        )
    now = datetime.now(UTC)
    wanted = Wanted(
        run=run or HIGHEST_RUN,
        since=moment(since, now) if since else None,
        until=moment(until, now) if until else None,
        sources=tuple(source or ()),
    )
    bootstrap = kafka_cluster(kafka)
    work = (
        cancelled(bootstrap, Topics()) if cancel else reindexed(bootstrap, wanted, Topics(), dry_run, detach)
    )
    try:
        facts = asyncio.run(work)
    except TransientError as error:
        raise CommandError(str(error), fix="see `newsloom status`", code=Exit.NOT_RUNNING) from error
    except KeyboardInterrupt:
        _say("enrich goes on with what was asked for; `newsloom status` shows the lane")
        raise typer.Exit(130) from None
    if json_:
        print_json(facts)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
