"""How two articles belong together, judged by what they share."""

from dataclasses import dataclass
from typing import Final

from enrich.index_keys import Key
from enrich.reasons import Reasons
from newsloom_schemas.enrichment import RelatedLink, Relation

MIN_SHARED: Final = 3
SAME_STORY: Final = 0.20
# A story goes on for weeks at most; what shares as much after that is the next one of its kind.
STORY_DAYS: Final = 21.0
# Names say who acts. Without one, so many different places and numbers say as much.
EVIDENCE: Final = 3
# A single place or number is enough for a common topic when the words agree as well.
TOPIC_WORDS: Final = 8
TOPICAL: Final = 0.10
DUPLICATE: Final = 0.6
# Bulletins filled in by rule have the same words as well; a copy has the same names and numbers too. With all
# of them the same, and enough of them, less of the wording will do: someone has gone over the text.
COPIED_FACTS: Final = 0.6
REWORDED: Final = 0.5
REWORDED_FACTS: Final = 0.9
MIN_FACTS: Final = 4
# As much wording with other facts is a form that was filled in anew.
FORM: Final = 0.3
FORM_FACTS: Final = 0.5
# A source comes back to its story within days; later it is another story about the same people.
UPDATE_DAYS: Final = 7.0
# A translation names what the original names, at about the same time.
TRANSLATION_DAYS: Final = 2.0
TRANSLATION_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What the index found about one article beside the one that is asked for.

    `score` is 0 to 1, faded by the `days` between the two; `neutral` is the share of names and numbers that
    both have; `contained` is the share of the shorter text that stands word for word in the longer one;
    `same_facts` is the share of names and numbers of the one with fewer that the other has too; `keys` is
    what both have, the most telling first.
    """

    article_id: str
    same_source: bool
    foreign: bool
    days: float
    score: float
    neutral: float
    contained: float
    same_facts: float
    keys: tuple[Key, ...]

    @property
    def names(self) -> int:
        """How many people, organisations and unknown names both have."""
        return len({key.label for key in self.keys if key.kind in ("name", "capital")})

    @property
    def facts(self) -> int:
        """How many names, places and numbers both have."""
        return len({key.label for key in self.keys if key.is_fact})

    @property
    def words(self) -> int:
        """How many plain words both have."""
        return sum(key.kind == "lemma" for key in self.keys)


def judged(found: Likeness, words: Reasons) -> RelatedLink | None:
    """The link that a reader is shown, None when there is nothing worth showing."""
    if _is_copy(found):
        reasons = (words.copied(found.contained), *words.shared(found.keys))
        return _link(found, "duplicate", max(found.contained, found.score), reasons)
    if found.score < TOPICAL or len(found.keys) < MIN_SHARED:
        return None
    if found.facts < 2 and not found.names and found.words < TOPIC_WORDS:
        return None
    relation = _relation(found)
    reasons = (*words.about(relation), *words.shared(found.keys))
    return _link(found, relation, found.score, reasons)


def _is_copy(found: Likeness) -> bool:
    if found.contained >= DUPLICATE:
        return found.same_facts >= COPIED_FACTS
    same = found.same_facts >= REWORDED_FACTS and found.facts >= MIN_FACTS
    return found.contained >= REWORDED and same


def _relation(found: Likeness) -> Relation:
    at_home = found.foreign and found.same_source and found.days <= TRANSLATION_DAYS
    if at_home and found.neutral >= TRANSLATION_SHARE:
        return "translation-of"
    if found.score < SAME_STORY or found.days > STORY_DAYS:
        return "topical"
    if not found.names and found.facts < EVIDENCE:
        return "topical"
    if found.contained >= FORM and found.same_facts < FORM_FACTS:
        return "topical"
    if found.same_source and not found.foreign and found.days <= UPDATE_DAYS:
        return "update"
    return "same-story"


def _link(found: Likeness, relation: Relation, score: float, reasons: tuple[str, ...]) -> RelatedLink:
    return RelatedLink(
        article_id=found.article_id, relation=relation, score=round(min(1.0, score), 3), reasons=reasons
    )
