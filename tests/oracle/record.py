"""What was asked and what was answered, in a file outside the system under test; and that file read back."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TextIO

from newsloom_schemas import identity
from newsloom_schemas.events import ArticleKilledV1
from tests.oracle.generator import Operation

Result = Literal["ok", "rejected", "unknown"]


class Recorder:
    """Appends one JSON line for everything that happens, and flushes it before anything else happens."""

    def __init__(self, path: Path, now: Any = lambda: datetime.now(UTC)) -> None:
        self._file: TextIO = path.open("a", encoding="utf-8")
        self._now = now

    def planned(self, operation: Operation, embargo_until: datetime | None) -> None:
        """Before the first attempt of an operation."""
        until = embargo_until.timestamp() if embargo_until else None
        self._write("planned", operation=asdict(operation), embargo_until=until)

    def sent(self, operation: Operation) -> None:
        """Before each attempt."""
        self._write("sent", number=operation.number)

    def answered(
        self, operation: Operation, result: Result, status: int | None = None, event_id: str | None = None
    ) -> None:
        """After each attempt. A time-out, a cut connection and a 5xx are unknown."""
        self._write("answered", number=operation.number, result=result, status=status, event_id=event_id)

    def poisoned(self, operation: Operation, topic: str, partition: int, offset: int) -> None:
        """A poison record lies there."""
        self._write("poisoned", number=operation.number, topic=topic, partition=partition, offset=offset)

    def close(self) -> None:
        self._file.close()

    def _write(self, what: str, **fields: Any) -> None:
        line = {"at": self._now().timestamp(), "what": what, **fields}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()


@dataclass(frozen=True, kw_only=True)
class Poisoned:
    """A poison record in a topic."""

    topic: str
    partition: int
    offset: int
    at: float
    form: str


@dataclass(kw_only=True)
class Asked:
    """One operation with all that came of it. Times are seconds since 1970."""

    operation: Operation
    embargo_until: float | None = None
    sent_at: list[float] = field(default_factory=list)
    answers: list[tuple[float, Result, int | None]] = field(default_factory=list)
    event_id: str | None = None

    @property
    def result(self) -> Result:
        """ok when any attempt was, else rejected when any was, else unknown: it may have happened."""
        results = {result for _, result, _ in self.answers}
        return "ok" if "ok" in results else "rejected" if "rejected" in results else "unknown"

    @property
    def accepted_at(self) -> float | None:
        """When the first 2xx was heard."""
        return min((at for at, result, _ in self.answers if result == "ok"), default=None)

    @property
    def article_id(self) -> str:
        return identity.article_id(self.operation.source, self.operation.external_id)


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Everything that was asked in one run."""

    asked: tuple[Asked, ...]
    poisoned: tuple[Poisoned, ...] = ()

    @cached_property
    def effective(self) -> tuple[Asked, ...]:
        """What can have an effect: everything but bad requests and poison."""
        return tuple(each for each in self.asked if each.operation.kind in ("submit", "kill", "tags"))

    @cached_property
    def by_article(self) -> Mapping[str, tuple[Asked, ...]]:
        """Effective operations by article id."""
        found: dict[str, list[Asked]] = {}
        for each in self.effective:
            found.setdefault(each.article_id, []).append(each)
        return {article_id: tuple(all_asked) for article_id, all_asked in found.items()}

    @cached_property
    def by_marker(self) -> Mapping[str, Asked]:
        """One operation for each marker, bad requests included."""
        return {each.operation.marker: each for each in self.asked if each.operation.marker}

    @cached_property
    def kills(self) -> Mapping[str, float]:
        """When the kill of an article was first known to be accepted, by article id."""
        found: dict[str, float] = {}
        for each in self.effective:
            if each.operation.kind == "kill" and each.accepted_at is not None:
                found[each.article_id] = min(each.accepted_at, found.get(each.article_id, each.accepted_at))
        return found


def kill_event_id(article_id: str) -> str:
    """Every kill of an article is the same event."""
    return identity.event_id(article_id, 0, ArticleKilledV1.EVENT_TYPE)


def read_ledger(path: Path) -> Ledger:
    """The ledger in a file. A last line that was cut off is left out."""
    with path.open(encoding="utf-8") as lines:
        return fold_lines(_parsed(lines))


def _parsed(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.endswith("\n"):
            yield json.loads(line)


def fold_lines(lines: Iterable[dict[str, Any]]) -> Ledger:
    """The ledger that lines of the file add up to."""
    asked: dict[int, Asked] = {}
    poisoned: list[Poisoned] = []
    for line in lines:
        match line["what"]:
            case "planned":
                operation = Operation(**line["operation"])
                asked[operation.number] = Asked(operation=operation, embargo_until=line["embargo_until"])
            case "sent":
                asked[line["number"]].sent_at.append(line["at"])
            case "answered":
                each = asked[line["number"]]
                each.answers.append((line["at"], line["result"], line["status"]))
                each.event_id = line["event_id"] or each.event_id
            case "poisoned":
                form = asked[line["number"]].operation.form
                place = {name: line[name] for name in ("topic", "partition", "offset", "at")}
                poisoned.append(Poisoned(form=form, **place))
    return Ledger(asked=tuple(asked.values()), poisoned=tuple(poisoned))
