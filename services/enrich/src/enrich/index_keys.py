"""The keys by which an article is found again: neutral ones that hold across languages, and lemmas."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from sys import intern
from typing import Final, Literal

from enrich.article_text import ArticleText
from enrich.index.numbers import numbers
from enrich.index.wording import Wording, wording_of
from enrich.linguistics.skeleton import name_keys, skeleton
from enrich.linguistics.stopwords import stop_words
from enrich.linguistics.tokens import Token
from enrich.reading import Reading
from newsloom_schemas.enrichment import Tag

KeyKind = Literal["name", "capital", "place", "number", "subject", "lemma", "wording"]

# To be raised when the same article gets other keys: indexes on disk are then made anew.
KEYS_VERSION: Final = "6"
HEADLINE_NAME, NAME, NUMBER, SUBJECT, LEMMA, CAPITAL = 3, 2, 1, 1, 1, 1
MAX_CAPITALS: Final = 16
# Languages that capitalise every noun.
_CAPITAL_NOUNS: Final = frozenset({"de"})
DAYS_AND_MONTHS: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july"
    " august september october november december".split()
)
MAX_LEMMAS: Final = 32
_NAMED: Final = frozenset({"person", "place", "organisation", "entity"})
_CONTENT: Final = frozenset({"NOUN", "ADJ", "VERB", "WORD"})


@dataclass(frozen=True, slots=True)
class Key:
    """A term of the index. `label` is how a reader is shown it; `weight` is its field's weight."""

    term: str
    kind: KeyKind
    weight: int
    label: str

    @property
    def is_neutral(self) -> bool:
        """Whether it means the same in every language."""
        return self.kind != "lemma"

    @property
    def finds(self) -> bool:
        """Whether articles are looked for by it: names and numbers say enough for that."""
        return self.kind in ("name", "capital", "place", "number")

    @property
    def is_fact(self) -> bool:
        """Whether it is a name, place or number for sure."""
        return self.kind in ("name", "place", "number")


def keys_of(reading: Reading, tags: Iterable[Tag]) -> tuple[Key, ...]:
    """All keys of an article, each term once with its highest weight, and its wording."""
    best: dict[str, Key] = {}
    tags = tuple(tags)
    for key in (
        *_names(tags),
        *_capitals(reading, tags),
        *_subjects(tags),
        *_numbers(reading),
        *_lemmas(reading.tokens, reading.language),
        *_wording(reading.article),
    ):
        known = best.get(key.term)
        if known is None or key.weight > known.weight:
            best[key.term] = key
    return tuple(best.values())


def _names(tags: Iterable[Tag]) -> Iterator[Key]:
    for tag in tags:
        if tag.kind not in _NAMED or tag.role != "subject":
            continue
        in_headline = any(evidence.part == "headline" for evidence in tag.evidence)
        weight = HEADLINE_NAME if in_headline else NAME
        kind: KeyKind = "place" if tag.kind == "place" else "name"
        if tag.id is not None:
            yield Key(intern(tag.id), kind, weight, tag.label)
        for at, bones in enumerate(name_keys(tag.label)):
            # Finer evidence of the same adds little: the whole name after its surname, the name beside its
            # id. It is there for the article that has a name without knowing whose it is.
            yield Key(intern(f"n:{bones}"), kind, 1 if at or tag.id else weight, tag.label)


def _capitals(reading: Reading, tags: Sequence[Tag]) -> Iterator[Key]:
    """Words with a capital inside a sentence and in no tag: ships, laws, names that nobody recognised."""
    if reading.language in _CAPITAL_NOUNS:
        return
    known = {skeleton(word) for tag in tags for word in tag.label.split()}
    headline_ends = len(reading.article.headline)
    found: dict[str, Key] = {}
    for before, token in pairwise(reading.tokens):
        inside = token.sentence == before.sentence and before.text[-1].isalnum()
        if not inside or token.start <= headline_ends or not token.text.istitle():
            continue
        word = token.lemma if reading.language in ("ru", "uk") else token.text
        for bones in name_keys(word)[:1]:
            if bones not in known and token.text.lower() not in DAYS_AND_MONTHS:
                found.setdefault(bones, Key(intern(f"n:{bones}"), "capital", CAPITAL, token.text))
    yield from islice(found.values(), MAX_CAPITALS)


def _subjects(tags: Iterable[Tag]) -> Iterator[Key]:
    for tag in tags:
        if tag.kind == "subject" and tag.id is not None:
            yield Key(intern(tag.id), "subject", SUBJECT, tag.label)


def _numbers(reading: Reading) -> Iterator[Key]:
    for number in numbers(reading.tokens, reading.joined.text, reading.language):
        yield Key(intern(f"d:{number.value}"), "number", NUMBER, number.text)


def _wording(article: ArticleText) -> Iterator[Key]:
    wording = wording_of(f"{article.lead}\n{article.body}")
    if wording is not None:
        yield Key(f"w:{wording.shingles}:{wording.bins.hex()}", "wording", 0, "")


def wording_in(keys: Iterable[Key]) -> Wording | None:
    """The wording that is among an article's keys, None for an article too short to have one."""
    for key in keys:
        if key.kind == "wording":
            _, shingles, bins = key.term.split(":")
            return Wording(bytes.fromhex(bins), int(shingles))
    return None


def _lemmas(tokens: Sequence[Token], language: str) -> Iterator[Key]:
    stops = stop_words(language)
    counted: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for token in tokens:
        is_content = token.pos in _CONTENT and len(token.text) > 2 and not token.capitalised
        if is_content and token.lemma not in stops:
            counted[token.lemma] += 1
            labels.setdefault(token.lemma, token.text)
    inflected = language in ("ru", "uk")
    for lemma, _ in counted.most_common(MAX_LEMMAS):
        yield Key(intern(f"l:{language}:{lemma}"), "lemma", LEMMA, lemma if inflected else labels[lemma])
