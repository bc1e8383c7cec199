"""`newsloom submission`: what became of something that was handed in, and how long each step took."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from newsloom.commands.console import print_json
from newsloom.endpoints import IngestUrl, Key, endpoint, here, read_key
from newsloom.errors import CommandError, Exit

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BAD = frozenset({"rejected", "dead-lettered"})


def submission(
    event_id: Annotated[str, typer.Argument(help="The event id, as the answer to the submission named it.")],
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it has come to its end.")] = False,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds to wait.")] = 30.0,
    key: Key = None,
    ingest_url: IngestUrl = None,
    json_: Annotated[bool, typer.Option("--json", help="Print ingest's answer as JSON.")] = False,
) -> None:
    """Say what became of a submission, a kill or an edit of tags, by its event id.

    Exit codes: 0 accepted, published, withheld by its embargo, superseded, or a kill that was carried out;
    1 unknown, rejected, dead-lettered, or the article was killed; 2 wrong usage, 3 not running,
    4 still on its way when the time was up.
    """
    if not _UUID.fullmatch(event_id):
        raise CommandError(
            "an event id is a UUID, in lower case",
            fix="copy it from the answer to the submission, or from `newsloom submit --json`",
            code=Exit.USAGE,
        )
    home = here()
    ingest, secret = endpoint("ingest", ingest_url, home), read_key(key, home)
    found = asyncio.run(_asked(ingest, secret, event_id, timeout if wait else None))
    if json_:
        print_json(found)
    else:
        typer.echo("\n".join(lines(found)))
    raise typer.Exit(code_of(found, waited=wait))


async def _asked(ingest: str, key: str, event_id: str, seconds: float | None) -> dict[str, Any]:
    from newsloom.client import connected  # with the HTTP client it costs every command a tenth of a second
    from newsloom.submitting import Patience, persist, settled

    async with connected(ingest=ingest, key=key) as client:
        if seconds is not None:
            await persist(lambda: settled(client, event_id, hops=False), Patience(seconds=seconds))
        found = await client.submission(event_id)
    if found is None:
        raise CommandError(
            "no submission of this key's sources in the last 30 days has this id",
            fix="check the id and the key",
        )
    return found


def code_of(status: Mapping[str, Any], *, waited: bool) -> Exit:
    """The exit code for an answer."""
    state = status["state"]
    if state in _BAD or (state == "killed" and status["kind"] != "kill"):
        return Exit.REFUSED
    return Exit.TIMED_OUT if waited and state == "accepted" else Exit.OK


def lines(status: Mapping[str, Any]) -> Iterator[str]:
    """The answer for people."""
    number = status.get("revision", status.get("edit"))
    of = f"{status['kind']} {number}" if number is not None else status["kind"]
    yield f"{status['state']}  {of} of {status['source']}  article {status['article_id']}"
    yield f"  {status['detail']}"
    if "url" in status:
        yield f"  {status['url']}"
    letter = status.get("dead_letter")
    if letter:
        yield f"  {letter['id']}  {letter['stage']}  {letter['reason']}: {letter['message']}"
    for hop in status["hops"]:
        yield f"  {hop['hop']:<10} {hop['at']}  {hop['milliseconds']:>9.1f} ms"
