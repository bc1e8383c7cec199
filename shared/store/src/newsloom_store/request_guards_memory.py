"""The guards of requests in memory, for tests: the same promises, until the process ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from newsloom_store.request_guards import ANSWER_KEPT_FOR, ATTEMPT_LASTS, CLAIM_LASTS, Attempt, Begun, Kept


@dataclass(kw_only=True)
class _Held:
    fingerprint: str
    token: str
    until: datetime
    expires_at: datetime
    answer: Mapping[str, Any] | None = None


@dataclass(kw_only=True)
class _Claim:
    event_id: str
    revision: int
    expires_at: datetime


class MemoryAnswers:
    """Passes the same contract tests as MongoAnswers."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    async def begin(self, key: str, fingerprint: str, *, now: datetime) -> Begun:
        """See MongoAnswers."""
        held = self._held.get(key)
        if held is None or held.expires_at <= now:
            return self._taken(key, fingerprint, now)
        if held.fingerprint != fingerprint:
            return "other-request"
        if held.answer is not None:
            return Kept(answer=held.answer)
        return self._taken(key, fingerprint, now) if held.until <= now else "running"

    def _taken(self, key: str, fingerprint: str, now: datetime) -> Attempt:
        attempt = Attempt(key=key, token=uuid4().hex)
        self._held[key] = _Held(
            fingerprint=fingerprint,
            token=attempt.token,
            until=now + ATTEMPT_LASTS,
            expires_at=now + ANSWER_KEPT_FOR,
        )
        return attempt

    async def finish(self, attempt: Attempt, answer: Mapping[str, Any]) -> None:
        """See MongoAnswers."""
        held = self._held.get(attempt.key)
        if held is not None and held.token == attempt.token:
            held.answer = dict(answer)

    async def abandon(self, attempt: Attempt) -> None:
        """See MongoAnswers."""
        held = self._held.get(attempt.key)
        if held is not None and held.token == attempt.token:
            del self._held[attempt.key]


class MemoryClaims:
    """Passes the same contract tests as MongoClaims; `now` stands for MongoDB's clock."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._claims: dict[str, _Claim] = {}
        self._now = now

    async def claim(self, article_id: str, event_id: str, revision: int, *, latest: int) -> bool:
        """See MongoClaims."""
        held = self._claims.get(article_id)
        free = held is None or held.event_id == event_id or held.revision <= latest
        if not free and held is not None and held.expires_at >= self._now():
            return False
        expires_at = self._now() + CLAIM_LASTS
        self._claims[article_id] = _Claim(event_id=event_id, revision=revision, expires_at=expires_at)
        return True
