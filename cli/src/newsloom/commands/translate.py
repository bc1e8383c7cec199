"""`newsloom translate`: an engine tried by hand, and the memory taught. enrich does the work."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from newsloom.endpoints import MongoUrl, endpoint, here


def translate(
    text: Annotated[str | None, typer.Argument(help="The text; - or nothing reads it from stdin.")] = None,
    source: Annotated[str, typer.Option("--from", help="Language of the text.")] = "en",
    target: Annotated[str, typer.Option("--to", help="Language wanted.")] = "es",
    engine: Annotated[
        list[str] | None,
        typer.Option(help="firefox, apertium, libretranslate or openai; again for a second."),
    ] = None,
    name: Annotated[list[str] | None, typer.Option(help="A name not to translate; can be repeated.")] = None,
    html: Annotated[bool, typer.Option("--html", help="The text is HTML; its markup is kept.")] = False,
    engines: Annotated[bool, typer.Option("--engines", help="Try every engine and pair, and tell.")] = False,
    remember: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="TEXT TRANSLATION", help="An editor's translation, used from now on."),
    ] = None,
    forget: Annotated[str | None, typer.Option(metavar="TEXT", help="Take an editor's word back.")] = None,
    learn: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Many of them: TMX, or lines with a tab between."),
    ] = None,
    mongo: MongoUrl = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Translate a text with the engines that ENRICH_ settings give, or teach the memory of sentences.

    The memory is not asked, so that what you see is the engine's. What an editor gives wins over every
    engine, in articles that are translated from then on.

    Exit codes: 0 done, 1 not wholly translated, 2 wrong usage, 3 MongoDB cannot be reached.
    """
    options = [f"--from={source}", f"--to={target}"]
    options += [f"--engine={each}" for each in engine or ()] + [f"--name={each}" for each in name or ()]
    flags = {"--html": html, "--engines": engines, "--json": json_}
    options += [flag for flag, wanted in flags.items() if wanted]
    options += ["--remember", *remember] if remember else []
    options += [f"--forget={forget}"] if forget else []
    options += [f"--learn={learn}"] if learn else []
    settings = dict(os.environ)
    if remember or forget or learn:
        settings["MONGO_URL"] = endpoint("mongo", mongo, here())
    _become(command(*options, *(["--", text] if text is not None else [])), settings)


def _become(program: list[str], environment: Mapping[str, str]) -> None:
    """Turn into enrich's process, so that Ctrl-C reaches it and nothing stands between."""
    os.execve(program[0], program, environment)  # noqa: S606 - no shell is wanted


def command(*options: str) -> list[str]:
    """What is run: services are started as processes, never imported."""
    return [sys.executable, "-m", "enrich.translator", *options]
