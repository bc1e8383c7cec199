"""The command line: a list of commands, and one place that turns an error into words and an exit code."""

import logging
import sys

import typer

from newsloom.commands.article import article
from newsloom.commands.bench import bench
from newsloom.commands.demo import demo
from newsloom.commands.dlq import dlq
from newsloom.commands.doctor import doctor
from newsloom.commands.down import down
from newsloom.commands.keys import keys
from newsloom.commands.preview import preview
from newsloom.commands.rebuild import rebuild
from newsloom.commands.reindex import reindex
from newsloom.commands.schemas import schemas
from newsloom.commands.status import status
from newsloom.commands.submission import submission
from newsloom.commands.submit import submit
from newsloom.commands.tags import tags
from newsloom.commands.tail import tail
from newsloom.commands.topics import topics
from newsloom.commands.translate import translate
from newsloom.commands.up import up
from newsloom.errors import CommandError
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
    for command in (
        demo,
        up,
        down,
        status,
        doctor,
        submit,
        preview,
        submission,
        tail,
        article,
        rebuild,
        reindex,
        translate,
    ):
        app.command()(command)
    app.add_typer(topics, name="topics")
    app.add_typer(dlq, name="dlq")
    app.add_typer(keys, name="keys")
    app.add_typer(schemas, name="schemas")
    app.add_typer(tags, name="tags")
    app.add_typer(bench, name="bench")
    return app


def main() -> None:
    """Run the command line; what went wrong and what mends it go to stderr."""
    # A library's log lines are not written for whoever runs a command; its errors arrive as exceptions.
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    try:
        build_app()()
    except (StackError, CommandError) as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(error.code)


if __name__ == "__main__":
    main()
