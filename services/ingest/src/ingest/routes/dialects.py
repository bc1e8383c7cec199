"""The routes of the dialects: who sends, what it says, what it becomes, what its tool expects to hear."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from ingest.carry_out import carry_out
from ingest.desk import Desk, Endpoint, respond
from ingest.door.credentials import Grant
from ingest.door.http_body import Slot, check_framing, check_media_type, read_body
from ingest.fetching.port import Fetcher, FetchFailed, FetchRefused
from ingest.guards.idempotency import answered_once
from ingest.query import read_options
from ingest.refusal import Refused
from ingest.source_profile import SourceProfile
from ingest.sources import Delivery, Dialect, Said
from ingest.sources.correcting import correcting, options_of
from ingest.sources.dialect import NO_PROFILE, Fetch, Proof


@dataclass(frozen=True, kw_only=True)
class _Head:
    """What a request says before its body."""

    media_type: str
    options: Mapping[str, str]


def delivering(desk: Desk, dialect: Dialect) -> Endpoint:
    """The work of a dialect's route, for tools with a key or for tools that sign."""
    return _keyed(desk, dialect) if dialect.proof is None else _signed(desk, dialect, dialect.proof)


def _keyed(desk: Desk, dialect: Dialect) -> Endpoint:
    options_allowed = frozenset({"source", *options_of(dialect)})

    async def deliver(request: Request) -> Response:
        grant = desk.authorise(request, "submit")
        head = _head(request, dialect, options_allowed)
        profile = desk.sources.current().get(grant.source, NO_PROFILE)
        with desk.enter() as slot:
            delivery = await _arrived(desk, request, slot, head, profile)
            take = partial(_taken, desk, dialect, grant, delivery, slot)
            return await answered_once(desk.answers, desk.clock, request, grant, delivery.body, take)

    return deliver


def _signed(desk: Desk, dialect: Dialect, proof: Proof) -> Endpoint:
    options_allowed = frozenset(dialect.options)

    async def deliver(request: Request) -> Response:
        check_framing(request)
        head = _head(request, dialect, options_allowed)
        source = request.path_params["source"]
        hook = hook_grant(source, dialect)
        desk.expect(hook)
        # One that is not registered is treated like any other, so that nobody can ask which ones are.
        profile = desk.sources.current().get(source, NO_PROFILE)
        with desk.enter() as slot:
            delivery = await _arrived(desk, request, slot, head, profile)
            proof(delivery, now=desk.clock.now())
            return await _taken(desk, dialect, hook, delivery, slot)

    return deliver


def _head(request: Request, dialect: Dialect, options_allowed: Set[str]) -> _Head:
    return _Head(
        media_type=check_media_type(request, dialect.media_types),
        options=read_options(request, options_allowed),
    )


async def _arrived(desk: Desk, request: Request, slot: Slot, head: _Head, profile: SourceProfile) -> Delivery:
    return Delivery(
        body=await read_body(request, desk.limits, slot),
        options=head.options,
        media_type=head.media_type,
        headers=request.headers,
        received_at=desk.clock.now(),
        profile=profile,
    )


def hook_grant(source: str, dialect: Dialect) -> Grant:
    """Who signs speaks for the source wholly: what a tool takes back is a kill."""
    return Grant(
        source=source,
        key_name=dialect.name,
        credential=f"hook:{source}/{dialect.name}",
        scopes=frozenset({"submit", "kill"}),
    )


async def _taken(desk: Desk, dialect: Dialect, grant: Grant, delivery: Delivery, slot: Slot) -> Response:
    if dialect.fetch is not None:
        delivery = await _fetched(delivery, dialect.fetch, desk.fetcher)
        slot.hold(len(delivery.fetched.body) if delivery.fetched else 0)
    said = correcting(await _read(desk, dialect, delivery), delivery.options)
    outcomes = await carry_out(desk, dialect, grant, delivery.profile, said)
    return respond(dialect.answer(outcomes, desk.feeds_url))


async def _fetched(delivery: Delivery, fetch: Fetch, fetcher: Fetcher) -> Delivery:
    try:
        return await fetch(delivery, fetcher)
    except FetchRefused as error:
        raise Refused("fetch-refused", str(error)) from None
    except FetchFailed as error:
        raise Refused("fetch-failed", f"let the site answer, and send this again: {error}") from None


async def _read(desk: Desk, dialect: Dialect, delivery: Delivery) -> Sequence[Said]:
    fetched = len(delivery.fetched.body) if delivery.fetched else 0
    if len(delivery.body) + fetched > dialect.inline_bytes:
        portable = replace(delivery, headers=dict(delivery.headers), options=dict(delivery.options))
        return await desk.workers.run(dialect.read, portable)
    return dialect.read(delivery)
