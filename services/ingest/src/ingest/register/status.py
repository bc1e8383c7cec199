"""The answer to `GET /v1/submissions/{event_id}`: a fate as an editor's tool reads it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from ingest.register.fate import Fate, State
from ingest.register.ports import Hop, Times
from newsloom_store.submission_facts import LetterFact, SubmissionFact

ORDER: tuple[Hop, ...] = ("accepted", "logged", "enriched", "stored", "announced")


class HopTime(BaseModel):
    """One step on the way. Each time is by the clock of the machine that took the step."""

    hop: Hop
    at: datetime
    milliseconds: float = Field(description="since the step before in this list")


class DeadLetterFound(BaseModel):
    """Why nothing came of it, for who mends it."""

    id: str = Field(description="for `newsloom dlq show`", examples=["enrich:3:117"])
    stage: str = Field(description="the role that could not process it", examples=["enricher"])
    reason: str = Field(description="stable code", examples=["bug"])
    message: str = Field(description="what to do; holds nothing of what was sent")
    at: datetime
    resolution: Literal["discarded"] | None = None


class SubmissionStatus(BaseModel):
    """What became of a submission, a kill or an edit of tags, as it is now."""

    event_id: str
    article_id: str
    source: str
    kind: Literal["article", "kill", "tags"]
    revision: int | None = Field(default=None, description="of an article")
    edit: int | None = Field(default=None, description="of an edit of tags")
    state: State = Field(
        description="`accepted`: on its way. `published`: readers see it. `withheld`: under embargo."
        " `superseded`: a higher number stands. `killed`: the article is withdrawn. `rejected`: the number"
        " was taken by other content. `dead-lettered`: it could not be processed."
    )
    detail: str = Field(description="the state in a sentence, with what to do")
    url: str | None = Field(default=None, description="where readers see it; of a published one")
    superseded_by: int | None = Field(default=None, description="the revision, or edit, that stands instead")
    withheld_until: datetime | None = None
    dead_letter: DeadLetterFound | None = None
    hops: list[HopTime] = Field(description="how long each step took, as far as it is known")


EXAMPLE: dict[str, Any] = {
    "event_id": "2f3920e6-3618-5fc3-be5e-67508f4afb2a",
    "article_id": "6d1c31e4-6b9d-5cf5-a1bb-9f4f0bdc9c11",
    "source": "harbour-post",
    "kind": "article",
    "revision": 2,
    "state": "published",
    "detail": "revision 2 is published",
    "url": "https://news.example/v1/articles/6d1c31e4-6b9d-5cf5-a1bb-9f4f0bdc9c11",
    "hops": [
        {"hop": "accepted", "at": "2026-09-14T12:20:03.512Z", "milliseconds": 0.0},
        {"hop": "logged", "at": "2026-09-14T12:20:03.513Z", "milliseconds": 1.0},
        {"hop": "enriched", "at": "2026-09-14T12:20:03.579Z", "milliseconds": 66.0},
        {"hop": "stored", "at": "2026-09-14T12:20:03.588Z", "milliseconds": 9.0},
        {"hop": "announced", "at": "2026-09-14T12:20:03.588Z", "milliseconds": 0.0},
    ],
}


def status_of(fact: SubmissionFact, fate: Fate, times: Times, *, feeds_url: str) -> SubmissionStatus:
    """The answer."""
    shown = fate.state == "published"
    return SubmissionStatus(
        event_id=fact.event_id,
        article_id=fact.article_id,
        source=fact.source,
        kind=fact.kind,
        revision=fact.number if fact.kind == "article" else None,
        edit=fact.number if fact.kind == "tags" else None,
        state=fate.state,
        detail=fate.detail,
        url=f"{feeds_url}/v1/articles/{fact.article_id}" if shown else None,
        superseded_by=fate.superseded_by,
        withheld_until=fate.withheld_until,
        dead_letter=_letter(fate.letter) if fate.letter else None,
        hops=_hops(times),
    )


def _letter(letter: LetterFact) -> DeadLetterFound:
    return DeadLetterFound(
        id=letter.letter_id,
        stage=letter.stage,
        reason=letter.reason,
        message=letter.message,
        at=letter.buried_at,
        resolution="discarded" if letter.resolution == "discarded" else None,
    )


def _hops(times: Times) -> list[HopTime]:
    known = [(hop, times[hop]) for hop in ORDER if hop in times]
    before = [at for _, at in known[:1]] + [at for _, at in known]
    return [
        HopTime(hop=hop, at=at, milliseconds=round((at - since).total_seconds() * 1000, 3))
        for (hop, at), since in zip(known, before, strict=False)
    ]
