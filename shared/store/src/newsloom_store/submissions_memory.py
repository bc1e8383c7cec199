"""The register's collections in memory, for tests: the same promises, until the process ends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from newsloom_store.submission_facts import (
    LetterFact,
    LetterResolved,
    Positions,
    Standing,
    SubmissionFact,
)


class MemorySubmissions:
    """Passes the same contract tests as MongoSubmissions."""

    def __init__(self) -> None:
        self.facts: dict[str, SubmissionFact] = {}
        self.noted: dict[str, LetterFact] = {}
        self.standings: dict[str, Standing] = {}
        self._read: dict[str, dict[tuple[str, int], int]] = {}

    async def ensure_indexes(self) -> None:
        """Nothing to make."""

    async def record(self, facts: Sequence[SubmissionFact]) -> None:
        """See MongoSubmissions."""
        for fact in facts:
            self.facts.setdefault(fact.event_id, fact)

    async def note_letters(self, notes: Sequence[LetterFact | LetterResolved]) -> None:
        """See MongoSubmissions."""
        for note in notes:
            if isinstance(note, LetterFact):
                self.noted.setdefault(note.letter_id, note)
            elif note.letter_id in self.noted:
                self.noted[note.letter_id] = replace(self.noted[note.letter_id], resolution=note.resolution)

    async def fact(self, event_id: str) -> SubmissionFact | None:
        """See MongoSubmissions."""
        return self.facts.get(event_id)

    async def letters(self, event_id: str) -> list[LetterFact]:
        """See MongoSubmissions."""
        found = (letter for letter in self.noted.values() if letter.event_id == event_id)
        return sorted(found, key=lambda letter: letter.buried_at)

    async def oldest_open_letter(self, *, ignoring: Sequence[str]) -> datetime | None:
        """See MongoSubmissions."""
        letters = [letter for letter in self.noted.values() if letter.reason not in ignoring]
        settled = {letter.case for letter in letters if letter.resolution is not None}
        return min((letter.buried_at for letter in letters if letter.case not in settled), default=None)

    async def standing(self, article_id: str) -> Standing | None:
        """See MongoSubmissions."""
        return self.standings.get(article_id)

    async def latest_revision(self, article_id: str) -> int | None:
        """See MongoSubmissions."""
        known = [
            fact.number
            for fact in self.facts.values()
            if fact.article_id == article_id and fact.kind == "article"
        ]
        stored = self.standings.get(article_id)
        if stored is not None and stored.revision is not None:
            known.append(stored.revision)
        return max(known, default=None)

    async def positions(self, log: str) -> Positions:
        """See MongoSubmissions."""
        return dict(self._read.get(log, {}))

    async def advance(self, log: str, positions: Positions) -> None:
        """See MongoSubmissions."""
        read = self._read.setdefault(log, {})
        read.update({place: max(offset, read.get(place, 0)) for place, offset in positions.items()})

    async def forget_positions(self, log: str) -> None:
        """See MongoSubmissions."""
        self._read.pop(log, None)
