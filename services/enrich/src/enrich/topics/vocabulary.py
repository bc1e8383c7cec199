"""IPTC Media Topics: which topics there are, how they hang together, what they are called.

The data file carries the attribution that its licence (CC BY 4.0) asks for.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

PREFIX: Final = "medtop:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One concept. `code` is its id without the prefix; `level` counts from 1 for the broadest."""

    code: str
    broader: str | None
    level: int
    labels: Mapping[str, str]

    @property
    def id(self) -> str:
        return PREFIX + self.code

    def label(self, language: str) -> str:
        """What the topic is called in a language; in English where nobody has named it."""
        return self.labels.get(language) or self.labels["en"]


class Vocabulary:
    """All topics, by code."""

    def __init__(self, topics: Mapping[str, Topic], attribution: str) -> None:
        self._topics = topics
        self.attribution = attribution

    @classmethod
    def load(cls, own_labels: Mapping[str, Mapping[str, str]] | None = None) -> "Vocabulary":
        """The shipped vocabulary; `own_labels` (code -> language -> label) are added to the IPTC's."""
        text = (files("enrich") / "data" / "iptc" / "media-topics.json").read_text(encoding="utf-8")
        read = json.loads(text)
        topics: dict[str, Topic] = {}
        # Broader concepts come before narrower ones in the file.
        for code, concept in read["concepts"].items():
            broader = concept.get("broader")
            level = topics[broader].level + 1 if broader else 1
            labels = {**concept["labels"], **(own_labels or {}).get(code, {})}
            topics[code] = Topic(code=code, broader=broader, level=level, labels=labels)
        return cls(topics, read["attribution"])

    def __contains__(self, code: str) -> bool:
        return code in self._topics

    def __getitem__(self, code: str) -> Topic:
        return self._topics[code]

    def ancestors(self, code: str) -> Iterator[str]:
        """Codes of the broader topics, the nearest first."""
        broader = self._topics[code].broader
        while broader is not None:
            yield broader
            broader = self._topics[broader].broader
