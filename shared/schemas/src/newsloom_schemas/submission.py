"""What an editorial tool may send: the strict front of the contract, before ingest cleans it."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from newsloom_schemas.article import Author, EarlierMention, Image, Label
from newsloom_schemas.types import (
    MAX_REVISION,
    ExternalId,
    LanguageTag,
    Revision,
    Text,
    Timestamp,
    WebAddress,
)

MAX_BODY_CHARS = 400_000
MAX_KEYWORDS = 100
MAX_AUTHORS = 50
MAX_IMAGES = 100
MAX_EARLIER = 50

_STRICT = ConfigDict(
    frozen=True,
    extra="forbid",
    strict=True,
    allow_inf_nan=False,
    hide_input_in_errors=True,
    str_strip_whitespace=True,
)


class SubmittedImage(Image):
    """An image as sent: unknown fields are refused."""

    model_config = _STRICT


class SubmittedMention(EarlierMention):
    """A mention of an earlier article as sent: unknown fields are refused."""

    model_config = _STRICT


class SubmittedAuthor(Author):
    """An author as sent: unknown fields are refused."""

    model_config = _STRICT


def _author_form(value: Any) -> str | None:
    if isinstance(value, str):
        return NAME_FORM
    return OBJECT_FORM if isinstance(value, dict | SubmittedAuthor) else None


# Steps that pydantic puts into the place of an error in one of two forms; no field has such a name.
NAME_FORM, OBJECT_FORM = "(name)", "(object)"
SentAuthor = Annotated[
    Annotated[Label, Tag(NAME_FORM)] | Annotated[SubmittedAuthor, Tag(OBJECT_FORM)],
    Discriminator(
        _author_form,
        custom_error_type="author_form",
        custom_error_message="send the author's name, or an object with name, role and uri",
    ),
]


class Submission(BaseModel):
    """The JSON body of `POST /v1/articles`. Unknown fields are refused, numbers are not guessed from text."""

    model_config = _STRICT

    external_id: ExternalId = Field(description="your id of the article; the same id is the same article")
    revision: Revision = Field(description="a whole number; send a higher one to correct the article")
    headline: Annotated[Text, Field(min_length=1, max_length=500)]
    body_html: Annotated[Text, Field(min_length=1, max_length=MAX_BODY_CHARS)] | None = Field(
        default=None, description="the body as HTML; it is sanitised"
    )
    body_text: Annotated[Text, Field(min_length=1, max_length=MAX_BODY_CHARS)] | None = Field(
        default=None, description="the body as plain text, a blank line or line break between paragraphs"
    )
    lead: Annotated[Text, Field(min_length=1, max_length=5_000)] | None = None
    language: LanguageTag | None = None
    section: Label | None = None
    keywords: Annotated[tuple[Label, ...], Field(max_length=MAX_KEYWORDS)] = ()
    authors: Annotated[tuple[SentAuthor, ...], Field(max_length=MAX_AUTHORS)] = Field(
        default=(), description="the byline in its order: names, or objects with name, role and uri"
    )
    published_at: Timestamp | None = None
    modified_at: Timestamp | None = None
    canonical_url: WebAddress | None = None
    images: Annotated[tuple[SubmittedImage, ...], Field(max_length=MAX_IMAGES)] = ()
    rights: Annotated[Text, Field(min_length=1, max_length=2000)] | None = None
    earlier: Annotated[tuple[SubmittedMention, ...], Field(max_length=MAX_EARLIER)] = ()
    embargo_until: Timestamp | None = None
    urgency: Annotated[int, Field(ge=1, le=9)] | None = None
    note: Annotated[Text, Field(min_length=1, max_length=2000)] | None = None
    previous_revision: Annotated[int, Field(ge=0, le=MAX_REVISION)] | None = Field(
        default=None,
        description="accept this only while that is the latest accepted revision; 0 while there is none",
    )

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if (self.body_html is None) == (self.body_text is None):
            raise ValueError("send the body once, as body_html or as body_text")
        return self


class KillRequest(BaseModel):
    """The JSON body of a kill."""

    model_config = _STRICT

    reason: Annotated[Text, Field(min_length=1, max_length=2000)] | None = Field(
        default=None, description="why the article must go; kept with the tombstone"
    )
