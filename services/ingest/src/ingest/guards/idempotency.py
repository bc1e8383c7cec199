"""The header Idempotency-Key, after the IETF draft: a request that is repeated hears the same answer again.

Answers lie in MongoDB, so that any process of ingest can repeat them. A request without the header asks
nobody. The log needs none of this: the same content is the same event (ADR 0019).
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from ingest.door.credentials import Grant
from ingest.ports import Clock
from ingest.refusal import REFUSALS, FieldError, Refused
from newsloom_store import StoreError
from newsloom_store.request_guards import Attempt, Begun, Kept

HEADER = "idempotency-key"
REPLAYED = "Idempotency-Replayed"
WAITS_S = (0.05, 0.1, 0.2, 0.4, 0.8)  # for a first request that is nearly done; then 409
# What depends on the request alone. The rest may be another answer next time, and is not kept.
_KEPT_REFUSALS = frozenset({400, 422})
_BARE = re.compile(r"^[\x20\x21\x23-\x7e]{1,255}$")
_QUOTED = re.compile(r'^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"$')

Work = Callable[[], Awaitable[Response]]


class Answers(Protocol):
    """What is kept of answers. Raises StoreError."""

    async def begin(self, key: str, fingerprint: str, *, now: datetime) -> Begun: ...
    async def finish(self, attempt: Attempt, answer: Mapping[str, Any]) -> None: ...
    async def abandon(self, attempt: Attempt) -> None: ...


class NoAnswers:
    """Where nothing can be kept."""

    async def begin(self, key: str, fingerprint: str, *, now: datetime) -> Begun:
        raise _unavailable()

    async def finish(self, attempt: Attempt, answer: Mapping[str, Any]) -> None:
        raise _unavailable()

    async def abandon(self, attempt: Attempt) -> None:
        raise _unavailable()


def refuse_key(request: Request) -> None:
    """For a stream, which cannot be remembered. Raises Refused: `idempotency-key`."""
    if HEADER in request.headers:
        raise Refused("idempotency-key", "leave it out: a line that is sent again is the same event anyway")


async def answered_once(
    answers: Answers, clock: Clock, request: Request, grant: Grant, body: bytes, work: Work
) -> Response:
    """The answer of `work`, or the one that was given to the same request before.

    Raises what `work` raises, and Refused: `idempotency-key`, `idempotency-reused`, `idempotency-running`,
    `guard-unavailable`.
    """
    key = _key_of(request)
    if key is None:
        return await work()
    begun = await _begun(answers, clock, _scoped(grant, key), _fingerprint(request, body))
    if isinstance(begun, Kept):
        return _again(begun.answer)
    return await _answered(answers, begun, work)


async def _begun(answers: Answers, clock: Clock, key: str, fingerprint: str) -> Attempt | Kept:
    for pause in (*WAITS_S, None):
        try:
            begun = await answers.begin(key, fingerprint, now=clock.now())
        except StoreError:
            raise _unavailable() from None
        if begun == "other-request":
            raise Refused("idempotency-reused", "use a new Idempotency-Key for what differs in any byte")
        if begun != "running":
            return begun
        if pause is not None:
            await asyncio.sleep(pause)
    raise Refused("idempotency-running", "send the same again after the time in Retry-After")


async def _answered(answers: Answers, attempt: Attempt, work: Work) -> Response:
    """The answer, kept if it would be the same again. What cannot be kept is found out once more, which is
    harmless, after the attempt has run out."""
    answer: Mapping[str, Any] | None = None
    try:
        response = await work()
        answer = _response(response)
        return response
    except Refused as refused:
        answer = _refusal(refused)
        raise
    finally:
        with suppress(StoreError):
            await (answers.abandon(attempt) if answer is None else answers.finish(attempt, answer))


def _response(response: Response) -> Mapping[str, Any]:
    headers = {name: response.headers[name] for name in ("location",) if name in response.headers}
    return {
        "status": response.status_code,
        "media_type": response.headers.get("content-type"),
        "headers": headers,
        "body": bytes(response.body),
    }


def _refusal(refused: Refused) -> Mapping[str, Any] | None:
    if REFUSALS[refused.code].status not in _KEPT_REFUSALS or refused.code == "too-complex":
        return None
    errors = [asdict(error) for error in refused.errors]
    return {"code": refused.code, "detail": refused.detail, "errors": errors}


def _again(answer: Mapping[str, Any]) -> Response:
    if "code" in answer:
        errors = tuple(FieldError(**error) for error in answer["errors"])
        raise Refused(answer["code"], answer["detail"], errors=errors)
    headers = {"content-type": answer["media_type"]} if answer["media_type"] else {}
    return Response(
        bytes(answer["body"]),
        status_code=answer["status"],
        headers={**headers, **answer["headers"], REPLAYED: "true"},
    )


def _key_of(request: Request) -> str | None:
    """The key, as a string of structured fields or bare, as many senders write it."""
    given = request.headers.getlist(HEADER)
    if not given:
        return None
    quoted = _QUOTED.match(given[0])
    if len(given) == 1 and quoted:
        return re.sub(r"\\(.)", r"\1", quoted[1])
    if len(given) == 1 and _BARE.match(given[0]):
        return given[0]
    raise Refused("idempotency-key", "send the header once, with 1 to 255 characters of ASCII")


def _scoped(grant: Grant, key: str) -> str:
    """The key is the sender's own: others may use the same without meeting it."""
    return _digest(grant.credential.encode(), grant.source.encode(), key.encode())


def _fingerprint(request: Request, body: bytes) -> str:
    query: bytes = request.scope["query_string"]
    media_type = request.headers.get("content-type", "")
    return _digest(request.method.encode(), request.url.path.encode(), query, media_type.encode(), body)


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _unavailable() -> Refused:
    return Refused("guard-unavailable", "repeat later, or leave the header Idempotency-Key out")
