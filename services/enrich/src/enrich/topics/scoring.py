"""Which topics an article is about: cues are weighed, two must agree, and doubt goes to the broader topic."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from enrich.topics.lexicon import Term
from enrich.topics.matcher import Hit
from enrich.topics.vocabulary import Vocabulary
from newsloom_schemas.enrichment import Evidence

MAX_TOPICS: Final = 5
PART_FACTORS: Final = {"headline": 2.0, "lead": 1.5, "body": 1.0}
# Points that a topic needs: the longer the text, the more a passing mention has to be outweighed.
BASE_POINTS, POINTS_PER_ROOT_SENTENCE = 1.5, 1.2
# What every further cue of the same sentence adds of its weight, and the most that one sentence can give.
SECOND_IN_SENTENCE, MOST_IN_SENTENCE = 0.5, 4.5
# News says first what it is about: a topic that none of the first sentences names needs more.
FIRST_SENTENCES, BURIED_FACTOR = 4, 1.5
ROLLED_UP: Final = 0.8
DECLARED_POINTS: Final = 3.0
# A topic with less than this part of the points of the first is in the article, but not what it is about.
LEAST_SHARE: Final = 0.3
HINT, STRONG = 1.0, 3.0


@dataclass(frozen=True, slots=True)
class Cue:
    """A term in a place of the article. `factor` gets smaller each time it is handed up."""

    term: Term
    sentence: int
    place: Evidence
    factor: float = 1.0

    @property
    def handed_up(self) -> bool:
        return self.factor < 1

    @property
    def points(self) -> float:
        return self.term.weight * self.factor * PART_FACTORS[self.place.part]


@dataclass(frozen=True, slots=True)
class Judged:
    """A topic that the article is about; `surplus` is how many times over it earned that."""

    code: str
    points: float
    surplus: float
    places: tuple[Evidence, ...]


def counting(hits: Iterable[Hit], needing: Collection[str]) -> dict[str, list[Hit]]:
    """By topic the hits that count: the longest of those that overlap, but none under a mask or a veto."""
    by_topic: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_topic[hit.term.topic].append(hit)
    return {topic: kept for topic, found in by_topic.items() if (kept := _kept(found, topic in needing))}


def _kept(found: Sequence[Hit], needs: bool) -> list[Hit]:
    uses = {hit.term.use for hit in found}
    if "never" in uses or (needs and "must" not in uses):
        return []
    taken: set[int] = set()
    kept: list[Hit] = []
    for hit in sorted(found, key=_precedence):
        span = range(hit.first, hit.stop)
        if hit.term.use == "must" or not taken.isdisjoint(span):
            continue
        taken.update(span)
        if hit.term.use == "cue":
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.first)


def _precedence(hit: Hit) -> tuple[int, bool, float, int]:
    """The longest first; of those as long a mask before a cue, a strong cue before a weak one."""
    return (hit.first - hit.stop, hit.term.use != "mask", -hit.term.weight, hit.first)


class Judge:
    """Decides among the topics of a vocabulary.

    Only topics `covered` by terms of their own are given: the others ("politics", "products and services")
    hold the vocabulary together, and an editor would take them off.
    """

    def __init__(self, vocabulary: Vocabulary, covered: Collection[str]) -> None:
        self._vocabulary = vocabulary
        self._covered = covered

    def topics(
        self, cues: Mapping[str, Sequence[Cue]], declared: Collection[str], sentences: int
    ) -> tuple[Judged, ...]:
        """The topics, surest first. `declared` are those that the source's own section and keywords name.

        Narrow topics are judged first. What speaks for an accepted one speaks no more for those above it;
        what was too little for a narrow one is handed up.
        """
        needed = BASE_POINTS + POINTS_PER_ROOT_SENTENCE * math.sqrt(sentences)
        pool = {topic: list(found) for topic, found in cues.items()}
        accepted: list[Judged] = []
        settled: set[str] = set()
        for level in range(max(map(self._level, pool), default=0), 0, -1):
            for topic in sorted(topic for topic in pool if self._level(topic) == level):
                judged = self._judged(topic, pool[topic], declared, needed)
                if judged is not None:
                    accepted.append(judged)
                    self._settle(topic, pool)
                    settled.update(self._vocabulary.ancestors(topic))
                elif (broader := self._vocabulary[topic].broader) is not None and broader not in settled:
                    _hand_up(pool[topic], pool.setdefault(broader, []))
        return _most_telling(accepted)

    def _level(self, topic: str) -> int:
        return self._vocabulary[topic].level

    def _settle(self, topic: str, pool: dict[str, list[Cue]]) -> None:
        """What spoke for an accepted topic is spent, and the topics above it now stand on their own cues."""
        spent = {cue.place for cue in pool[topic]}
        for broader in self._vocabulary.ancestors(topic):
            own = (cue for cue in pool.get(broader, ()) if not cue.handed_up)
            pool[broader] = [cue for cue in own if cue.place not in spent]

    def _judged(
        self, topic: str, cues: Sequence[Cue], declared: Collection[str], needed: float
    ) -> Judged | None:
        if topic not in self._covered:
            return None
        is_declared = topic in declared or any(code in declared for code in self._vocabulary.ancestors(topic))
        if not _is_convincing({cue.term for cue in cues}, is_declared):
            return None
        points = _points(cues) + (DECLARED_POINTS if is_declared else 0)
        telling = [cue for cue in cues if cue.term.weight > HINT]
        is_early = any(cue.sentence < FIRST_SENTENCES for cue in telling)
        least = needed * (1 if is_early else BURIED_FACTOR)
        if points < least:
            return None
        places = sorted((cue.place for cue in telling), key=_reading_order)
        return Judged(topic, points, points / least, tuple(places))


def _is_convincing(terms: Collection[Term], is_declared: bool) -> bool:
    """Two independent cues, one of them strong, or three that are clear; the source's word stands for one."""
    telling = [term for term in terms if term.weight > HINT]
    needed = 2 if any(term.weight >= STRONG for term in telling) else 3
    independent: list[Term] = []
    for term in sorted(terms, key=lambda term: (-term.weight, term.text)):
        if (needed == 2 or term.weight > HINT) and all(term.is_independent_of(it) for it in independent):
            independent.append(term)
    return bool(telling) and len(independent) + is_declared >= needed


def _hand_up(cues: Iterable[Cue], broader: list[Cue]) -> None:
    """Hints stay behind, and a place that the broader topic knows already counts once."""
    known = {cue.place for cue in broader}
    broader.extend(
        Cue(cue.term, cue.sentence, cue.place, cue.factor * ROLLED_UP)
        for cue in cues
        if cue.term.weight > HINT and cue.place not in known
    )


def _points(cues: Iterable[Cue]) -> float:
    """The points of all sentences; a term that comes again and again counts less each time."""
    seen: Counter[Term] = Counter()
    by_sentence: defaultdict[int, list[float]] = defaultdict(list)
    for cue in cues:
        seen[cue.term] += 1
        fading = seen[cue.term] if cue.term.weight <= HINT else math.sqrt(seen[cue.term])
        by_sentence[cue.sentence].append(cue.points / fading)
    return sum(map(_sentence_points, by_sentence.values()))


def _sentence_points(points: Sequence[float]) -> float:
    best = max(points)
    return max(best, min(best + SECOND_IN_SENTENCE * (sum(points) - best), MOST_IN_SENTENCE))


def _most_telling(accepted: Sequence[Judged]) -> tuple[Judged, ...]:
    ranked = sorted(accepted, key=lambda judged: (-judged.points, judged.code))
    return tuple(judged for judged in ranked if judged.points >= LEAST_SHARE * ranked[0].points)[:MAX_TOPICS]


def _reading_order(place: Evidence) -> tuple[int, int]:
    return (tuple(PART_FACTORS).index(place.part), place.start)
