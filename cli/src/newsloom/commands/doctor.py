"""`newsloom doctor`: why the stack does not start, or would not."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from newsloom.commands.console import print_json, print_table
from newsloom.stack import LocalStack, find_home
from newsloom.stack.doctor import examine


def doctor(json_: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False) -> None:
    """Look at everything that the local stack needs, and at what an earlier run may have left.

    Exit codes: 0 without problems, 1 with at least one; each problem names its fix.
    """
    stack = LocalStack(find_home(os.environ, Path.cwd()).root)
    checks = examine(stack, stack.jars)
    if json_:
        print_json([asdict(check) for check in checks])
    else:
        rows = ((check.name, check.level, check.detail, check.fix) for check in checks)
        print_table(("check", "result", "found", "fix"), rows)
    raise typer.Exit(1 if any(check.level == "problem" for check in checks) else 0)
