"""What an editor's tool may say about the tags of an article: the strict front of `EditorTags`."""

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
    """A tag that the editor puts on."""

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
    added: Annotated[tuple[AddedTag, ...], Field(max_length=MAX_TAGS)] = ()
    removed: Annotated[tuple[_Label, ...], Field(max_length=MAX_TAGS)] = Field(
        default=(), description="labels or ids of machine tags to take off"
    )
    editor: _Label | None = Field(default=None, description="who did it")


def to_editor_tags(request: TagsRequest) -> EditorTags:
    """The request as the contract's value. Raises Refused for a label with nothing visible in it."""
    return EditorTags(
        edit=request.edit,
        added=tuple(_tag(at, tag) for at, tag in enumerate(request.added)),
        removed=tuple(name for name in map(plain, request.removed) if name),
        editor=(plain(request.editor) or None) if request.editor else None,
    )


def _tag(at: int, added: AddedTag) -> Tag:
    label = plain(added.label)
    if not label:
        raise invalid_field(f"/added/{at}/label", "empty", "send a label with visible text")
    return Tag(
        kind=added.kind,
        label=label,
        id=added.id,
        role=added.role,
        confidence=1.0,
        basis="editor",
        method="editor",
    )
