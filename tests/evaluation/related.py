"""Related links over the corpus: the real index, in memory, asked about every article."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from enrich.related import IndexedArticle, RelatedIndex, RelatedQuery
from newsloom_schemas.enrichment import RelatedLink
from newsloom_schemas.identity import article_id
from tests.evaluation.analyses import Analysed
from tests.evaluation.gold import GoldArticle, Link
from tests.evaluation.scores import ALL, Counts, Row, ratio, row, share

SHOWN: Final = 5
UNDATED: Final = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
# Relations that say "the same story"; `topical` ones are background, which nobody can list in full.
CLOSE: Final = frozenset({"duplicate", "update", "same-story", "translation-of", "earlier"})
# Each of these may be called by the other's name, and a reader is not misled.
_LIKE: Final = {"translation-of": "same-story", "earlier": "update"}


@dataclass(frozen=True)
class Corpus:
    """Articles with what enrichment says of them, and the links that an editor would make."""

    articles: tuple[Analysed, ...]
    links: tuple[Link, ...]

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """What newsloom calls each article, to what its file calls it."""
        return {identified(one.article): one.article.id for one in self.articles}

    @cached_property
    def stories(self) -> Mapping[str, str]:
        """The story of each linked article, named by one of its articles."""
        story: dict[str, str] = {}
        for link in self.links:
            if link.relation in CLOSE:
                one, other = story.get(link.of, link.of), story.get(link.to, link.to)
                story |= {name: other for name, of in story.items() if of == one}
                story |= {link.of: other, link.to: other}
        return story

    @cached_property
    def neighbours(self) -> Mapping[str, frozenset[str]]:
        """The articles that each must be linked to."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for link in self.links:
            if link.relation in CLOSE:
                found[link.of].add(link.to)
                found[link.to].add(link.of)
        return {name: frozenset(others) for name, others in found.items()}

    @cached_property
    def answers(self) -> Mapping[str, tuple[tuple[str, RelatedLink], ...]]:
        """What each article is linked to when all the others are known."""
        index = indexed(self.articles)
        return {one.article.id: self.asked(index, one) for one in self.articles}

    def asked(self, index: RelatedIndex, one: Analysed) -> tuple[tuple[str, RelatedLink], ...]:
        links = index.query(queried(one))
        return tuple((self.ids[link.article_id], link) for link in links[:SHOWN])

    def belong(self, one: str, other: str) -> bool:
        return one in self.stories and self.stories[one] == self.stories.get(other)


def rows(corpus: Corpus) -> Iterator[Row]:
    """Links, retrieval across languages, duplicates, relations."""
    yield _linked(corpus)
    yield from _across(corpus)
    yield from duplicates(corpus)
    yield _relations(corpus)
    links = [link for found in corpus.answers.values() for _, link in found]
    yield share("related", ALL, "with reasons", (bool(link.reasons) for link in links))


def identified(article: GoldArticle) -> str:
    """The id of the article in newsloom."""
    return article_id(article.source, article.id)


def indexed(articles: Sequence[Analysed]) -> RelatedIndex:
    """The index once all these are published."""
    index = RelatedIndex()
    for one in articles:
        index.put(
            IndexedArticle(
                article_id=identified(one.article),
                document_version=1,
                source=one.article.source,
                headline=one.article.headline,
                language=one.analysis.language,
                published_at=one.article.published_at or UNDATED,
                keys=one.analysis.keys,
            )
        )
    return index


def queried(one: Analysed) -> RelatedQuery:
    """The question that enrich asks about an article."""
    at = one.article.published_at or UNDATED
    return RelatedQuery(
        article_id=identified(one.article),
        source=one.article.source,
        language=one.analysis.language,
        published_at=at,
        at=at,
        keys=one.analysis.keys,
        earlier=one.article.earlier,
    )


def _linked(corpus: Corpus) -> Row:
    """The first five links of every article that claim more than a common topic.

    A link within a story that nobody wrote down, and one judged to be topical, counts neither way.
    """
    background = {frozenset((link.of, link.to)) for link in corpus.links if link.relation == "topical"}
    total, mistakes = Counts(), []
    for name, answer in corpus.answers.items():
        wanted = corpus.neighbours.get(name, frozenset())
        said = [other for other, link in answer if link.relation in CLOSE]
        right = [other for other in said if other in wanted]
        wrong = [
            other
            for other in said
            if not corpus.belong(name, other) and frozenset((name, other)) not in background
        ]
        missed = max(0, min(SHOWN, len(wanted)) - len(right))
        total += Counts(right=len(right), wrong=len(wrong), missed=missed)
        mistakes += [f"{name}: wrong {other}" for other in wrong]
        if missed:
            mistakes.append(f"{name}: missed {missed} of {', '.join(sorted(wanted.difference(right)))}")
    return row("related", ALL, "link@5", total, mistakes)


def _across(corpus: Corpus) -> Iterator[Row]:
    """Of the stories told in two languages: how many are among the first five of the other language alone."""
    by_id = {one.article.id: one for one in corpus.articles}
    pairs: defaultdict[tuple[str, str, bool], set[tuple[str, str]]] = defaultdict(set)
    for link in corpus.links:
        for of, to in ((link.of, link.to), (link.to, link.of)):
            if link.relation in CLOSE and by_id[of].language != by_id[to].language:
                pairs[by_id[of].language, by_id[to].language, link.hard].add((of, to))
    indexes = {
        language: indexed([one for one in corpus.articles if one.language == language])
        for language in {language for _, language, _ in pairs}
    }
    for (mine, other, hard), wanted in sorted(pairs.items()):
        found = {
            (of, to)
            for of, to in wanted
            if to in [name for name, _ in corpus.asked(indexes[other], by_id[of])]
        }
        first = [
            to == next((name for name, _ in corpus.asked(indexes[other], by_id[of])), None)
            for of, to in wanted
        ]
        yield Row(
            part="related",
            language=f"{mine}->{other}",
            what="hard pairs" if hard else "pairs",
            figures={"recall@5": ratio(len(found), len(wanted)), "recall@1": ratio(sum(first), len(first))},
            support=len(wanted),
            mistakes=tuple(f"{of}: missed {to}" for of, to in sorted(wanted - found)),
        )


def duplicates(corpus: Corpus, language: str = ALL) -> Iterator[Row]:
    """Whether each edit is seen through, and nothing else taken for a copy."""
    said = {
        frozenset((name, other))
        for name, answer in corpus.answers.items()
        for other, link in answer
        if link.relation == "duplicate"
    }
    copies = [link for link in corpus.links if link.edit is not None]
    for edit in sorted({link.edit for link in copies if link.edit is not None}):
        mine = [link for link in copies if link.edit == edit]
        marks = [frozenset((link.of, link.to)) in said for link in mine]
        missed = [f"{link.of}: copy of {link.to}" for link, seen in zip(mine, marks, strict=True) if not seen]
        yield share("related", language, f"copy {edit}", marks, missed)
    judged = {frozenset((link.of, link.to)) for link in copies}
    false = sorted(" = ".join(sorted(pair)) for pair in said - judged if not corpus.belong(*sorted(pair)))
    pairs = len(corpus.articles) * (len(corpus.articles) - 1) // 2
    yield Row(
        part="related",
        language=language,
        what="false copies",
        figures={"count": float(len(false))},
        support=pairs,
        mistakes=tuple(false),
    )


def _relations(corpus: Corpus) -> Row:
    """Of the links found: whether they are called what they are."""
    marks, mistakes = [], []
    for link in corpus.links:
        said = dict(corpus.answers[link.of]).get(link.to)
        if said is None or link.relation == "topical":
            continue
        names = {link.relation, _LIKE.get(link.relation, link.relation)}
        marks.append(said.relation in names)
        if not marks[-1]:
            mistakes.append(f"{link.of}: {link.to} is {link.relation}, not {said.relation}")
    return share("related", ALL, "relation", marks, mistakes)
