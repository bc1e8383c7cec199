"""Mentions of names and their merging: one tag for everything that an article calls by one name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from enrich.linguistics.gazetteer import fold
from newsloom_schemas.enrichment import Basis, TagKind, TagRole

_KIND_ORDER: Final = {
    "organisation": 0,
    "person": 1,
    "place": 2,
    "entity": 3,
    "subject": 4,
    "keyphrase": 5,
}

_CASE_ENDINGS: Final = frozenset({"а", "у", "е", "ом", "ем", "ым", "ову", "ові", "і", "я", "ю"})
_WIFE_TAKES_A: Final = ("ов", "ев", "ин", "ын", "їв", "ів")
_MIN_STEM: Final = 3
_PATRONYMIC: Final = ("вич", "ьич", "вна", "чна", "івна", "ївна")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name at one place of the joined text; `label` is its normal form."""

    kind: TagKind
    label: str
    start: int
    end: int
    id: str | None = None
    role: TagRole = "subject"
    confidence: float
    basis: Basis
    # The text has an adjective made from the name: «иранский».
    adjective: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Words of the label for comparison; initials and marks say too little."""
        return _words(self.label)


# Asked for in every comparison of two mentions, and the same labels come round all day.
@lru_cache(20_000)
def _words(label: str) -> tuple[str, ...]:
    return tuple(word for word in fold(label).replace(".", " ").split() if len(word) > 1)


@dataclass(slots=True)
class _Group:
    best: Mention
    mentions: list[Mention] = field(default_factory=list)


def merged(mentions: Iterable[Mention]) -> list[list[Mention]]:
    """Mentions of one thing together, the best name first, in order of first appearance.

    A bare surname joins the longer name of the same article that ends with it, the most frequent one.
    """
    groups: dict[tuple[str, ...], _Group] = {}
    for mention in mentions:
        key = (mention.role, mention.id) if mention.id else (mention.role, mention.kind, *mention.words)
        groups.setdefault(key, _Group(mention)).mentions.append(mention)
    kept = _surnames_into_full_names(_one_kind_each(groups.values()))
    kept.sort(key=lambda group: min(mention.start for mention in group.mentions))
    return [[group.best, *(m for m in group.mentions if m is not group.best)] for group in kept]


def _one_kind_each(groups: Iterable[_Group]) -> list[_Group]:
    """A name that the model typed now so, now otherwise, gets the kind with an id, else the commoner one."""
    by_name: dict[tuple[TagRole, tuple[str, ...]], list[_Group]] = {}
    for group in groups:
        by_name.setdefault((group.best.role, group.best.words), []).append(group)
    for same in by_name.values():
        same.sort(
            key=lambda group: (group.best.id is None, -len(group.mentions), _KIND_ORDER[group.best.kind])
        )
        for other in same[1:]:
            same[0].mentions.extend(other.mentions)
    return [same[0] for same in by_name.values()]


def _surnames_into_full_names(groups: Sequence[_Group]) -> list[_Group]:
    full = [group for group in groups if _is_full_name(group.best)]
    full.sort(key=lambda group: (-len(group.best.words), -len(group.mentions), group.best.start))
    kept: list[_Group] = []
    for group in sorted(groups, key=lambda group: -len(group.best.words)):
        owner = next((other for other in full if other is not group and _ends_with(other, group)), None)
        owner = owner or _only_bearer(group, full) or _only_longer(group, groups)
        if owner is None:
            kept.append(group)
        else:
            owner.mentions.extend(group.mentions)
    return kept


def _only_longer(group: _Group, groups: Sequence[_Group]) -> _Group | None:
    """The one organisation that the article calls by this name and more.

    МЧС of МЧС России, Commission of European Commission.
    """
    mine = group.best
    if mine.kind != "organisation" or mine.id is not None or not mine.words:
        return None
    longer = [other for other in groups if other is not group and _has_one_word_more(other.best, mine)]
    return longer[0] if len(longer) == 1 else None


def _has_one_word_more(longer: Mention, shorter: Mention) -> bool:
    same = longer.kind == "organisation" and longer.role == shorter.role
    return same and shorter.words in (longer.words[:-1], longer.words[1:])


def _only_bearer(group: _Group, full: Sequence[_Group]) -> _Group | None:
    """The one person of the article with this first name, said alone or with a patronymic."""
    words = group.best.words
    familiar = len(words) == 1 or (len(words) == 2 and words[1].endswith(_PATRONYMIC))
    if group.best.kind != "person" or not familiar:
        return None
    bearers = [other for other in full if other is not group and _is_called(other.best, words)]
    return bearers[0] if len(bearers) == 1 else None


def _is_called(person: Mention, words: tuple[str, ...]) -> bool:
    own = person.words
    patronymic = own[1] if len(own) > 2 else None
    return (
        person.kind == "person"
        and own[0] == words[0]
        and own[1:] != words[1:]
        and (len(words) == 1 or patronymic in (None, words[1]))
    )


def _is_full_name(mention: Mention) -> bool:
    return mention.kind in ("person", "entity") and mention.id is None and len(mention.words) > 1


def _ends_with(longer: _Group, shorter: _Group) -> bool:
    mine, other = shorter.best, longer.best
    if mine.id or mine.role != other.role or mine.kind not in ("person", "entity"):
        return False
    if not mine.words or len(mine.words) >= len(other.words):
        return False
    if "person" not in (mine.kind, other.kind) and len(mine.words) > 1:
        return False
    if mine.kind == other.kind == "person" and len(mine.words) == 1:
        return other.words[-1] == mine.words[0] or _is_form_of(mine.words[0], other.words[-1])
    return other.words[-len(mine.words) :] == mine.words or _ends_of_name(mine.words, other.words)


def _is_form_of(word: str, other: str) -> bool:
    """True when one word is the other in another case, as far as endings tell: Райкконена, Райкконен."""
    longer, shorter = (word, other) if len(word) > len(other) else (other, word)
    ending = longer.removeprefix(shorter)
    # A man's and his wife's surname differ by the same ending: Орлов, Орлова.
    return (
        len(shorter) > _MIN_STEM
        and ending in _CASE_ENDINGS
        and not (ending == "а" and shorter.endswith(_WIFE_TAKES_A))
    )


def _ends_of_name(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """«Владимир Зеленский» for «Владимир Александрович Зеленский»."""
    return len(words) == 2 and len(name) == 3 and words == (name[0], name[-1])
