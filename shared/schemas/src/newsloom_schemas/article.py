"""The article itself: what an editorial tool says about a story."""

from typing import Annotated

from pydantic import Field

from newsloom_schemas.base import Value
from newsloom_schemas.types import ExternalId, LanguageTag, Text, Timestamp, WebAddress

Label = Annotated[Text, Field(min_length=1, max_length=200)]


class Image(Value):
    """A picture of the article, by reference."""

    url: WebAddress = Field(description="address of the picture; stored as text, never fetched")
    alt: Annotated[Text, Field(max_length=1000)] | None = Field(default=None, description="text alternative")
    caption: Annotated[Text, Field(max_length=2000)] | None = Field(default=None, description="caption")
    credit: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None, description="whose picture it is"
    )
    width: Annotated[int, Field(ge=1, le=100_000)] | None = Field(default=None, description="pixels")
    height: Annotated[int, Field(ge=1, le=100_000)] | None = Field(default=None, description="pixels")


class EarlierMention(Value):
    """The author's own reference to an earlier article: a hint for a link."""

    title: Annotated[Text, Field(min_length=1, max_length=1000)] = Field(description="what the mention says")
    url: WebAddress | None = Field(default=None, description="address given in the mention")
    external_id: ExternalId | None = Field(default=None, description="the same source's id of that article")


class Author(Value):
    """Somebody who made the article: who, in which role, and where more is said about them."""

    name: Label = Field(description="as the byline gives it, never empty", examples=["Анна Ко"])
    role: Annotated[Text, Field(min_length=1, max_length=100)] | None = Field(
        default=None,
        description="what the author did, in the source's own word; absent when the source does not say",
        examples=["photographer"],
    )
    uri: WebAddress | None = Field(
        default=None,
        description="address that stands for the author, such as a profile page; never fetched",
        examples=["https://paper.example/people/anna-ko"],
    )

    @property
    def only_a_name(self) -> bool:
        return self.role is None and self.uri is None


class ArticleContent(Value):
    """One revision of an article, clean: `body_html` is sanitised, times are UTC in milliseconds."""

    headline: Annotated[Text, Field(min_length=1, max_length=500)] = Field(description="plain text")
    lead: Annotated[Text, Field(max_length=5_000)] | None = Field(
        default=None, description="plain text stand-first"
    )
    body_html: Text = Field(description="sanitised HTML of the body, without headline and lead")
    language: LanguageTag | None = Field(default=None, description="as declared by the source")
    section: Label | None = Field(default=None, description="desk or rubric, as the source names it")
    keywords: tuple[Label, ...] = Field(default=(), description="the source's own keywords")
    authors: tuple[Author, ...] = Field(
        default=(), description="the byline, in its order; empty for an unsigned article"
    )
    published_at: Timestamp | None = Field(default=None, description="when the source says it was published")
    modified_at: Timestamp | None = Field(
        default=None, description="when the source says it was last changed"
    )
    canonical_url: WebAddress | None = Field(default=None, description="the article's address at its source")
    images: tuple[Image, ...] = Field(default=(), description="pictures, the first is the main one")
    rights: Annotated[Text, Field(max_length=2000)] | None = Field(default=None, description="copyright line")
    earlier: tuple[EarlierMention, ...] = Field(default=(), description="mentions of earlier articles")
    embargo_until: Timestamp | None = Field(default=None, description="not public before this time")
    urgency: Annotated[int, Field(ge=1, le=9, strict=True)] | None = Field(
        default=None, description="1 is most urgent (IPTC)"
    )
    note: Annotated[Text, Field(max_length=2000)] | None = Field(
        default=None, description="note on a correction"
    )

    @property
    def author_names(self) -> tuple[str, ...]:
        """The byline as version 1 had it."""
        return tuple(author.name for author in self.authors)

    def downcast(self) -> "ArticleContentV1":
        """For readers of version 1. Loses the authors' roles and addresses, and nothing else."""
        return ArticleContentV1.model_construct(**{**self.__dict__, "authors": self.author_names})

    def simplest(self) -> "ArticleContent | ArticleContentV1":
        """The oldest form that says the same: what is hashed, so that a new version changes no id."""
        return self.downcast() if all(author.only_a_name for author in self.authors) else self


class ArticleContentV1(Value):
    """The content as version 1 of the events has it: authors are names."""

    headline: Annotated[Text, Field(min_length=1, max_length=500)] = Field(description="plain text")
    lead: Annotated[Text, Field(max_length=5_000)] | None = Field(
        default=None, description="plain text stand-first"
    )
    body_html: Text = Field(description="sanitised HTML of the body, without headline and lead")
    language: LanguageTag | None = Field(default=None, description="as declared by the source")
    section: Label | None = Field(default=None, description="desk or rubric, as the source names it")
    keywords: tuple[Label, ...] = Field(default=(), description="the source's own keywords")
    authors: tuple[Label, ...] = Field(default=(), description="names in the byline")
    published_at: Timestamp | None = Field(default=None, description="when the source says it was published")
    modified_at: Timestamp | None = Field(
        default=None, description="when the source says it was last changed"
    )
    canonical_url: WebAddress | None = Field(default=None, description="the article's address at its source")
    images: tuple[Image, ...] = Field(default=(), description="pictures, the first is the main one")
    rights: Annotated[Text, Field(max_length=2000)] | None = Field(default=None, description="copyright line")
    earlier: tuple[EarlierMention, ...] = Field(default=(), description="mentions of earlier articles")
    embargo_until: Timestamp | None = Field(default=None, description="not public before this time")
    urgency: Annotated[int, Field(ge=1, le=9, strict=True)] | None = Field(
        default=None, description="1 is most urgent (IPTC)"
    )
    note: Annotated[Text, Field(max_length=2000)] | None = Field(
        default=None, description="note on a correction"
    )

    def upcast(self) -> ArticleContent:
        """The same content with authors of whom the name is known."""
        authors = tuple(Author(name=name) for name in self.authors)
        return ArticleContent.model_construct(**{**self.__dict__, "authors": authors})
