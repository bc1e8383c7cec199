"""The article itself: what an editorial tool says about a story."""

from typing import Annotated

from pydantic import Field

from newsloom_schemas.base import Value
from newsloom_schemas.types import ExternalId, LanguageTag, Text, Timestamp, WebAddress

Label = Annotated[Text, Field(min_length=1, max_length=200)]


class Image(Value):
    """A picture of the article, by reference."""

    url: WebAddress = Field(
        description="address of the picture; kept as text, never fetched",
        examples=["https://kursor.example/img/2026/09/istanbul-memorandum.jpg"],
    )
    alt: Annotated[Text, Field(max_length=1000)] | None = Field(
        default=None,
        description="what the picture shows, for who cannot see it; absent when the source does not say",
        examples=["Участники переговоров за столом подписания"],
    )
    caption: Annotated[Text, Field(max_length=2000)] | None = Field(
        default=None,
        description="plain text under the picture; absent when it has none",
        examples=["Подписание меморандума в Стамбуле"],
    )
    credit: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None,
        description="whose picture it is; absent when the source does not say",
        examples=["Фото: пресс-служба переговоров"],
    )
    width: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        default=None, description="pixels; absent when unknown", examples=[1600]
    )
    height: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        default=None, description="pixels; absent when unknown", examples=[1067]
    )


class EarlierMention(Value):
    """The author's own reference to an earlier article: a hint for a link."""

    title: Annotated[Text, Field(min_length=1, max_length=1000)] = Field(
        description="plain text: what the mention says",
        examples=["Переговоры о зерновом коридоре в Стамбуле перенесли во второй раз"],
    )
    url: WebAddress | None = Field(
        default=None,
        description="address given in the mention; absent when it gives none",
        examples=["https://kursor.example/economy/peregovory-perenesli"],
    )
    external_id: ExternalId | None = Field(
        default=None,
        description="the same source's id of that article; absent when it is not given",
        examples=["kursor-2026-09-07-0012"],
    )


class Author(Value):
    """Somebody who made the article: who, in which role, and where more is said about them."""

    name: Label = Field(description="plain text, as the byline gives it", examples=["Анна Рейнгольд"])
    role: Annotated[Text, Field(min_length=1, max_length=100)] | None = Field(
        default=None,
        description="what the author did, in the source's own word; absent when the source does not say",
        examples=["корреспондент"],
    )
    uri: WebAddress | None = Field(
        default=None,
        description="address that stands for the author, such as a profile page; absent when there is none",
        examples=["https://kursor.example/authors/anna-reyngold"],
    )

    @property
    def only_a_name(self) -> bool:
        return self.role is None and self.uri is None


class _Content(Value):
    """What every version of the content says, in the order in which it is written and hashed."""

    headline: Annotated[Text, Field(min_length=1, max_length=500)] = Field(
        description="the headline as plain text",
        examples=["Зерновой коридор продлили на 120 дней: в Стамбуле подписан меморандум"],
    )
    lead: Annotated[Text, Field(max_length=5_000)] | None = Field(
        default=None,
        description="plain text of the stand-first; absent when the article has none",
        examples=["До середины января из портов Одессы планируют вывезти 4,2 млн тонн зерна."],
    )
    body_html: Text = Field(
        description="sanitised HTML of the body, without headline and lead; may be empty",
        examples=[
            "<p>Украина, Турция и ООН подписали в понедельник в Стамбуле меморандум о продлении морского "
            "зернового коридора на 120 дней.</p>"
        ],
    )
    language: LanguageTag | None = Field(
        default=None, description="as the source declares it; absent when it declares none"
    )
    section: Label | None = Field(
        default=None,
        description="desk or rubric, as the source names it; absent when it names none",
        examples=["Экономика"],
    )
    keywords: tuple[Label, ...] = Field(
        default=(), description="the source's own keywords", examples=[["зерно", "Черное море", "Стамбул"]]
    )
    authors: tuple[Author | Label, ...] = ()  # each version says which
    published_at: Timestamp | None = Field(
        default=None,
        description="when the source says it was published; absent when it does not say",
        examples=["2026-09-14T12:20:00Z"],
    )
    modified_at: Timestamp | None = Field(
        default=None,
        description="when the source says it was last changed; absent when it does not say",
        examples=["2026-09-14T14:02:00Z"],
    )
    canonical_url: WebAddress | None = Field(
        default=None, description="the article's address at its source; absent when it has none"
    )
    images: tuple[Image, ...] = Field(default=(), description="pictures, the first is the main one")
    rights: Annotated[Text, Field(max_length=2000)] | None = Field(
        default=None,
        description="plain text: copyright line and terms of use; absent when the source does not say",
        examples=["© «Курсор», 2026. Перепечатка со ссылкой на источник."],
    )
    earlier: tuple[EarlierMention, ...] = Field(
        default=(), description="mentions of earlier articles, in the source's order"
    )
    embargo_until: Timestamp | None = Field(
        default=None,
        description="not public before this time; absent when there is no embargo",
        examples=["2026-09-14T12:00:00Z"],
    )
    urgency: Annotated[int, Field(ge=1, le=9, strict=True)] | None = Field(
        default=None,
        description="1 is the most, 8 the least urgent (IPTC), 9 the source's own use; absent when not told",
        examples=[3],
    )
    note: Annotated[Text, Field(max_length=2000)] | None = Field(
        default=None,
        description="plain text: the source's note on a correction; absent for a revision without one",
        examples=["Исправлен объем груза: 31 500 тонн, а не 35 100."],
    )


class ArticleContent(_Content):
    """One revision of an article, clean: `body_html` is sanitised, times are UTC in milliseconds."""

    authors: tuple[Author, ...] = Field(
        default=(), description="the byline, in its order; empty for an unsigned article"
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


class ArticleContentV1(_Content):
    """One revision of an article, clean, as version 1 of the events has it: authors are names."""

    authors: tuple[Label, ...] = Field(
        default=(),
        description="names of the byline, in its order; empty for an unsigned article",
        examples=[["Анна Рейнгольд"]],
    )

    def upcast(self) -> ArticleContent:
        """The same content with authors of whom the name is known."""
        authors = tuple(Author(name=name) for name in self.authors)
        return ArticleContent.model_construct(**{**self.__dict__, "authors": authors})
