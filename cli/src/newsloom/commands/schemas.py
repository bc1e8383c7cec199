"""`newsloom schemas`: the event contract, what of it is released, and what would break who builds on it.

What the commands do is imported when they run: the models would slow every other command down.
"""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from newsloom.commands.console import print_json, print_table
from newsloom.commands.schemas_export import export
from newsloom.errors import Exit

if TYPE_CHECKING:
    from newsloom.contract.reports import Report

schemas = typer.Typer(
    help="Show the event contract, freeze it, and find what would break it.", no_args_is_help=True
)
schemas.command()(export)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@schemas.command("list")
def list_(json_: Json = False) -> None:
    """List the events of the contract with their versions and topics.

    Exit codes: 0 listed, 2 wrong usage.
    """
    from newsloom.contract.released import shipped
    from newsloom.contract.showing import HEADINGS, listed, row

    versions = listed(shipped())
    if json_:
        print_json(versions)
    else:
        print_table(HEADINGS, map(row, versions))


@schemas.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME[@vN]", help="An event, such as article.submitted@v1.")],
    json_: Json = False,
) -> None:
    """Show the JSON Schema of an event and an example of a whole record; without a version, of the newest.

    Exit codes: 0 shown, 1 there is no such event, 2 wrong usage.
    """
    from newsloom.contract.released import shipped
    from newsloom.contract.showing import page, shown

    event = shown(name, shipped())
    if json_:
        print_json(event)
    else:
        sys.stdout.write(page(event) + "\n")


@schemas.command()
def check(
    frozen: Annotated[
        bool, typer.Option("--frozen", help="Fail also when a benign change is not frozen yet.")
    ] = False,
    json_: Json = False,
) -> None:
    """Judge the models by the rules of evolution, against what is frozen.

    Exit codes: 0 nothing breaks, 1 a rule is broken, or with --frozen a change not frozen, 2 wrong usage.
    """
    from newsloom.contract.released import shipped
    from newsloom.contract.reports import checked

    _conclude(checked(shipped(), frozen=frozen), json_)


@schemas.command()
def freeze(
    anew: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME@vN|TOPIC",
            help="Freeze anew what is not out yet, whatever changed. May be repeated.",
        ),
    ] = None,
    json_: Json = False,
) -> None:
    """Write the snapshots of all versions and topics; commit them with the change.

    A version or topic is out when newsloom-schemas has a higher version than the one it was first frozen in;
    until then --anew replaces what is frozen of it. Doing it twice changes nothing.

    Exit codes: 0 frozen, 1 a rule is broken and nothing was written, 2 wrong usage.
    """
    from newsloom.contract.released import shipped
    from newsloom.contract.reports import froze

    _conclude(froze(shipped(), anew=anew or ()), json_)


@schemas.command()
def diff(
    revision: Annotated[str, typer.Argument(metavar="REV", help="A commit, branch or tag of git.")] = "HEAD",
    json_: Json = False,
) -> None:
    """Show what changed in the contract since a revision, breaking and benign, and the deploy order.

    Exit codes: 0 nothing breaking, 1 something breaking, 2 no such revision, or no git.
    """
    from newsloom.contract.released import shipped
    from newsloom.contract.reports import differed

    _conclude(differed(shipped(), revision), json_)


def _conclude(report: "Report", json_: bool) -> None:
    if json_:
        print_json(report.data)
    else:
        for line in report.lines:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
        sys.stderr.write(report.note + "\n")
    raise typer.Exit(Exit.REFUSED if report.failed else Exit.OK)
