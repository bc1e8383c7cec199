"""What asking for a submission needs from the world, and what others may ask the register."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

from ingest.refusal import Refused
from ingest.register.fate import Fate
from newsloom_store.submission_facts import LetterFact, Positions, Standing, SubmissionFact

Hop = Literal["accepted", "logged", "enriched", "stored", "announced"]
Times = Mapping[Hop, datetime]


class Register(Protocol):
    """Knows which submissions the log holds."""

    async def caught_up(self) -> None:
        """Return when all that the log held at this moment is known.

        Raises Refused: `register-unavailable`.
        """

    async def latest_revision(self, article_id: str) -> int | None:
        """The highest revision that was accepted of an article, None when there is none; all that the log
        holds is taken into account. Raises Refused: `register-unavailable`."""

    async def find(self, event_id: str) -> SubmissionFact | None:
        """The submission, None when the log has not held it in the last 30 days.

        Raises Refused: `register-unavailable`.
        """

    async def fate(self, fact: SubmissionFact, *, hops: bool = True) -> tuple[Fate, Times]:
        """What became of it by now, and the times of its steps; without `hops` only those that are at hand.

        Raises Refused: `register-unavailable`.
        """


class NoRegister:
    """Of a front door that has none."""

    async def caught_up(self) -> None:
        """See Register."""
        raise _none()

    async def latest_revision(self, article_id: str) -> int | None:
        """See Register."""
        raise _none()

    async def find(self, event_id: str) -> SubmissionFact | None:
        """See Register."""
        raise _none()

    async def fate(self, fact: SubmissionFact, *, hops: bool = True) -> tuple[Fate, Times]:
        """See Register."""
        raise _none()


def _none() -> Refused:
    return Refused("register-unavailable", "this ingest keeps no register of submissions; ask another")


class Submissions(Protocol):
    """What is kept of the log. Raises StoreError."""

    async def fact(self, event_id: str) -> SubmissionFact | None: ...
    async def letters(self, event_id: str) -> list[LetterFact]: ...
    async def standing(self, article_id: str) -> Standing | None: ...
    async def latest_revision(self, article_id: str) -> int | None: ...
    async def positions(self, log: str) -> Positions: ...


class Log(Protocol):
    """The log as it is asked about. Raises LogUnavailable."""

    async def identity(self) -> str: ...
    async def ends(self) -> Positions: ...
    async def times(self, fact: SubmissionFact, standing: Standing | None) -> Times: ...
