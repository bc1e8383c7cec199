"""Which phrases an editor would print: said often or high up, telling, rather two words than one."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Final

from enrich.linguistics.gazetteer import fold
from enrich.phrases.phrase import Phrase
from enrich.reading import Reading

MAX_PHRASES: Final = 8
MAX_SINGLE_WORDS: Final = 3
# Phrases that come once, and not in the headline or lead, only fill up to here.
ENOUGH: Final = 5
# The headline counts three times, the lead twice, the first sentences of the body more than the rest.
PART_WEIGHTS: Final = {"headline": 3.0, "lead": 2.0, "body": 1.0}
FIRST_SENTENCES, FIRST_WEIGHT = 5, 1.5
# A phrase says more than its parts: what each further word adds to its score.
PHRASE_BONUS: Final = 0.7
# A lone word has to be rarer than this, in nats of a large corpus, and to come more often than this.
SINGLE_RARITY, SINGLE_FREQUENCY = 10.5, 3.0
_SHORTEST_WORD: Final = 3
Rarity = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A phrase with all its places; `frequency` counts them by the weight of their part."""

    key: tuple[str, ...]
    frequency: float
    score: float
    places: tuple[Phrase, ...]

    @property
    def is_single(self) -> bool:
        return len(self.key) == 1

    @property
    def is_filler(self) -> bool:
        """True when it comes only once, somewhere in the body."""
        return len(self.places) == 1 and self.frequency < min(PART_WEIGHTS["lead"], PART_WEIGHTS["headline"])


def ranked(phrases: Iterable[Phrase], reading: Reading, rarity: Rarity) -> list[Ranked]:
    """All phrases that may be printed, the best first."""
    places: defaultdict[tuple[str, ...], list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        places[phrase.key].append(phrase)
    found = (_rank(key, at, reading, rarity) for key, at in places.items())
    kept = [item for item in found if not item.is_single or _is_telling(item, rarity)]
    return sorted(kept, key=lambda item: (-item.score, item.places[0].start, item.key))


def chosen(items: Sequence[Ranked], names: Iterable[str], is_said: Callable[[Ranked], bool]) -> list[Ranked]:
    """The best, none of which repeats a word of a better one or of a name, or says what a subject says."""
    taken: set[str] = {word for name in names for word in fold(name).split()}
    kept: list[Ranked] = []
    singles = 0
    for item in sorted(items, key=lambda item: item.is_filler):
        full = len(kept) >= (ENOUGH if item.is_filler else MAX_PHRASES)
        if full or (item.is_single and singles == MAX_SINGLE_WORDS):
            continue
        if _is_new(item, taken) and not is_said(item):
            kept.append(item)
            singles += item.is_single
            taken.update(item.key)
    return sorted(kept, key=lambda item: -item.score)


def _is_new(item: Ranked, taken: Set[str]) -> bool:
    return taken.isdisjoint(word for word in item.key if len(word) >= _SHORTEST_WORD)


def _rank(key: tuple[str, ...], places: Sequence[Phrase], reading: Reading, rarity: Rarity) -> Ranked:
    frequency = sum(_weight(place, reading) for place in places)
    words = [word for word in key if len(word) >= _SHORTEST_WORD] or key
    telling = sum(map(rarity, words)) / len(words)
    score = math.log1p(frequency) * telling * (1 + PHRASE_BONUS * (min(len(words), 2) - 1))
    return Ranked(key, frequency, score, tuple(places))


def _weight(phrase: Phrase, reading: Reading) -> float:
    place = reading.joined.evidence(phrase.start, phrase.end)
    if place is None:
        return 0.0
    weight = PART_WEIGHTS[place.part]
    return FIRST_WEIGHT if weight == 1 and phrase.tokens[0].sentence < FIRST_SENTENCES else weight


def _is_telling(item: Ranked, rarity: Rarity) -> bool:
    return item.frequency >= SINGLE_FREQUENCY and rarity(item.key[0]) >= SINGLE_RARITY
