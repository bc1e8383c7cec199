"""What an editor's tool may say about the tags of an article: the strict front of `EditorTags`."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ingest.clean import plain
from ingest.refusal import invalid_field
from newsloom_schemas.enrichment import EditorTags, Tag, TagKind, TagRole
from newsloom_schemas.types import MAX_REVISION, Text

MAX_TAGS = 100

_STRICT = ConfigDict(
    frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, str_strip_whitespace=True
)
_Label = Annotated[Text, Field(min_length=1, max_length=200)]


class AddedTag(BaseModel):
    """A tag that the editor puts on, or keeps."""

    model_config = _STRICT

    kind: TagKind = Field(description="what is named; `entity` when the type is unknown")
    label: _Label = Field(description="normal form, for people")
    id: _Label | None = Field(default=None, description="identifier in a known vocabulary")
    role: TagRole = Field(default="subject", description="a subject of the article, a source, its author")


class TagsRequest(BaseModel):
    """The JSON body of `PUT /v1/articles/tags`: the whole of the editor's word, not a difference."""

    model_config = _STRICT

    edit: Annotated[int, Field(ge=1, le=MAX_REVISION)] = Field(
        description="number of the edit: 1 for the first, then one more each time"
    )
    pinned: Annotated[tuple[AddedTag, ...], Field(max_length=MAX_TAGS)] = Field(
        default=(), description="tags that stay as they are, whatever later revisions and runs find"
    )
    added: Annotated[tuple[AddedTag, ...], Field(max_length=MAX_TAGS)] = ()
    removed: Annotated[tuple[_Label, ...], Field(max_length=MAX_TAGS)] = Field(
        default=(), description="labels or ids of machine tags to take off"
    )
    editor: _Label | None = Field(default=None, description="who did it")


def to_editor_tags(request: TagsRequest) -> EditorTags:
    """The request as the contract's value.

    Raises Refused for a label with nothing visible in it, and for a word that contradicts itself.
    """
    tags = EditorTags(
        edit=request.edit,
        pinned=tuple(_tag(f"/pinned/{at}", tag) for at, tag in enumerate(request.pinned)),
        added=tuple(_tag(f"/added/{at}", tag) for at, tag in enumerate(request.added)),
        removed=tuple(name for name in map(plain, request.removed) if name),
        editor=(plain(request.editor) or None) if request.editor else None,
    )
    _refuse_repeats(tags)
    _refuse_contradictions(tags)
    return tags


def canonical(tags: EditorTags) -> str:
    """The text that says whether two edits are the same. A field that came later counts only when used, so
    that an edit sent again after an upgrade is still the same."""
    unused = set() if tags.pinned else {"pinned"}
    return tags.model_dump_json(exclude_none=True, exclude=unused)


def _refuse_repeats(tags: EditorTags) -> None:
    seen: set[tuple[str, str]] = set()
    placed = (*_placed("pinned", tags.pinned), *_placed("added", tags.added))
    for pointer, tag in placed:
        if (named := (tag.kind, tag.label.casefold())) in seen:
            raise invalid_field(pointer, "duplicate", "name every tag once, as pinned or as added")
        seen.add(named)


def _refuse_contradictions(tags: EditorTags) -> None:
    removed = {name.casefold() for name in tags.removed}
    for pointer, tag in _placed("pinned", tags.pinned):
        if not removed.isdisjoint({tag.label.casefold(), (tag.id or tag.label).casefold()}):
            raise invalid_field(pointer, "contradiction", "pin the tag or remove it, not both")


def _placed(field: str, tags: tuple[Tag, ...]) -> Iterator[tuple[str, Tag]]:
    return ((f"/{field}/{at}", tag) for at, tag in enumerate(tags))


def _tag(pointer: str, tag: AddedTag) -> Tag:
    label = plain(tag.label)
    if not label:
        raise invalid_field(f"{pointer}/label", "empty", "send a label with visible text")
    return Tag(
        kind=tag.kind,
        label=label,
        id=tag.id,
        role=tag.role,
        confidence=1.0,
        basis="editor",
        method="editor",
    )
