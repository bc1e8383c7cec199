"""What the load does, from a seed alone: an endless stream of operations on articles that live and die.

Every revision, and every other text, holds a marker of its own, so that a byte scan tells what leaked where.
Timing is not in the seed: clients run side by side, and faults delay them. What may come out of any timing,
the checks know.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from tests.oracle.generator_bad import BAD_REQUESTS, POISON_FORMS

Kind = Literal["submit", "kill", "tags", "bad", "poison"]

MARKER = "mk"
SECTIONS = ("City", "Harbour", "Sport", "Culture", "Science", "Courts")
LANGUAGES = ("en", "ru", "de", "pt-BR")
LANES = ("a", "b", "c")
OPEN_STORIES = 24
REPEATED = 0.04
IMPATIENT = 0.05
POISONED = 0.01
OLD_EVERY = 4


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing that a client does. `number` is its place in the stream.

    `revision` is the number of the edit for tags. `variant` 1 is other content under the same revision.
    `embargo_s` is seconds from its first sending. An impatient client does not repeat what got no answer.
    `old` submissions are not sent to ingest: an old producer writes them to its topic, in version 1.
    """

    number: int
    kind: Kind
    source: str
    external_id: str = ""
    revision: int = 0
    variant: int = 0
    marker: str = ""
    section: str | None = None
    language: str = "en"
    embargo_s: float | None = None
    impatient: bool = False
    old: bool = False
    form: str = ""


def marker(*parts: object) -> str:
    """A word that stands nowhere else: `mk` and sixteen hex digits."""
    return MARKER + sha256("/".join(map(str, parts)).encode()).hexdigest()[:16]


def author(operation: Operation) -> str | dict[str, str]:
    """A name, or in every other revision more than that, which version 1 cannot say."""
    name = f"Ida {operation.marker}"
    if operation.revision % 2:
        return name
    return {"name": name, "role": "reporter", "uri": f"https://larkhaven.example/people/{operation.marker}"}


def submission(operation: Operation, embargo_until: datetime | None) -> dict[str, Any]:
    """The JSON body of a submit operation. The same operation always gives the same body."""
    word, revision = operation.marker, operation.revision
    body: dict[str, Any] = {
        "external_id": operation.external_id,
        "revision": revision,
        "headline": f"Council votes on item {word}",
        "lead": f"The council of Larkhaven met for the {revision}. time, file {word}.",
        "body_text": f"It voted on {word} and adjourned.\n\nThe mayor spoke of {operation.external_id}.",
        "language": operation.language,
        "keywords": ["council", word],
        "authors": [author(operation)],
        "canonical_url": f"https://larkhaven.example/{word}",
    }
    if operation.section is not None:
        body["section"] = operation.section
    if revision > 1:
        body["note"] = f"Corrected, see {word}"
    if embargo_until is not None:
        body["embargo_until"] = embargo_until.isoformat().replace("+00:00", "Z")
    return body


def embargo_end(operation: Operation, now: datetime) -> datetime | None:
    """When the embargo of an operation first sent now ends, in the milliseconds that the contract keeps."""
    if operation.embargo_s is None:
        return None
    end = now + timedelta(seconds=operation.embargo_s)
    return end.replace(microsecond=end.microsecond // 1000 * 1000)


def tags(operation: Operation) -> dict[str, Any]:
    """The JSON body of a tags operation: a topic that depends on the edit, so that topic feeds change."""
    return {
        "edit": operation.revision,
        "added": [
            {
                "kind": "subject",
                "label": f"Topic {operation.marker}",
                "id": f"oracle:{operation.revision % 3}",
            },
            {"kind": "place", "label": f"Quay {operation.marker}"},
        ],
        "editor": "desk",
    }


@dataclass
class Generator:
    """The stream of operations of one run. `sources` are the prefix and a lane letter."""

    seed: int
    prefix: str
    _chance: random.Random = field(init=False)
    _stories: int = 0
    _numbers: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.seed}/{self.prefix}")

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(f"{self.prefix}-{lane}" for lane in LANES)

    def stream(self) -> Iterator[Operation]:
        """Operations without end: open stories take turns, now and then something is said twice."""
        open_stories = [self._story() for _ in range(OPEN_STORIES)]
        said: list[Operation] = []
        while True:
            at = self._turn(open_stories)
            yield self._numbered(said, open_stories[at].pop(0))
            if not open_stories[at]:
                open_stories[at] = self._story()
            if said and self._chance.random() < REPEATED:
                yield self._numbered(said, self._chance.choice(said[-400:]))
            if self._chance.random() < POISONED:
                form = self._chance.choice(sorted(POISON_FORMS))
                yield self._numbered(said, self._operation("poison", form=form))

    def _turn(self, stories: list[list[Operation]]) -> int:
        """Long stories are hot keys: their many operations come close together."""
        weights = [1 + 4 * (len(story) > 8) for story in stories]
        return self._chance.choices(range(len(stories)), weights)[0]

    def _numbered(self, said: list[Operation], operation: Operation) -> Operation:
        self._numbers += 1
        impatient = self._chance.random() < IMPATIENT
        # Also what is said twice: once by an old producer and once through ingest it is one event.
        plain = operation.kind == "submit" and isinstance(author(operation), str)
        old = plain and self._numbers % OLD_EVERY == 0
        numbered = Operation(
            **{**vars(operation), "number": self._numbers, "impatient": impatient, "old": old}
        )
        if numbered.kind in ("submit", "kill", "tags"):
            said.append(numbered)
        return numbered

    def _operation(self, kind: Kind, **fields: Any) -> Operation:
        return Operation(number=0, kind=kind, **{"source": self._chance.choice(self.sources), **fields})

    # --- stories ---

    def _story(self) -> list[Operation]:
        shapes = {
            self._plain: 30,
            self._corrected: 22,
            self._shuffled: 10,
            self._killed: 12,
            self._edited: 9,
            self._embargoed: 9,
            self._bad: 4,
            self._conflicting: 2,
            self._hot: 2,
        }
        self._stories += 1
        source = self._chance.choice(self.sources)
        external_id = f"story/{self._stories:05d}"
        return self._chance.choices(list(shapes), list(shapes.values()))[0](source, external_id)

    def _submit(self, source: str, external_id: str, revision: int, **fields: Any) -> Operation:
        variant = fields.get("variant", 0)
        return self._operation(
            "submit",
            **{
                "source": source,
                "external_id": external_id,
                "revision": revision,
                "marker": marker(self.seed, source, external_id, revision, variant),
                "section": self._chance.choice((*SECTIONS, None)),
                "language": self._chance.choice(LANGUAGES),
                **fields,
            },
        )

    def _tags(self, source: str, external_id: str, edit: int) -> Operation:
        word = marker(self.seed, source, external_id, "tags", edit)
        return self._operation("tags", source=source, external_id=external_id, revision=edit, marker=word)

    def _kill(self, source: str, external_id: str) -> Operation:
        return self._operation("kill", source=source, external_id=external_id)

    def _plain(self, source: str, external_id: str) -> list[Operation]:
        return [self._submit(source, external_id, 1)]

    def _corrected(self, source: str, external_id: str) -> list[Operation]:
        return [self._submit(source, external_id, revision) for revision in (1, 2, 3)]

    def _shuffled(self, source: str, external_id: str) -> list[Operation]:
        revisions = self._chance.sample(range(1, 9), 4)
        return [self._submit(source, external_id, revision) for revision in revisions]

    def _killed(self, source: str, external_id: str) -> list[Operation]:
        """Killed somewhere in its life, the first moment included; revisions go on coming after that."""
        story = [self._submit(source, external_id, revision) for revision in (1, 2, 3)]
        story.append(self._tags(source, external_id, 1))
        story.insert(self._chance.randrange(5), self._kill(source, external_id))
        return story

    def _edited(self, source: str, external_id: str) -> list[Operation]:
        story = [self._submit(source, external_id, revision) for revision in (1, 2)]
        story += [self._tags(source, external_id, edit) for edit in (1, 2, 3)]
        return self._chance.sample(story, len(story))

    def _embargoed(self, source: str, external_id: str) -> list[Operation]:
        """Under embargo at once or by a correction; then edited, replaced, killed, or left to its lift."""
        first = self._chance.choice(([], [self._submit(source, external_id, 1)]))
        held = self._submit(source, external_id, 2, embargo_s=self._chance.uniform(2, 6))
        after = self._chance.choice(
            (
                [],
                [self._tags(source, external_id, 1)],
                [self._submit(source, external_id, 3)],
                [self._submit(source, external_id, 3, embargo_s=self._chance.uniform(2, 4))],
                [self._kill(source, external_id)],
            )
        )
        return [*first, held, *after]

    def _conflicting(self, source: str, external_id: str) -> list[Operation]:
        return [self._submit(source, external_id, 1, variant=variant) for variant in (0, 1)]

    def _hot(self, source: str, external_id: str) -> list[Operation]:
        story = [self._submit(source, external_id, revision) for revision in range(1, 25)]
        story += [self._tags(source, external_id, edit) for edit in (1, 2, 3)]
        swapped = sorted(story, key=lambda each: each.revision + self._chance.uniform(0, 3))
        return [*swapped, self._kill(source, external_id)] if self._chance.random() < 0.5 else swapped

    def _bad(self, source: str, external_id: str) -> list[Operation]:
        form = self._chance.choice(sorted(BAD_REQUESTS))
        word = marker(self.seed, source, external_id, "bad")
        return [
            self._operation("bad", source=source, external_id=external_id, revision=1, marker=word, form=form)
        ]
