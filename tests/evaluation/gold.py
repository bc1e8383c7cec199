"""The labelled material in `tests/gold`: what its files hold, and how they are read.

Run as `python -m tests.evaluation.gold` it checks every file and counts the articles.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from newsloom_schemas.article import ArticleContent, Author, EarlierMention
from newsloom_schemas.enrichment import Relation, TagRole

GOLD = Path(__file__).parent.parent / "gold"
NameType = Literal["PER", "LOC", "ORG"]
Edit = Literal["retitled", "cut", "reordered", "inserted", "reworded", "retyped"]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Sentence = Annotated[str, Field(min_length=1, pattern=r"^\S(.*\S)?$")]
Paragraph = Annotated[tuple[Sentence, ...], Field(min_length=1)]


class _Labelled(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(_Labelled):
    """A name that stands in the article. One entry a person, place or organisation, however often named."""

    type: NameType
    label: str = Field(min_length=1, description="nominative, in full as far as the article gives it")
    also: tuple[str, ...] = Field(default=(), description="other labels that would be as right")
    id: str | None = Field(default=None, description="iso3166:RU or geonames:524901, where one exists")
    role: TagRole = "subject"
    optional: bool = Field(default=False, description="right when found, not missed when absent")
    central: bool = Field(default=False, description="the article is about it")


class Subjects(_Labelled):
    """IPTC Media Topics as `medtop:20000002`."""

    expected: Annotated[tuple[str, ...], Field(max_length=5)] = ()
    allowed: tuple[str, ...] = Field(default=(), description="right as well, but nobody would miss them")


class GoldArticle(_Labelled):
    """An article and, when it is labelled, all that enrichment should say about it."""

    id: Slug
    language: Literal["ru", "uk", "en", "es"]
    desk: Literal[
        "politics", "world", "economy", "sport", "science", "culture", "disaster", "local", "society"
    ]
    source: Slug = "harbour-post"
    outlet: str | None = Field(default=None, description="the outlet's own name, when the text says it")
    published_at: AwareDatetime | None = None
    headline: Sentence
    lead: Sentence | None = None
    body: Annotated[tuple[Paragraph, ...], Field(min_length=1)]
    authors: tuple[str, ...] = ()
    section: str | None = None
    earlier: tuple[EarlierMention, ...] = ()
    names: tuple[Name, ...] = ()
    subjects: Subjects = Subjects()
    keyphrases: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _labels_are_distinct(self) -> Self:
        labels = Counter(
            (name.type, label)
            for name in self.names
            for label in {text.casefold() for text in labels_of(name)}
        )
        twice = [label for (_, label), count in labels.items() if count > 1]
        if twice:
            raise ValueError(f"{self.id}: these labels stand for two names: {', '.join(twice)}")
        return self

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(" ".join(sentences) for sentences in self.body)

    @property
    def text(self) -> str:
        return "\n".join((self.headline, *((self.lead,) if self.lead else ()), *self.paragraphs))

    def content(self, *, declared: bool = False) -> ArticleContent:
        """The article as ingest would hand it on; `declared` says its language too."""
        return ArticleContent(
            headline=self.headline,
            lead=self.lead,
            body_html="".join(f"<p>{escape(text, quote=False)}</p>" for text in self.paragraphs),
            language=self.language if declared else None,
            section=self.section,
            authors=tuple(Author(name=name) for name in self.authors),
            published_at=self.published_at,
            earlier=self.earlier,
        )


class Corpus(_Labelled):
    """Articles for the related index; their names and subjects need no labels."""

    articles: tuple[GoldArticle, ...]


class Link(_Labelled):
    """Two articles that belong together. `edit` tells what was done to the original of a duplicate."""

    of: Slug = Field(description="the later article, the one that links")
    to: Slug = Field(description="the earlier article, the one linked to")
    relation: Relation
    edit: Edit | None = None
    hard: bool = Field(default=False, description="other words, other facts, other order")

    @model_validator(mode="after")
    def _a_duplicate_names_its_edit(self) -> Self:
        if (self.relation == "duplicate") != (self.edit is not None):
            raise ValueError(f"{self.of} -> {self.to}: `edit` belongs to a duplicate, and each needs one")
        return self


class Judgements(_Labelled):
    """All links that an editor would make in the corpus, `topical` ones as far as they were noticed.

    Two articles without a link (not even over others of `same-story`) do not belong together.
    """

    links: tuple[Link, ...]


def articles(folder: Path = GOLD / "articles") -> tuple[GoldArticle, ...]:
    """Every labelled article, one a file, in the order of their ids."""
    found = (GoldArticle.model_validate_json(path.read_bytes()) for path in sorted(folder.rglob("*.json")))
    return tuple(sorted(found, key=lambda article: article.id))


def corpus(folder: Path = GOLD / "related") -> tuple[GoldArticle, ...]:
    """Every article of the related material."""
    files = sorted(folder.rglob("corpus*.json"))
    return tuple(found for path in files for found in Corpus.model_validate_json(path.read_bytes()).articles)


def links(folder: Path = GOLD / "related") -> tuple[Link, ...]:
    """Every judged link of the related material."""
    files = sorted(folder.rglob("judgements*.json"))
    return tuple(link for path in files for link in Judgements.model_validate_json(path.read_bytes()).links)


def labels_of(name: Name) -> tuple[str, ...]:
    """The label and the others that would be as right."""
    return (name.label, *name.also)


def problems(path: Path) -> Iterator[str]:
    """What is wrong with one file."""
    kind = (
        Corpus if path.name.startswith("corpus") else Judgements if "judgements" in path.name else GoldArticle
    )
    try:
        kind.model_validate_json(path.read_bytes())
    except ValidationError as error:
        yield from (f"{path.name}: {at['loc']}: {at['msg']}" for at in error.errors())


def main() -> int:
    """Tell what is wrong with the files, or how much they hold."""
    files = [path for path in sorted(GOLD.rglob("*.json")) if path.parent != GOLD]
    wrong = [line for path in files for line in problems(path)]
    if not wrong:
        known = {article.id for article in (*articles(), *corpus())}
        wrong = [f"no article {at}" for link in links() for at in (link.of, link.to) if at not in known]
    print(*wrong, sep="\n")
    if not wrong:
        print(f"labelled: {dict(Counter(article.language for article in articles()))}")
        print(f"related: {dict(Counter(article.language for article in corpus()))}")
        print(f"links: {dict(Counter(link.relation for link in links()))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
