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

    part: TextPart = Field(description="which text the offsets count in", examples=["body"])
    start: Annotated[int, Field(ge=0)] = Field(description="first code point", examples=[89])
    end: Annotated[int, Field(ge=0)] = Field(description="one past the last code point", examples=[98])
    quote: Text = Field(description="the text found there, as it is written", examples=["зернового"])
    block: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="the block with text that it stands in, counted from 0; absent outside the body",
        examples=[0],
    )
    block_start: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="first code point within that block's own text; absent outside the body",
        examples=[89],
    )


class Tag(Value):
    """A name, subject or phrase attached to an article."""

    kind: TagKind = Field(
        description="what is named; `entity` when the type is unknown", examples=["subject"]
    )
    label: Annotated[Text, Field(min_length=1, max_length=200)] = Field(
        description="its normal form, for people, in the language of the article",
        examples=["сельское хозяйство"],
    )
    labels: dict[LanguageTag, Annotated[Text, Field(min_length=1, max_length=200)]] | None = Field(
        default=None,
        description="by language tag, what its vocabulary calls it; absent for what stands in no vocabulary",
        examples=[{"en": "agriculture", "ru": "сельское хозяйство"}],
    )
    id: Annotated[str, Field(max_length=200)] | None = Field(
        default=None,
        description="identifier in a known vocabulary: vocabulary, colon, code; absent when there is none",
        examples=["medtop:20000210"],
    )
    role: TagRole = Field(
        default="subject",
        description="what it is to the article: something it is about, a source it quotes, or its author",
        examples=["subject"],
    )
    confidence: Confidence = Field(
        description="how sure the method is that the tag is right, 0 to 1", examples=[0.87]
    )
    basis: Basis = Field(
        description="where the confidence comes from: labelled articles, a rule of thumb, or an editor",
        examples=["heuristic"],
    )
    method: Annotated[str, Field(max_length=100)] = Field(
        description="the enricher that found it, or `editor`", examples=["iptc-lexicon"]
    )
    salience: Confidence | None = Field(
        default=None,
        description="how much the article is about it, its most salient name has 1; absent when not judged",
        examples=[0.8],
    )
    evidence: tuple[Evidence, ...] = Field(
        default=(), description="where it was found; empty for a tag that stands for the whole text"
    )


class RelatedLink(Value):
    """A link to another article that newsloom holds. Its headline is resolved when it is shown."""

    article_id: ArticleId = Field(
        description="the article linked to", examples=["4f95a543-5e16-5196-b3a9-34f2b4186add"]
    )
    relation: Relation = Field(
        description="how the two belong together: `earlier` is mentioned in this article, `same-story` tells "
        "the same story, `update` does so in the same source within days, `duplicate` has the same text, "
        "`translation-of` says it in another language, `topical` is about something alike",
        examples=["same-story"],
    )
    score: Confidence = Field(
        description="0 to 1, for ranking the links of one article; not comparable between articles",
        examples=[0.71],
    )
    reasons: tuple[Annotated[Text, Field(max_length=200)], ...] = Field(
        default=(),
        description="what the two share, in words that a reader can be shown, in the language of the article",
        examples=[["в обеих статьях: Стамбул, Хелена Брандт"]],
    )


class Facet(Value):
    """How one kind of enrichment went."""

    status: FacetStatus = Field(
        description="what became of it: `partial` lacks something, `skipped` was not wanted, `unavailable` "
        "had not what it works with, the result of `pending` follows as an event of its own",
        examples=["partial"],
    )
    method: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="which method ran; absent when none did", examples=["slovnet"]
    )
    version: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="the method's version; absent when none ran", examples=["2"]
    )
    reason: Annotated[Text, Field(max_length=500)] | None = Field(
        default=None,
        description="why it is not `ok`, in words for an editor; absent when it is",
        examples=["the body was cut to what can be read in time"],
    )


class Enrichment(Value):
    """The statuses of all facets of one run."""

    language: Facet = Field(
        description="finding out the language of the text",
        examples=[{"status": "ok", "method": "py3langid", "version": "2"}],
    )
    entities: Facet = Field(
        description="finding people, places and organisations",
        examples=[{"status": "partial", "method": "gazetteer", "reason": "places and agencies only"}],
    )
    subjects: Facet = Field(
        description="finding what the article is about, in IPTC's subjects",
        examples=[{"status": "ok", "method": "iptc-lexicon", "version": "1"}],
    )
    keyphrases: Facet = Field(
        description="finding the phrases that tell it from other articles",
        examples=[{"status": "skipped", "reason": "no enricher serves this language"}],
    )
    related: Facet = Field(
        description="finding other articles to link to",
        examples=[{"status": "ok", "method": "inverted-index", "version": "2"}],
    )
    translations: Facet = Field(
        description="translating; each translation comes as an event of its own",
        examples=[{"status": "pending", "method": "translator"}],
    )


class TranslationQuality(Value):
    """What can be told of a machine's translation without reading it: counts, for an editor to judge by."""

    sentences: Annotated[int, Field(ge=0)] = Field(
        description="sentences of headline, lead and body", examples=[14]
    )
    edited: Annotated[int, Field(ge=0)] = Field(
        default=0, description="sentences in an editor's words", examples=[1]
    )
    kept: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description="sentences left in the original: no engine gave one that kept digits, names, markup",
        examples=[0],
    )
    words: Annotated[int, Field(ge=0)] = Field(default=0, description="words of the original", examples=[176])
    unknown_words: Annotated[int, Field(ge=0)] = Field(
        default=0, description="words that the engine itself says it does not know", examples=[3]
    )


class Translation(Value):
    """The article in another language, made by a machine and marked as such."""

    language: LanguageTag = Field(description="the language translated into", examples=["en"])
    status: Literal["published", "draft", "unavailable", "failed"] = Field(
        description="what became of it: a `draft` is for an editor to read first, `unavailable` had no "
        "engine to ask, `failed` got nothing usable from one",
        examples=["published"],
    )
    engine: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="engine and model; absent when none gave a text", examples=["apertium"]
    )
    version: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="the engine's version; absent when it tells none", examples=["3.8"]
    )
    reason: Annotated[Text, Field(max_length=500)] | None = Field(
        default=None,
        description="why there is no text, or why it is but a draft; absent for a published one",
        examples=["2 of 14 sentences stay in the original"],
    )
    headline: Text | None = Field(
        default=None,
        description="plain text; absent when there is no text",
        examples=["Grain corridor extended by 120 days: memorandum signed in Istanbul"],
    )
    lead: Text | None = Field(
        default=None,
        description="plain text; absent when the article has none or there is no text",
        examples=["4.2m tonnes of grain are to leave Odesa, Chornomorsk and Pivdennyi by mid-January."],
    )
    body_html: Text | None = Field(
        default=None,
        description="sanitised HTML with the markup of the original; absent when there is no text",
        examples=["<p>Ukraine, Turkey and the UN signed a memorandum in Istanbul on Monday.</p>"],
    )
    translated_at: Timestamp | None = Field(
        default=None,
        description="when it was made; absent when there is no text",
        examples=["2026-09-14T12:20:21.480Z"],
    )
    quality: TranslationQuality | None = Field(
        default=None, description="signs of how good it is; absent when there is no text"
    )


class EditorTags(Value):
    """The editor's word on tags: kept apart from the machine's, merged when shown.

    The value is the whole state and not a difference, so a later edit replaces an earlier one.
    """

    edit: Annotated[int, Field(ge=1, strict=True)] = Field(
        description="number of the edit, 1 for the first; a lower one than the last is ignored", examples=[2]
    )
    pinned: tuple[Tag, ...] = Field(
        default=(), description="machine tags that stay, whatever later revisions and runs find"
    )
    added: tuple[Tag, ...] = Field(default=(), description="tags the editor put on")
    removed: tuple[str, ...] = Field(
        default=(),
        description="labels or ids of machine tags taken off; upper and lower case are the same",
        examples=[["Чикаго"]],
    )
    editor: Annotated[Text, Field(max_length=200)] | None = Field(
        default=None,
        description="who did it; absent when the editor's tool does not say",
        examples=["Михаил Затонский"],
    )


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
