"""Lets a correction through only while the revision that it corrects is the latest (ADR 0019)."""

from typing import Protocol

from ingest.refusal import Refused, invalid_field
from newsloom_schemas.events import ArticleSubmittedV2
from newsloom_store import StoreError
from newsloom_store.submission_facts import SubmissionFact


class KnowsTheLog(Protocol):
    """What the guard asks the register. Raises Refused: `register-unavailable`."""

    async def find(self, event_id: str) -> SubmissionFact | None: ...
    async def latest_revision(self, article_id: str) -> int | None: ...


class Claims(Protocol):
    """Who may be the next revision of an article. Raises StoreError."""

    async def claim(self, article_id: str, event_id: str, revision: int, *, latest: int) -> bool: ...


class ClaimingGuard:
    """Asks the register which revision is the latest, then claims the place after it."""

    def __init__(self, register: KnowsTheLog, claims: Claims) -> None:
        self._register = register
        self._claims = claims

    async def claim(self, event: ArticleSubmittedV2, previous_revision: int) -> None:
        """See RevisionGuard."""
        if event.revision <= previous_revision:
            raise invalid_field("/previous_revision", "order", "send a revision above the one it corrects")
        latest = await self._register.latest_revision(event.article_id) or 0
        if latest == previous_revision:
            if await self._claimed(event, latest):
                return
            raise _conflict(latest, "another correction is just being accepted: read the article again, then")
        if await self._register.find(event.event_id) is None:
            raise _conflict(latest, "read the latest revision,")

    async def _claimed(self, event: ArticleSubmittedV2, latest: int) -> bool:
        try:
            return await self._claims.claim(event.article_id, event.event_id, event.revision, latest=latest)
        except StoreError:
            raise Refused("guard-unavailable", "repeat later, or leave previous_revision out") from None


def _conflict(latest: int, advice: str) -> Refused:
    return Refused(
        "revision-conflict",
        f"{advice} correct that one and name it as previous_revision",
        current_revision=latest,
    )
