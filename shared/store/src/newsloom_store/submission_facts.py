"""What the register keeps of submissions: facts that lie in the log, so that they can be found by their ids.

All of it can be read from the log again. What became of a submission is never stored (ADR 0014).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["article", "kill", "tags"]
Resolution = Literal["replayed", "discarded"]
Positions = Mapping[tuple[str, int], int]  # offset of the next record to be read, by topic and partition


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFact:
    """One event of `articles-submitted`, without what the article says.

    `number` is the revision of an article, the edit of its tags, and 0 of a kill. `logged_at` is the time of
    its first record, which lies at `partition` and `offset`.
    """

    event_id: str
    article_id: str
    source: str
    kind: Kind
    number: int
    accepted_at: datetime
    logged_at: datetime
    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFact:
    """A dead letter that names its submission. Letters of one failed record have the same `case`."""

    letter_id: str
    case: str
    event_id: str
    stage: str
    reason: str
    message: str
    buried_at: datetime
    resolution: Resolution | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterResolved:
    """An operator's word on a letter."""

    letter_id: str
    resolution: Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChange:
    """What a document's history says of one event: when it was stored, as which version."""

    event_id: str
    cause: str
    revision: int | None
    document_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a stored document stands, without what it says."""

    document_version: int
    submission_event_id: str | None = None
    revision: int | None = None
    withheld_until: datetime | None = None
    killed_at: datetime | None = None
    edit: int | None = None
    edit_event_id: str | None = None
    changes: tuple[StoredChange, ...] = ()
