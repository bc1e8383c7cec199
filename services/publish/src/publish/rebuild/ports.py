"""What a comparison needs: the live store, and something that knows what should be in it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from newsloom_schemas.document import StoredArticleV3
from newsloom_schemas.public_state import PublicState

Surveyed = Sequence[tuple[str, StoredArticleV3 | None]]


class LiveStore(Protocol):
    """Documents by id; None stands for one that does not fit the contract."""

    async def in_order(self, *, after: str = "", limit: int) -> Surveyed: ...
    async def among(self, article_ids: Sequence[str]) -> Surveyed: ...
    async def versions(self, article_ids: Sequence[str]) -> Mapping[str, int]: ...


class Expectation(Protocol):
    """What the log says that the store holds, as far as the log has been read."""

    async def catch_up(self) -> None:
        """Read to the present end of the log."""

    async def behind(self) -> int:
        """Records that the service has still to settle to have come as far, after waiting for it a little."""

    async def digests(self, article_ids: Sequence[str]) -> Mapping[str, str]:
        """What is expected of these articles; one that must not be in the store is left out."""

    async def state(self, article_id: str) -> PublicState | None:
        """The same of one article, whole."""

    def ids(self) -> AsyncIterator[Sequence[str]]:
        """Every article that the log knows of, page by page."""

    def forms(self, live: StoredArticleV3) -> Sequence[PublicState]:
        """What readers may have been told of a live document; the first is how it would be told now."""

    def covers(self, live: StoredArticleV3, expected: PublicState | None) -> bool:
        """False when retention has taken events that this document rests on, so that nothing can be said."""

    def is_moving(self, live: StoredArticleV3) -> bool:
        """Whether the service is about to change or to tell it by itself, without another event."""
