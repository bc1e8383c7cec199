"""`newsloom dlq`: what the services could not process, and what is done about it."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from newsloom import dead_letters, resolving
from newsloom.commands.console import print_json, print_table
from newsloom.dead_letters import Selection
from newsloom.endpoints import Bootstrap, kafka_cluster
from newsloom.errors import CommandError, Exit

if TYPE_CHECKING:
    from newsloom_runtime.cluster import Cluster
    from newsloom_runtime.letter_box import LetterBox
    from newsloom_runtime.letters import Case

T = TypeVar("T")
USUAL_RATE = 50.0

dlq = typer.Typer(help="List, show, replay or discard dead letters.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Ids = Annotated[
    list[str] | None, typer.Argument(help="Ids from the list, such as publish:3:117.", show_default=False)
]
Service = Annotated[
    list[str] | None, typer.Option("--service", help="Only letters of this service. May be repeated.")
]
Reason = Annotated[
    list[str] | None, typer.Option("--reason", help="Only letters with this reason code. May be repeated.")
]
Since = Annotated[
    str | None, typer.Option("--since", help="Only letters buried since: 90m, 2h, 7d ago, or a time.")
]
Go = Annotated[bool, typer.Option("--go", help="Do it. Without this it is only said what would be done.")]
Rate = Annotated[float, typer.Option(min=0.1, help="At most so many letters a second.")]


@dlq.command("list")
def list_(
    service: Service = None,
    reason: Reason = None,
    since: Since = None,
    all_: Annotated[bool, typer.Option("--all", help="Also those replayed or discarded.")] = False,
    kafka: Bootstrap = None,
    json_: Json = False,
) -> None:
    """List the open dead letters.

    Exit codes: 0 listed, 2 wrong usage, 3 Kafka cannot be reached or a topic is missing.
    """
    selection = _selection(None, service, reason, since, all_)
    cases = _run(kafka, lambda box: _selected(box, selection))
    if json_:
        print_json([dead_letters.as_json(case) for case in cases])
    elif cases:
        print_table(dead_letters.HEADINGS, map(dead_letters.row, cases))
    else:
        _say("no dead letter is open" if not all_ else "there are no dead letters")


@dlq.command()
def show(
    letter: Annotated[str, typer.Argument(help="An id from the list, such as publish:3:117.")],
    value: Annotated[
        bool, typer.Option("--value", help="Also the record's value: it may be a text.")
    ] = False,
    kafka: Bootstrap = None,
    json_: Json = False,
) -> None:
    """Show one dead letter: where it came from, why it failed, its headers, and what became of it.

    Exit codes: 0 shown, 1 there is none, 2 wrong usage, 3 Kafka cannot be reached.
    """
    case, body = _run(kafka, lambda box: _one(box, letter, with_value=value))
    if json_:
        headers = dead_letters.headers_json(case.letter.headers)
        print_json({**dead_letters.as_json(case), "headers": headers, **(body or {})})
        return
    for line in dead_letters.shown(case):
        sys.stdout.write(line + "\n")
    for name, content in (body or {}).items():
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        sys.stdout.write(f"{name}\n{dead_letters.printable(text)}\n")


@dlq.command()
def replay(
    letters: Ids = None,
    service: Service = None,
    reason: Reason = None,
    since: Since = None,
    go: Go = False,
    rate: Rate = USUAL_RATE,
    why: Annotated[str, typer.Option(help="A word for the record, such as what was mended.")] = "",
    kafka: Bootstrap = None,
    json_: Json = False,
) -> None:
    """Send the original records to their topics once more: same key, value, headers and event id.

    Safe to do twice: whoever reads them recognises the event. Without --go it only says what would be done.
    A letter named by its id is replayed even when it was replayed or discarded before; the filters choose
    among the open ones.

    Exit codes: 0 done (or could be), 1 a letter cannot be replayed, 2 wrong usage, 3 Kafka cannot be reached.
    """
    selection = _selection(letters, service, reason, since)
    _need_restriction(selection, go)

    async def work(box: "LetterBox") -> Counter[str]:
        cases = await _selected(box, selection)
        return await _told(resolving.replay(box, cases, go=go, rate=rate, why=why), json_)

    _conclude(_run(kafka, work))


@dlq.command()
def discard(
    letters: Ids = None,
    why: Annotated[str, typer.Option(help="Why they need no more attention. Kept with the letter.")] = "",
    service: Service = None,
    reason: Reason = None,
    since: Since = None,
    go: Go = False,
    kafka: Bootstrap = None,
    json_: Json = False,
) -> None:
    """Set letters aside with a reason. Nothing is deleted; `replay ID` still works.

    Letters named by id are set aside at once; chosen by a filter, only with --go.

    Exit codes: 0 done (or could be), 1 there is no such letter, 2 wrong usage, 3 Kafka cannot be reached.
    """
    if not why.strip():
        raise CommandError("a discard needs a reason", fix="say it with --why TEXT", code=Exit.USAGE)
    selection = _selection(letters, service, reason, since)
    go = go or bool(selection.ids)
    _need_restriction(selection, go)

    async def work(box: "LetterBox") -> Counter[str]:
        cases = await _selected(box, selection)
        return await _told(resolving.discard(box, cases, go=go, why=why), json_)

    _conclude(_run(kafka, work))


def _selection(
    ids: Sequence[str] | None,
    service: Sequence[str] | None,
    reason: Sequence[str] | None,
    since: str | None,
    also_resolved: bool = False,
) -> Selection:
    from newsloom_schemas.catalog import SERVICES

    for name in service or ():
        if name not in SERVICES:
            raise CommandError(
                f"no service {name}", fix=f"choose among {', '.join(SERVICES)}", code=Exit.USAGE
            )
    return Selection(
        ids=ids or (),
        services=service or (),
        reasons=reason or (),
        since=dead_letters.moment(since, datetime.now(UTC)) if since else None,
        also_resolved=also_resolved,
    )


def _need_restriction(selection: Selection, go: bool) -> None:
    if go and not selection.restricted:
        raise CommandError(
            "that would be every open letter",
            fix="name letters, or choose with --service, --reason or --since",
            code=Exit.USAGE,
        )


def _run(kafka: str | None, work: "Callable[[LetterBox], Coroutine[Any, Any, T]]") -> T:
    from newsloom_runtime.errors import TransientError  # with the Kafka client, needed only here

    bootstrap = kafka_cluster(kafka)
    try:
        return asyncio.run(_with_box(bootstrap, work))
    except TransientError as error:
        raise CommandError(str(error), fix="see `newsloom status`", code=Exit.NOT_RUNNING) from error


async def _with_box(bootstrap: "Cluster", work: "Callable[[LetterBox], Coroutine[Any, Any, T]]") -> T:
    from newsloom_runtime.clock import SystemClock
    from newsloom_runtime.letter_box import LetterBox

    async with LetterBox(bootstrap, clock=SystemClock()) as box:
        outcome = await work(box)
        if box.unreadable:
            _say(f"{box.unreadable} record(s) cannot be unpacked by the Kafka client and are not shown")
        return outcome


async def _selected(box: "LetterBox", selection: Selection) -> "list[Case]":
    return selection.among(await box.cases())


async def _one(box: "LetterBox", letter: str, *, with_value: bool) -> "tuple[Case, dict[str, Any] | None]":
    from newsloom_runtime.letters import original_of

    [case] = await _selected(box, Selection(ids=(letter,)))
    if not with_value:
        return case, None
    _, value, _ = original_of(await box.record(case.letter.place))
    return case, dead_letters.value_json(value)


async def _told(outcomes: AsyncIterator[resolving.Done], json_: bool) -> Counter[str]:
    """Print each outcome as it comes, so that an interrupted run has said what it did."""
    counts: Counter[str] = Counter()
    async for done in outcomes:
        counts[done.outcome] += 1
        letter = done.case.letter
        if json_:
            facts = {"id": letter.id, "outcome": done.outcome, "detail": done.detail}
            to = {"topic": letter.origin.topic} if letter.origin else {}
            line = json.dumps({**{k: v for k, v in facts.items() if v}, **to}, ensure_ascii=False)
        else:
            detail = f": {done.detail}" if done.detail else ""
            line = dead_letters.printable(f"{letter.id}  {done.outcome}{detail}")
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return counts


def _conclude(counts: Counter[str]) -> None:
    _say(", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "no open letter fits")
    if any(outcome.startswith("would") for outcome in counts):
        _say("nothing was done yet: add --go")
    if counts["refused"]:
        raise typer.Exit(Exit.REFUSED)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
