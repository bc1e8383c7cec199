"""The curated lexicon: for each topic and language the words that speak for it, read from `data/subjects`.

One file a desk, one table a topic, in it the languages. Terms are separated by commas; a term is a word or a
phrase. `санкц*` is any word that begins so; a plain word stands for all its forms; `МИД` in capitals is just
that; `~` between words allows up to two others. `strong`, `clear` and `hint` weigh 3, 2 and 1; at least one
term of `must` has to be there; any term of `never` rules the topic out; a term of `mask` takes its words
away. A topic without terms only lends its `label` to the topics below it.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Final, Literal

LANGUAGES: Final = ("ru", "uk", "en", "es")
WEIGHTS: Final[Mapping[str, float]] = {"strong": 3.0, "clear": 2.0, "hint": 1.0}
Use = Literal["cue", "must", "never", "mask"]
GAP: Final = "~"
_CONTROLS: Final[tuple[Use, ...]] = ("must", "never", "mask")
_KNOWN_KEYS: Final = frozenset({"label", *WEIGHTS, *_CONTROLS})


class LexiconInvalid(ValueError):
    """A lexicon file cannot be used; the message names the topic and the fix."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand for a topic. `weight` is 0 for a term that is no cue."""

    topic: str
    words: tuple[str, ...]
    weight: float
    use: Use

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def is_independent_of(self, other: "Term") -> bool:
        """Whether the two are evidence each: no telling word of one is the root of one of the other."""
        return not any(
            mine.startswith(its) or its.startswith(mine) for mine in self._roots() for its in other._roots()
        )

    def _roots(self) -> list[str]:
        roots = [word.rstrip("*") for word in self.words]
        return [root for root in roots if len(root) > 3 or len(roots) == 1]


@dataclass(frozen=True)
class Lexicon:
    """Terms by language, and the labels that IPTC does not have (code -> language -> label)."""

    terms: Mapping[str, tuple[Term, ...]]
    labels: Mapping[str, Mapping[str, str]]

    @cached_property
    def covered(self) -> frozenset[str]:
        """Codes of the topics that have cues of their own."""
        return frozenset(term.topic for terms in self.terms.values() for term in terms if term.use == "cue")

    @classmethod
    def load(cls) -> "Lexicon":
        """The shipped lexicon. Raises LexiconInvalid."""
        topics: dict[str, Mapping[str, Mapping[str, str]]] = {}
        for file in sorted((files("enrich") / "data" / "subjects").iterdir(), key=lambda item: item.name):
            if file.name.endswith(".toml"):
                topics |= _topics(file.name, file.read_text(encoding="utf-8"), topics.keys())
        terms = {language: tuple(_terms(topics, language)) for language in LANGUAGES}
        labels = {
            code: {language: entry["label"] for language, entry in entries.items() if "label" in entry}
            for code, entries in topics.items()
        }
        return cls(terms, labels)


def parsed(text: str) -> Iterator[tuple[str, ...]]:
    """The words of each term in a list with commas."""
    for term in text.split(","):
        if words := tuple(term.split()):
            yield words


def _topics(name: str, text: str, known: Collection[str]) -> dict[str, Mapping[str, Mapping[str, str]]]:
    topics: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for title, entries in tomllib.loads(text).items():
        code = title.partition(" ")[0]
        if code in topics or code in known:
            raise LexiconInvalid(f"{name}: {title} is listed twice; merge the two tables")
        for language, entry in entries.items():
            if language not in LANGUAGES or not _KNOWN_KEYS.issuperset(entry):
                raise LexiconInvalid(f"{name}: {title}.{language} has an unknown language or key")
        topics[code] = entries
    return topics


def _terms(topics: Mapping[str, Mapping[str, Mapping[str, str]]], language: str) -> Iterator[Term]:
    for code, entries in topics.items():
        entry = entries.get(language, {})
        for key, weight in WEIGHTS.items():
            yield from (Term(code, words, weight, "cue") for words in parsed(entry.get(key, "")))
        for use in _CONTROLS:
            yield from (Term(code, words, 0.0, use) for words in parsed(entry.get(use, "")))
