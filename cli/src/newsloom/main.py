"""The command line: a list of commands, and one place that turns an error into words and an exit code."""

import sys

import typer

from newsloom.commands.doctor import doctor
from newsloom.commands.down import down
from newsloom.commands.status import status
from newsloom.commands.up import up
from newsloom.stack.errors import StackError


def build_app() -> typer.Typer:
    """The typer application. A new command is one more line here."""
    app = typer.Typer(
        name="newsloom",
        help="Event-driven content services for newsrooms: the local stack and the tools of operators.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for command in (up, down, status, doctor):
        app.command()(command)
    return app


def main() -> None:
    """Run the command line; what went wrong and what mends it go to stderr."""
    try:
        build_app()()
    except StackError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(error.code)


if __name__ == "__main__":
    main()
