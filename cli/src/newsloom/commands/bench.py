"""`newsloom bench`: measure this machine. The scenarios are scripts of the checkout, run as processes."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from newsloom.checkout import find_in_checkout

bench = typer.Typer(
    help="Measure newsloom on this machine, beside a ceiling or a peer, in a stack of its own.",
    no_args_is_help=True,
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@bench.command()
def latency(
    articles: Annotated[int, typer.Option(min=1, help="Articles posted one by one.")] = 100,
    language_work: Annotated[
        Literal["on", "off"], typer.Option(help="Whether enrich reads the text.")
    ] = "on",
    json_: Json = False,
) -> None:
    """Time from POST to visible in the feed API, article after article.

    Exit codes: 0 within the limits, 1 a limit was missed or an article was not seen.
    """
    _become("latency", f"--articles={articles}", f"--language-work={language_work}", *_json(json_))


@bench.command()
def drain(
    articles: Annotated[int, typer.Option(min=1, help="Backlog that enrich and publish drain.")] = 20_000,
    peer_articles: Annotated[
        int | None, typer.Option(min=1, help="Articles for each naive peer. Default: a tenth, at most 2000.")
    ] = None,
    json_: Json = False,
) -> None:
    """How fast enrich and publish drain a backlog, each beside a naive service in the same run.

    Exit codes: 0 within the limits, 1 a limit was missed or a service did not finish.
    """
    peers = () if peer_articles is None else (f"--peer-articles={peer_articles}",)
    _become("drain", f"--articles={articles}", *peers, *_json(json_))


@bench.command()
def related(
    articles: Annotated[int, typer.Option(min=1_000, help="Articles in the index.")] = 1_000_000,
    json_: Json = False,
) -> None:
    """The related index with a large archive: build, memory, time of a question, start from disk.

    Needs no stack; a million articles take some ten minutes and 2 GB. Exit codes: 0 within the limits, 1 a
    limit was missed.
    """
    _become("related", f"--articles={articles}", *_json(json_))


@bench.command()
def enrich(
    articles: Annotated[int, typer.Option(min=1, help="Articles that one worker, then two, work off.")] = 100,
    json_: Json = False,
) -> None:
    """Language work: time for one article, articles a second in one worker and two, memory of a worker.

    Exit codes: 0 within the limits, 1 a limit was missed.
    """
    _become("enrich", f"--articles={articles}", *_json(json_))


@bench.command()
def reindex(
    articles: Annotated[
        int, typer.Option(min=2, help="Live articles without it, and as many beside it.")
    ] = 100,
    archive: Annotated[int, typer.Option(min=1, help="Articles in the archive.")] = 100,
    json_: Json = False,
) -> None:
    """Whether live articles feel it when the archive is enriched again: both in one run.

    Exit codes: 0 within the limits, 1 a limit was missed or an article was not seen.
    """
    _become("reindex", f"--articles={articles}", f"--archive={archive}", *_json(json_))


def _json(wanted: bool) -> tuple[str, ...]:
    return ("--json",) if wanted else ()


def _become(scenario: str, *options: str) -> NoReturn:
    """Turn into the scenario's process, so that Ctrl-C and signals reach it and nothing stands between."""
    folder = find_in_checkout("bench", mark=f"{scenario}.py", start=Path.cwd())
    os.chdir(folder.parent)
    os.execv(sys.executable, command(scenario, *options))  # noqa: S606 - no shell is wanted


def command(scenario: str, *options: str) -> list[str]:
    """What is run for a scenario, from the root of the checkout."""
    return [sys.executable, "-m", f"bench.{scenario}", *options]
