"""What a machine or an editor added to an article, always with its status, method and evidence."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from newsloom_schemas.base import Value
from newsloom_schemas.types import ArticleId, Confidence, LanguageTag, Text, Timestamp

FacetStatus = Literal["ok", "partial", "skipped", "unavailable", "failed", "pending"]
TagKind = Literal["person", "place", "organisation", "entity", "subject", "keyphrase"]
TagRole = Literal["subject", "source", "author"]
Basis = Literal["measured", "heuristic", "editor"]
Relation = Literal["earlier", "update", "duplicate", "same-story", "topical", "translation-of"]
TextPart = Literal["headline", "lead", "body"]


class Evidence(Value):
    """Where a tag was found. Offsets count code points of the part's plain text: `part[start:end] == quote`.

    The plain text of the part `body` is `newsloom_schemas.text.plain_text(body_html)`: a line for each block.
    There the place is given within its block as well, so that it can be shown without cutting all the text.
    """

    part: TextPart = Field(description="which text the offsets count in")
    start: Annotated[int, Field(ge=0)] = Field(description="first code point")
    end: Annotated[int, Field(ge=0)] = Field(description="one past the last code point")
    quote: Text = Field(description="the text found there")
    block: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="in the body: the block with text that it stands in, counted from 0"
    )
    block_start: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="in the body: first code point within the block's own text"
    )


class Tag(Value):
    """A name, subject or phrase attached to an article."""

    kind: TagKind = Field(description="what is named; `entity` when the type is unknown")
    label: Annotated[Text, Field(min_length=1, max_length=200)] = Field(description="normal form, for people")
    labels: dict[LanguageTag, Annotated[Text, Field(min_length=1, max_length=200)]] | None = Field(
        default=None, description="what its vocabulary calls it in each language that it has, for a subject"
    )
    id: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="identifier in a known vocabulary, such as iso3166:IR or geonames:112931"
    )
    role: TagRole = Field(
        default="subject", description="a subject of the article, a source it quotes, its author"
    )
    confidence: Confidence = Field(description="0 to 1")
    basis: Basis = Field(description="where the confidence comes from")
    method: Annotated[str, Field(max_length=100)] = Field(description="the enricher, or `editor`")
    salience: Confidence | None = Field(
        default=None, description="how much the article is about it; its most salient name has 1"
    )
    evidence: tuple[Evidence, ...] = Field(default=(), description="where it was found")


class RelatedLink(Value):
    """A link to another article that newsloom holds. Its headline is resolved when it is shown."""

    article_id: ArticleId = Field(description="the article linked to")
    relation: Relation = Field(description="how the two belong together")
    score: Confidence = Field(description="0 to 1, for ranking")
    reasons: tuple[Annotated[Text, Field(max_length=200)], ...] = Field(
        default=(), description="what they share, in words a reader can be shown"
    )


class Facet(Value):
    """How one kind of enrichment went."""

    status: FacetStatus = Field(description="what became of it")
    method: Annotated[str, Field(max_length=100)] | None = Field(default=None, description="which method ran")
    version: Annotated[str, Field(max_length=100)] | None = Field(default=None, description="its version")
    reason: Annotated[Text, Field(max_length=500)] | None = Field(
        default=None, description="why it is not `ok`, in words for an editor"
    )


class Enrichment(Value):
    """The statuses of all facets of one run."""

    language: Facet
    entities: Facet
    subjects: Facet
    keyphrases: Facet
    related: Facet
    translations: Facet


class TranslationQuality(Value):
    """What can be told of a machine's translation without reading it: counts, for an editor to judge by."""

    sentences: Annotated[int, Field(ge=0)] = Field(description="sentences of headline, lead and body")
    edited: Annotated[int, Field(ge=0)] = Field(default=0, description="sentences in an editor's words")
    kept: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description="sentences left in the original: no engine gave one that kept digits, names, markup",
    )
    words: Annotated[int, Field(ge=0)] = Field(default=0, description="words of the original")
    unknown_words: Annotated[int, Field(ge=0)] = Field(
        default=0, description="words that the engine itself says it does not know"
    )


class Translation(Value):
    """The article in another language, made by a machine and marked as such."""

    language: LanguageTag = Field(description="target language")
    status: Literal["published", "draft", "unavailable", "failed"] = Field(description="what became of it")
    engine: Annotated[str, Field(max_length=100)] | None = Field(default=None, description="engine and model")
    version: Annotated[str, Field(max_length=100)] | None = Field(default=None, description="engine version")
    reason: Annotated[Text, Field(max_length=500)] | None = Field(
        default=None, description="why there is no text, or why it is but a draft"
    )
    headline: Text | None = Field(default=None, description="translated headline")
    lead: Text | None = Field(default=None, description="translated lead")
    body_html: Text | None = Field(default=None, description="translated body, same markup")
    translated_at: Timestamp | None = Field(default=None, description="when it was made")
    quality: TranslationQuality | None = Field(default=None, description="signs of how good it is")


class EditorTags(Value):
    """The editor's word on tags: kept apart from the machine's, merged when shown.

    The value is the whole state and not a difference, so a later edit replaces an earlier one.
    """

    edit: Annotated[int, Field(ge=1, strict=True)] = Field(description="number of the edit, 1 for the first")
    pinned: tuple[Tag, ...] = Field(
        default=(), description="machine tags that stay, whatever later revisions and runs find"
    )
    added: tuple[Tag, ...] = Field(default=(), description="tags the editor put on")
    removed: tuple[str, ...] = Field(default=(), description="labels or ids of machine tags taken off")
    editor: Annotated[Text, Field(max_length=200)] | None = Field(default=None, description="who did it")


def shown_tags(machine: Sequence[Tag], editor: EditorTags | None) -> tuple[Tag, ...]:
    """The editor's tags first, then the machine's that the editor neither took off nor put on himself.

    A pinned tag has the evidence that the machine still finds. Part of the contract: what is shown, and which
    topic feed an article is in, follow from the same rule.
    """
    if editor is None:
        return tuple(machine)
    pinned = tuple(_by_editor(_evidenced(tag, machine)) for tag in editor.pinned)
    own = (*pinned, *map(_by_editor, editor.added))
    hidden = {name.casefold() for name in editor.removed}.union(*map(_names, own))
    return (*own, *(tag for tag in machine if hidden.isdisjoint(_names(tag))))


def _names(tag: Tag) -> frozenset[str]:
    """What a tag goes by: its label and its id, in any case of letters."""
    return frozenset(name.casefold() for name in (tag.label, tag.id) if name)


def _by_editor(tag: Tag) -> Tag:
    return tag.model_copy(update={"basis": "editor", "method": "editor"})


def _evidenced(pinned: Tag, machine: Sequence[Tag]) -> Tag:
    names = _names(pinned)
    found = next((tag for tag in machine if not names.isdisjoint(_names(tag))), None)
    return pinned if found is None else pinned.model_copy(update={"evidence": found.evidence})
