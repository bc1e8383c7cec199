"""Whether the people, places and organisations of an article are those that an editor labelled."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from newsloom_schemas.enrichment import Tag
from tests.evaluation.analyses import Analysed
from tests.evaluation.gold import Name, NameType, labels_of
from tests.evaluation.scores import ALL, Counts, Row, by_language, row, share

TYPES: Final[dict[str, NameType]] = {"person": "PER", "place": "LOC", "organisation": "ORG"}
NAMED: Final = frozenset({*TYPES, "entity"})
_QUOTES: Final = re.compile("[«»„“”\"'’‘]")
_DASHES: Final = re.compile("[‐‑–—]")
_INITIAL: Final = re.compile(r"(?<=\w\.)(?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A tag, the label it stands for (None when wrong), and whether it was the first to do so."""

    language: str
    tag: Tag
    name: Name | None
    typed: bool
    repeat: bool = False

    @property
    def right(self) -> bool:
        return self.name is not None and not self.repeat

    @property
    def counts(self) -> bool:
        """A right tag that nobody would have missed says nothing either way."""
        return not (self.right and self.name is not None and self.name.optional)


def normal(label: str) -> str:
    """The label without what editors vary: case, quotes, ё, dashes, the space between initials."""
    text = unicodedata.normalize("NFC", label).casefold().replace("ё", "е")
    text = _DASHES.sub("-", _QUOTES.sub("", text))
    return " ".join(_INITIAL.sub(" ", text).split())


def judged(analysed: Analysed, *, typed: bool = True) -> tuple[Judged, ...]:
    """Every name tag of an article beside its label; a second tag for one label is wrong too."""
    taken: set[int] = set()
    verdicts: list[Judged] = []
    for tag in analysed.tags:
        if tag.kind not in NAMED:
            continue
        at = _match(tag, analysed.article.names, typed=typed)
        name = None if at is None else analysed.article.names[at]
        verdicts.append(
            Judged(
                language=analysed.article.language,
                tag=tag,
                name=name,
                typed=typed,
                repeat=at is not None and at in taken,
            )
        )
        if at is not None:
            taken.add(at)
    return tuple(verdicts)


def rows(articles: Sequence[Analysed]) -> Iterator[Row]:
    """Typed figures for each language and type, untyped ones, and whether sources are told from subjects."""
    for language, mine in by_language(articles):
        for kind in ("PER", "LOC", "ORG", ALL):
            counts, mistakes = _counted(mine, None if kind == ALL else kind)
            yield row("names", language, kind, counts, mistakes)
        counts, mistakes = _counted(mine, None, typed=False)
        yield row("names", language, "untyped", counts, mistakes)
        yield _identified(language, mine)
        yield _roles(language, mine)
        yield _evidence(language, mine)
        yield from _salient(language, mine)


def _match(tag: Tag, names: Sequence[Name], *, typed: bool) -> int | None:
    label = normal(tag.label)
    for at, name in enumerate(names):
        if typed and TYPES.get(tag.kind) != name.type:
            continue
        same_id = name.id is not None and tag.id == name.id
        if same_id or label in {normal(known) for known in labels_of(name)}:
            return at
    return None


def _counted(
    articles: Sequence[Analysed], kind: str | None, *, typed: bool = True
) -> tuple[Counts, tuple[str, ...]]:
    total, mistakes = Counts(), []
    for analysed in articles:
        verdicts = [
            one for one in judged(analysed, typed=typed) if kind is None or TYPES.get(one.tag.kind) == kind
        ]
        if typed and kind is None:
            verdicts = [one for one in verdicts if one.tag.kind in TYPES]
        found = {id(one.name) for one in verdicts if one.right}
        wanted = [name for name in analysed.article.names if kind is None or name.type == kind]
        missed = [name for name in wanted if id(name) not in found and not name.optional]
        wrong = [one for one in verdicts if not one.right]
        right = sum(one.right and one.counts for one in verdicts)
        total += Counts(right=right, wrong=len(wrong), missed=len(missed))
        where = analysed.article.id
        mistakes += [f"{where}: missed {name.type} {name.label}" for name in missed]
        mistakes += [_complaint(where, one) for one in wrong]
    return total, tuple(mistakes)


def _complaint(where: str, verdict: Judged) -> str:
    said = f"{verdict.tag.kind} {verdict.tag.label!r} ({verdict.tag.method})"
    return f"{where}: {'repeats ' if verdict.repeat else 'wrong '}{said}"


def _identified(language: str, articles: Sequence[Analysed]) -> Row:
    """Of the right tags whose id is labelled: the share that carries it."""
    pairs = [
        (analysed.article.id, one)
        for analysed in articles
        for one in judged(analysed)
        if one.right and one.name is not None and one.name.id is not None
    ]
    wrong = [
        f"{where}: {one.tag.label} is {one.name.id}, not {one.tag.id}"
        for where, one in pairs
        if one.name is not None and one.tag.id != one.name.id
    ]
    return share(
        "names",
        language,
        "ids",
        (one.name is not None and one.tag.id == one.name.id for _, one in pairs),
        wrong,
    )


def _roles(language: str, articles: Sequence[Analysed]) -> Row:
    """How well sources are told: a source said is right when the label says so, whatever its type."""
    total, mistakes = Counts(), []
    for analysed in articles:
        verdicts = [one for one in judged(analysed, typed=False) if one.right and one.name is not None]
        for one in verdicts:
            said, is_source = one.tag.role == "source", one.name is not None and one.name.role == "source"
            total += Counts(
                right=said and is_source, wrong=said and not is_source, missed=is_source and not said
            )
            if said != is_source:
                mistakes.append(f"{analysed.article.id}: {one.tag.label} as {one.tag.role}")
    return row("names", language, "source role", total, mistakes)


def _evidence(language: str, articles: Sequence[Analysed]) -> Row:
    """The share of quotes that stand exactly where their offsets say, of all tags."""
    marks = [
        (analysed, tag, evidence)
        for analysed in articles
        for tag in analysed.tags
        for evidence in tag.evidence
    ]
    exact = [
        analysed.part(found.part)[found.start : found.end] == found.quote for analysed, _, found in marks
    ]
    wrong = [
        f"{analysed.article.id}: {tag.label}: {found.part}[{found.start}:{found.end}] is not {found.quote!r}"
        for (analysed, tag, found), is_exact in zip(marks, exact, strict=True)
        if not is_exact
    ]
    return share("names", language, "exact evidence", exact, wrong)


def _salient(language: str, articles: Sequence[Analysed]) -> Iterator[Row]:
    """Where an editor said what an article is about: whether the first name tags are among it."""
    marks, mistakes = [], []
    for analysed in articles:
        central = [name for name in analysed.article.names if name.central]
        subjects = [one for one in judged(analysed, typed=False) if one.tag.role == "subject"]
        if not central or not subjects:
            continue
        first = subjects[0]
        hit = first.name is not None and first.name.central
        marks.append(hit)
        if not hit:
            mistakes.append(f"{analysed.article.id}: first is {first.tag.label}")
    if marks:
        yield share("names", language, "first is central", marks, mistakes)
