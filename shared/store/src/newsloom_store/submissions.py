"""The register's collections: submissions and dead letters by id, and how far the log has been read."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure

from newsloom_store.codec import ID
from newsloom_store.connection import Collection, Driver, Raw, aggregate, beside, open_collection
from newsloom_store.errors import (
    DUPLICATE_KEY,
    INDEX_CONFLICTS,
    StoreMisconfigured,
    codes_of,
    of_codes,
    translated,
)
from newsloom_store.observing import Observer
from newsloom_store.submission_facts import (
    LetterFact,
    LetterResolved,
    Positions,
    Standing,
    StoredChange,
    SubmissionFact,
)

SUBMISSIONS = "submissions"
LETTERS = "submission_letters"
POSITIONS = "submission_register"
KEPT_FOR = timedelta(days=30)  # as long as the log itself holds what they are about
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
_STANDING: Raw = {
    "document_version": 1,
    "publication.submission_event_id": 1,
    "publication.revision": 1,
    "withheld_until": 1,
    "tombstone.killed_at": 1,
    "editor_tags.edit": 1,
    "editor_event_id": 1,
    "history": 1,
}
_FACT_FIELDS = tuple(field.name for field in fields(SubmissionFact) if field.name != "event_id")
_LETTER_FIELDS = tuple(field.name for field in fields(LetterFact) if field.name != "letter_id")


class MongoSubmissions:
    """Raises StoreUnavailable when MongoDB does not answer in time: repeat later."""

    def __init__(self, articles: Collection) -> None:
        self._articles = articles
        self._submissions = beside(articles, SUBMISSIONS)
        self._letters = beside(articles, LETTERS)
        self._positions = beside(articles, POSITIONS)

    @classmethod
    @asynccontextmanager
    async def connected(
        cls,
        url: str,
        *,
        database: str = "newsloom",
        driver: Driver = "pymongo",
        observer: Observer | None = None,
    ) -> AsyncIterator["MongoSubmissions"]:
        """Closed on leaving. It does not wait for MongoDB."""
        async with open_collection(url, database=database, driver=driver, observer=observer) as articles:
            yield cls(articles)

    async def ensure_indexes(self) -> None:
        """Make the indexes that are missing. Raises StoreMisconfigured when another stands in the way."""
        expires = IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0)
        revisions = IndexModel([("article_id", ASCENDING), ("kind", ASCENDING), ("number", DESCENDING)])
        with translated():
            try:
                await self._submissions.create_indexes([expires, revisions])
                await self._letters.create_indexes(
                    [expires, IndexModel([("event_id", ASCENDING)]), IndexModel([("case", ASCENDING)])]
                )
            except OperationFailure as error:
                if error.code not in INDEX_CONFLICTS:
                    raise
                raise StoreMisconfigured(
                    f"an index of {SUBMISSIONS} or {LETTERS} in {self._articles.database.name} has other"
                    " options than it must have; drop it and start again"
                ) from error

    async def record(self, facts: Sequence[SubmissionFact]) -> None:
        """Keep facts; of an event that is known already the first one stays."""
        if not facts:
            return
        with translated():
            try:
                await self._submissions.bulk_write([_insert(fact) for fact in facts], ordered=False)
            except BulkWriteError as error:
                others = [code for code in codes_of(error) if code != DUPLICATE_KEY]
                if others:
                    raise of_codes(others) from error

    async def note_letters(self, notes: Sequence[LetterFact | LetterResolved]) -> None:
        """Keep letters and what became of them, in the order of the log. A repeat changes nothing."""
        if not notes:
            return
        with translated():
            await self._letters.bulk_write([_letter_write(note) for note in notes], ordered=True)

    async def fact(self, event_id: str) -> SubmissionFact | None:
        """The fact of an event, or None."""
        with translated():
            raw = await self._submissions.find_one({ID: event_id})
        if raw is None:
            return None
        return SubmissionFact(event_id=raw[ID], **{name: raw[name] for name in _FACT_FIELDS})

    async def letters(self, event_id: str) -> list[LetterFact]:
        """The dead letters that name this submission, the oldest first."""
        with translated():
            found = await self._letters.find({"event_id": event_id}).to_list(None)
        return sorted(map(_letter, found), key=lambda letter: letter.buried_at)

    async def oldest_open_letter(self, *, ignoring: Sequence[str]) -> datetime | None:
        """When the oldest failed record was buried of which nobody has said a word; None when there is none.

        `ignoring` are reasons that no operator has to see to. A word on one copy of a letter stands for all.
        """
        oldest_first: list[Raw] = [
            {"$match": {"reason": {"$nin": list(ignoring)}}},
            {
                "$group": {
                    ID: "$case",
                    "buried_at": {"$min": "$buried_at"},
                    "resolution": {"$max": "$resolution"},
                }
            },
            {"$match": {"resolution": None}},
            {"$sort": {"buried_at": ASCENDING}},
            {"$limit": 1},
        ]
        with translated():
            found = await aggregate(self._letters, oldest_first)
        oldest: datetime | None = found[0]["buried_at"] if found else None
        return oldest

    async def standing(self, article_id: str) -> Standing | None:
        """Where the stored document of an article stands, or None when nothing is stored."""
        with translated():
            raw = await self._articles.find_one({ID: article_id}, _STANDING)
        return None if raw is None else _standing(raw)

    async def latest_revision(self, article_id: str) -> int | None:
        """The highest revision of an article in the log's memory or in the store; None when there is none."""
        with translated():
            newest = await self._submissions.find_one(
                {"article_id": article_id, "kind": "article"},
                {"number": 1},
                sort=[("number", DESCENDING)],
            )
        stored = await self.standing(article_id)
        known = [newest["number"] if newest else None, stored.revision if stored else None]
        return max((number for number in known if number is not None), default=None)

    async def positions(self, log: str) -> Positions:
        """How far this log has been read; empty for one that never was."""
        with translated():
            raw = await self._positions.find_one({ID: log})
        return {} if raw is None else {_place(name): offset for name, offset in raw["next"].items()}

    async def advance(self, log: str, positions: Positions) -> None:
        """Note that everything below these offsets is kept. Never goes back."""
        if not positions:
            return
        raised: Raw = {f"next.{_name(*place)}": offset for place, offset in positions.items()}
        with translated():
            await self._positions.update_one({ID: log}, {"$max": raised}, upsert=True)

    async def forget_positions(self, log: str) -> None:
        """Let the log be read from its start again."""
        with translated():
            await self._positions.delete_one({ID: log})


def _insert(fact: SubmissionFact) -> InsertOne[Raw]:
    raw: Raw = {ID: fact.event_id, "expires_at": _expiry(fact.logged_at)}
    for name in _FACT_FIELDS:  # asdict copies deeply, which costs more than the insert
        raw[name] = getattr(fact, name)
    return InsertOne(raw)


def _letter_write(note: LetterFact | LetterResolved) -> UpdateOne:
    if isinstance(note, LetterResolved):
        return UpdateOne({ID: note.letter_id}, {"$set": {"resolution": note.resolution}})
    raw = {name: value for name, value in asdict(note).items() if value is not None and name != "letter_id"}
    raw["expires_at"] = _expiry(note.buried_at)
    return UpdateOne({ID: note.letter_id}, {"$setOnInsert": raw}, upsert=True)


def _letter(raw: Raw) -> LetterFact:
    kept: Raw = {name: raw.get(name) for name in _LETTER_FIELDS}
    return LetterFact(letter_id=raw[ID], **kept)


def _expiry(moment: datetime) -> datetime:
    """Kafka lets producers write any time, and behind the calendar's end there is none."""
    return min(moment, _LAST_MOMENT - KEPT_FOR) + KEPT_FOR


def _standing(raw: Raw) -> Standing:
    publication, tags = raw.get("publication") or {}, raw.get("editor_tags") or {}
    return Standing(
        document_version=raw["document_version"],
        submission_event_id=publication.get("submission_event_id"),
        revision=publication.get("revision"),
        withheld_until=raw.get("withheld_until"),
        killed_at=(raw.get("tombstone") or {}).get("killed_at"),
        edit=tags.get("edit"),
        edit_event_id=raw.get("editor_event_id"),
        changes=tuple(
            StoredChange(
                event_id=entry["event_id"],
                cause=entry["cause"],
                revision=entry.get("revision"),
                document_version=entry["document_version"],
            )
            for entry in raw.get("history") or ()
        ),
    )


def _name(topic: str, partition: int) -> str:
    return f"{topic}/{partition}"  # no topic of ours has a dot, which MongoDB would take for a path


def _place(name: str) -> tuple[str, int]:
    topic, _, partition = name.rpartition("/")
    return topic, int(partition)
