"""`newsloom down`: stop the local stack."""

import os
from pathlib import Path
from typing import Annotated

import typer

from newsloom.commands.console import StackNarrator, print_json
from newsloom.stack import LocalStack, find_home


def down(
    json_: Annotated[bool, typer.Option("--json", help="Print what was stopped as JSON.")] = False,
) -> None:
    """Stop what the local stack started, also after its launcher crashed. Data and logs stay.

    Only processes that this stack itself started are touched. Exit code 0, also when nothing ran.
    """
    stack = LocalStack(find_home(os.environ, Path.cwd()).root)
    stopped = stack.down()
    if json_:
        print_json({"stopped": list(stopped)})
        return
    with StackNarrator() as narrator:
        narrator.say("stopped " + ", ".join(stopped) if stopped else "nothing was running")
