"""The routes of the dialects: who sends, what it says, what it becomes, what its tool expects to hear."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from ingest.accept import accept, kill
from ingest.credentials import Grant
from ingest.desk import Desk, Endpoint, respond
from ingest.http_body import check_framing, check_media_type, read_body
from ingest.query import read_options
from ingest.refusal import Refused
from ingest.source_profile import SourceProfile
from ingest.sources import Deed, Delivery, Dialect, Withdrawal
from ingest.sources.dialect import NO_PROFILE, Proof
from newsloom_schemas.events.article_event import ArticleEvent
from newsloom_schemas.submission import KillRequest


def delivering(desk: Desk, dialect: Dialect) -> Endpoint:
    """The work of a dialect's route, for tools with a key or for tools that sign."""
    return _keyed(desk, dialect) if dialect.proof is None else _signed(desk, dialect, dialect.proof)


def _keyed(desk: Desk, dialect: Dialect) -> Endpoint:
    options_allowed = frozenset({"source", *dialect.options})

    async def deliver(request: Request) -> Response:
        grant = desk.authorise(request, "submit")
        media_type = check_media_type(request, dialect.media_types)
        options = read_options(request, options_allowed)
        profile = desk.sources.current().get(grant.source, NO_PROFILE)
        with desk.admission.enter() as slot:
            delivery = Delivery(
                body=await read_body(request, desk.limits, slot),
                options=options,
                media_type=media_type,
                headers=request.headers,
                received_at=desk.clock.now(),
                profile=profile,
            )
            return await _taken(desk, dialect, grant, delivery)

    return deliver


def _signed(desk: Desk, dialect: Dialect, proof: Proof) -> Endpoint:
    options_allowed = frozenset(dialect.options)

    async def deliver(request: Request) -> Response:
        check_framing(request)
        grant, profile = _named(desk, dialect, request)
        media_type = check_media_type(request, dialect.media_types)
        options = read_options(request, options_allowed)
        with desk.admission.enter() as slot:
            delivery = Delivery(
                body=await read_body(request, desk.limits, slot),
                options=options,
                media_type=media_type,
                headers=request.headers,
                received_at=desk.clock.now(),
                profile=profile,
            )
            proof(delivery, now=desk.clock.now())
            return await _taken(desk, dialect, grant, delivery)

    return deliver


def _named(desk: Desk, dialect: Dialect, request: Request) -> tuple[Grant, SourceProfile]:
    """The source in the address. One that is not registered hears what a wrong signature hears."""
    source = request.path_params["source"]
    profile = desk.sources.current().get(source)
    if profile is None:
        raise Refused("unauthorized", "register the source and its secret, and sign with that secret")
    return Grant(source=source, key_name=dialect.name), profile


async def _taken(desk: Desk, dialect: Dialect, grant: Grant, delivery: Delivery) -> Response:
    if dialect.fetch is not None:
        delivery = await dialect.fetch(delivery, desk.fetcher)
    deeds = await _read(desk, dialect, delivery)
    hosts = delivery.profile.image_hosts
    events = await asyncio.gather(*(_done(desk, dialect, grant, deed, hosts) for deed in deeds))
    return respond(dialect.answer(events, desk.feeds_url))


async def _read(desk: Desk, dialect: Dialect, delivery: Delivery) -> Sequence[Deed]:
    if len(delivery.body) > dialect.inline_bytes:
        portable = replace(delivery, headers=dict(delivery.headers), options=dict(delivery.options))
        return await desk.workers.run(dialect.read, portable)
    return dialect.read(delivery)


async def _done(
    desk: Desk, dialect: Dialect, grant: Grant, deed: Deed, image_hosts: frozenset[str]
) -> ArticleEvent:
    if isinstance(deed, Withdrawal):
        return await kill(
            KillRequest(reason=deed.reason),
            source=grant.source,
            external_id=deed.external_id,
            clock=desk.clock,
            publisher=desk.publisher,
        )
    return await accept(
        deed,
        source=grant.source,
        dialect=dialect.name,
        clock=desk.clock,
        publisher=desk.publisher,
        workers=desk.workers,
        image_hosts=image_hosts,
    )
