"""A news object of any version of ninjs, as far as newsloom reads it, with the place of each value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from ingest.sources import fitting
from ingest.strict_json import is_field_name
from newsloom_schemas.types import Timestamp

STRICT = ConfigDict(frozen=True, strict=True, allow_inf_nan=False, hide_input_in_errors=True)
MAX_ASSOCIATIONS = 200
MAX_WIDTH = 2000  # a reader's screen; the largest renditions are for print
_BARE_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")
_BODIES = {"text/html": "body_html", "application/xhtml+xml": "body_html", "text/plain": "body_text"}


def _with_colon(value: Any) -> Any:
    """Some tools write an offset as +0000."""
    return _BARE_OFFSET.sub(r"\1:\2", value) if isinstance(value, str) else value


def _whole(value: Any) -> Any:
    """The standard has a number here, which 4.0 is too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Moment = Annotated[Timestamp, BeforeValidator(_with_colon)]
Count = Annotated[int, BeforeValidator(_whole)]
Short = Annotated[str, Field(max_length=20_000)]
Status = Literal["usable", "withheld", "canceled"]


class Rendition(BaseModel):
    """One file of a picture, or another form of an article."""

    model_config = STRICT

    name: Short | None = None
    href: Short | None = None
    mimetype: Short | None = None
    content_type: Short | None = Field(
        default=None, validation_alias=AliasChoices("contentType", "contenttype")
    )
    width: Count | None = None
    height: Count | None = None

    @property
    def media_type(self) -> str:
        return (self.mimetype or self.content_type or "").lower()


@dataclass(frozen=True, kw_only=True)
class Told:
    """A value and the JSON Pointer to where it stands."""

    value: Any
    place: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """`content` are the fields of a submission by name, lists as one entry for each element."""

    place: str
    uri: Told
    kind: str | None
    status: Status
    version: Told
    changed_at: Told
    headline: Told
    body_place: str
    content: Sequence[tuple[str, Told]] = ()
    associated: Sequence["Item"] = field(default=())
    picture: Told | None = None

    @property
    def has_body(self) -> bool:
        return any(name in ("body_html", "body_text") for name, _ in self.content)


def step(place: str, key: str) -> str:
    """The pointer to a member; a key that is no name would echo the document."""
    return f"{place}/{key}" if is_field_name(key) else place


def body_field(media_type: str | None, role: str | None) -> str | None:
    """Which body a text is: by its media type, else by a role that names one."""
    if media_type:
        return _BODIES.get(media_type.partition(";")[0].strip().lower())
    return "body_html" if "html" in (role or "").lower() else "body_text"


def best_picture(renditions: Sequence[Rendition]) -> Rendition | None:
    """The widest that is not too wide, else the narrowest; the first where no width is told."""
    usable = [each for each in renditions if fitting.address(each.href) and _is_picture(each)]
    narrow = [each for each in usable if each.width and each.width <= MAX_WIDTH]
    if narrow:
        return max(narrow, key=lambda each: each.width or 0)
    wide = [each for each in usable if each.width]
    return min(wide, key=lambda each: each.width or 0) if wide else next(iter(usable), None)


def _is_picture(rendition: Rendition) -> bool:
    return not rendition.media_type or rendition.media_type.startswith("image/")


def picture(rendition: Rendition | None, **told: str | None) -> dict[str, Any] | None:
    """A picture as a submission has it."""
    if rendition is None:
        return None
    sizes = {"width": rendition.width, "height": rendition.height}
    texts = {name: text.strip() for name, text in told.items() if text and text.strip()}
    return {
        "url": fitting.address(rendition.href),
        **texts,
        **{name: size for name, size in sizes.items() if size},
    }


def rights(notice: str | None, holder: str | None, terms: str | None) -> str | None:
    """The copyright line and the terms of use as one text."""
    line = notice or (f"© {holder}" if holder else None)
    return " ".join(part.strip() for part in (line, terms) if part and part.strip()) or None


def first_of(*moments: datetime | None) -> datetime | None:
    """The first that is told."""
    return next((moment for moment in moments if moment is not None), None)
