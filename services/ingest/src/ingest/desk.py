"""What every route needs, and the frame around its work: outcome to answer, answer to metric."""

import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from time import perf_counter

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ingest.accept import submitted
from ingest.door.audit import Account, Audit, account, open_account
from ingest.door.credentials import Grant, Identity, KeyRing, Scope, Unknown, bearer_token, permit
from ingest.door.http_body import Admission, BodyLimits, Share, Slot, check_framing
from ingest.door.rate_limits import RateLimits, network
from ingest.door.tokens import Tokens
from ingest.fetching.port import Fetcher
from ingest.guards.idempotency import Answers, NoAnswers
from ingest.metrics import IngestMetrics
from ingest.ports import Clock, NoGuard, Publisher, RevisionGuard, Workers
from ingest.problems.answers import problem_response
from ingest.refusal import Refused
from ingest.register.ports import NoRegister, Register
from ingest.reply import Reply
from ingest.source_profile import SourceProfile, source_class, told_class
from ingest.source_register import SourceRegister
from newsloom_runtime.errors import PermanentError, TransientError
from newsloom_runtime.traces import TRACEPARENT, open_request
from newsloom_schemas.events import ArticleSubmittedV2
from newsloom_schemas.submission import Submission

Endpoint = Callable[[Request], Awaitable[Response]]
SHARE_OF_A_CREDENTIAL = 0.75
CLIENT_GONE = 499  # nobody hears it: it is for those who read the metrics
SHARE_OF_AN_ADDRESS = 0.25  # of those whose proof comes with the body: anybody may send so much
THE_UNPROVEN = Share("the unproven", 0.5)  # however many addresses they have


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything the routes work with. `feeds_url` is the public address of feeds, without a final slash."""

    keys: KeyRing
    publisher: Publisher
    clock: Clock
    admission: Admission
    limits: BodyLimits
    metrics: IngestMetrics
    feeds_url: str
    sources: SourceRegister
    fetcher: Fetcher
    workers: Workers
    rates: RateLimits = field(default_factory=RateLimits)
    audit: Audit = field(default_factory=Audit)
    tokens: Tokens | None = None
    register: Register = field(default_factory=NoRegister)
    guard: RevisionGuard = field(default_factory=NoGuard)
    answers: Answers = field(default_factory=NoAnswers)

    async def submitted(
        self, submission: Submission, *, source: str, dialect: str, profile: SourceProfile
    ) -> ArticleSubmittedV2:
        """The event of a submission, whatever way it came in by. Raises Refused."""
        return await submitted(
            submission,
            source=source,
            dialect=dialect,
            clock=self.clock,
            workers=self.workers,
            image_hosts=profile.image_hosts,
            guard=self.guard,
            source_class=told_class(source_class(source, profile)),
        )

    def authorise(self, request: Request, scope: Scope) -> Grant:
        """The grant of a request, counted against the pace of its credential. Raises Refused."""
        identity = self.identified(request)
        grant = permit(identity, scope=scope, source=request.query_params.get("source"))
        account().source = grant.source
        return grant

    def identified(self, request: Request) -> Identity:
        """Who asks for something that is no deed; counted like one. Raises Refused."""
        check_framing(request)
        identity = self._identify(request)
        self.rates.charge(identity.credential, identity.pace)
        return identity

    def expect(self, grant: Grant) -> None:
        """The same count for a sender whose proof comes with the body. Raises Refused: `rate-limited`.

        Each address has a count of its own, so that nobody without the secret can use up the tool's.
        """
        on = account()
        # No source has a longer name; anybody may write one into an address, and it is remembered.
        on.key, on.source = grant.key_name, grant.source[:63]
        self.rates.expect(f"{grant.key_name}@{on.source}", on.client)

    def enter(self) -> AbstractContextManager[Slot]:
        """A place among the requests in flight. Raises Refused: `overloaded`, `unavailable`.

        No credential and no addresses fill them all: whoever is slow on purpose keeps no key out.
        """
        on = account()
        if on.identity is None:
            return self.admission.enter(network(on.client), share=SHARE_OF_AN_ADDRESS, among=THE_UNPROVEN)
        return self.admission.enter(on.identity.credential, share=SHARE_OF_A_CREDENTIAL)

    async def prepare(self, request: Request) -> None:
        """Fetch what is needed to judge the request's token, if it has one. Never raises."""
        if self.tokens is not None:
            token = bearer_token(request.headers.get("authorization"))
            if token is not None and self.tokens.reads(token):
                await self.tokens.prepare(token)

    def _identify(self, request: Request) -> Identity:
        on, token = account(), bearer_token(request.headers.get("authorization"))
        try:
            if self.tokens is not None and token is not None and self.tokens.reads(token):
                identity = self.tokens.identify(token)
            else:
                identity = self.keys.identify(token)
        except Unknown as unknown:
            on.key, on.prefix, on.why = unknown.name, unknown.prefix, unknown.why
            raise
        on.name(identity)
        return identity


def framed(desk: Desk, route: str, work: Endpoint, *, accepts: bool = True) -> Endpoint:
    """Work that raises as an endpoint that answers. `route` is how the audit names it."""

    async def endpoint(request: Request) -> Response:
        started = perf_counter()
        open_account(Account(route=route, client=request.client.host if request.client else ""))
        open_request(request.headers.get(TRACEPARENT))
        try:
            await desk.prepare(request)
            response = await work(request)
        except ClientDisconnect:
            desk.audit.refused("client-gone")
            return Response(status_code=CLIENT_GONE)
        except (Refused, TransientError, PermanentError) as error:
            refused = _not_too_often(desk, as_refusal(error))
            desk.audit.refused(refused.code)
            desk.metrics.count_refusal(refused.code, account().why)
            return problem_response(refused)
        desk.audit.answered()
        if accepts:
            desk.metrics.accept_seconds.observe(perf_counter() - started)
        return response

    return endpoint


def _not_too_often(desk: Desk, refused: Refused) -> Refused:
    """Who shows nothing valid again and again hears that it is too often."""
    if refused.code != "unauthorized":
        return refused
    try:
        desk.rates.failed(account().client)
    except Refused as limited:
        return limited
    return refused


def as_refusal(error: Refused | TransientError | PermanentError) -> Refused:
    """A failure as the refusal that the sender hears."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, TransientError):
        return Refused(
            "unavailable", "send the same again after the time in Retry-After; repeating is harmless"
        )
    return Refused("too-large", "shorten the article: it is larger than Kafka takes")


def respond(reply: Reply) -> Response:
    """A reply as HTTP carries it."""
    if reply.document is None:
        return Response(status_code=reply.status, headers=dict(reply.headers))
    return Response(
        json.dumps(reply.document, ensure_ascii=False),
        status_code=reply.status,
        headers=dict(reply.headers),
        media_type="application/json",
    )
