"""What every part of the evaluation returns: rows of figures, and how counts become them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

ALL = "all"


class InALanguage(Protocol):
    """Whatever is judged language by language."""

    @property
    def language(self) -> str: ...


Judgeable = TypeVar("Judgeable", bound=InALanguage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of the things said: `right` and `wrong`. Of the things that should be said: `missed`."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            right=self.right + other.right,
            wrong=self.wrong + other.wrong,
            missed=self.missed + other.missed,
        )

    @property
    def precision(self) -> float:
        return ratio(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        return ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Figures of one part in one language. `support` is how many judged things they rest on."""

    part: str
    language: str
    what: str
    figures: Mapping[str, float]
    support: int
    mistakes: tuple[str, ...] = field(default=())


def row(part: str, language: str, what: str, counts: Counts, mistakes: Iterable[str] = ()) -> Row:
    """Precision, recall and F1 of what was counted."""
    return Row(
        part=part,
        language=language,
        what=what,
        figures={"precision": counts.precision, "recall": counts.recall, "f1": counts.f1},
        support=counts.right + counts.missed,
        mistakes=tuple(mistakes),
    )


def share(part: str, language: str, what: str, marks: Iterable[bool], mistakes: Iterable[str] = ()) -> Row:
    """The share of things that are as they should be."""
    seen = tuple(marks)
    return Row(
        part=part,
        language=language,
        what=what,
        figures={"share": ratio(sum(seen), len(seen))},
        support=len(seen),
        mistakes=tuple(mistakes),
    )


def by_language(articles: Sequence[Judgeable]) -> Iterator[tuple[str, list[Judgeable]]]:
    """The articles of each language."""
    for language in sorted({article.language for article in articles}):
        yield language, [article for article in articles if article.language == language]


def ratio(count: int, total: int) -> float:
    """Nothing said where nothing was to be said is right."""
    return count / total if total else 1.0
