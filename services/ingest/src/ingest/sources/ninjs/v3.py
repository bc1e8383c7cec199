"""ninjs 2.x and 3.x: lists of objects with roles. 3.x writes its names in camel case, 2.x in lower case."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ingest.sources import fitting
from ingest.sources.ninjs.item import (
    MAX_ASSOCIATIONS,
    STRICT,
    Count,
    Item,
    Moment,
    Rendition,
    Short,
    Status,
    Told,
    best_picture,
    body_field,
    picture,
    rights,
)
from ingest.sources.ninjs.names import author, byline_names

_MACHINE = "machine"  # how newsloom's own feeds begin the creator of a tag that no editor made
_MAIN_ROLES = ("main", "headline")
_AUTHOR = frozenset({"author", "byline"})  # says of who stands in the byline nothing that is not known
_LEAD_ROLES = ("summary", "lead", "abstract", "description", "text")


class _Text(BaseModel):
    """One of several texts of a kind."""

    model_config = STRICT

    role: Short | None = None
    content_type: Short | None = Field(
        default=None, validation_alias=AliasChoices("contentType", "contenttype")
    )
    value: str | None = None

    @property
    def plain(self) -> str | None:
        return fitting.without_markup(self.value) if "html" in (self.content_type or "") else self.value


class _Named(BaseModel):
    model_config = STRICT

    name: Short | None = None
    rel: Short | None = None
    role: Short | None = None
    uri: Short | None = None
    creator: Short | None = None


_Texts = Annotated[tuple[_Text, ...], Field(max_length=50)] | None
_Several = Annotated[tuple[_Named, ...], Field(max_length=500)] | None


class ItemV3(BaseModel):
    """A news object. Members that are not listed are allowed and not read."""

    model_config = ConfigDict(**STRICT, alias_generator=to_camel)

    uri: Short | None = None
    type: Short | None = None
    rel: Short | None = None
    pub_status: Status | None = None
    version: Short | Count | None = None
    version_created: Moment | None = None
    first_created: Moment | None = None
    embargoed_until: Moment | None = None
    title: Short | None = None
    headlines: _Texts = None
    descriptions: _Texts = None
    bodies: _Texts = None
    by: Short | None = None
    info_sources: _Several = None
    subjects: _Several = None
    places: _Several = None
    language: Short | None = None
    urgency: Count | None = None
    ed_note: Short | None = None
    copyright_holder: Short | None = None
    copyright_notice: Short | None = None
    usage_terms: Short | None = None
    renditions: Annotated[tuple[Rendition, ...], Field(max_length=100)] | None = None
    associations: Annotated[tuple[Self, ...], Field(max_length=MAX_ASSOCIATIONS)] | None = None

    def place_of(self, place: str, member: str) -> str:
        """The pointer to a member, as this version writes its name."""
        return f"{place}/{type(self).model_fields[member].alias}"


def _lower(member: str) -> str:
    return "embargoed" if member == "embargoed_until" else member.replace("_", "")


class ItemV2(ItemV3):
    """The same as 2.x writes it."""

    model_config = ConfigDict(alias_generator=_lower)


def item_of(found: ItemV3, place: str = "") -> Item:
    """The item at a place of the document."""
    headline = _chosen(found.headlines, _MAIN_ROLES)
    told = found.headlines[headline].plain if found.headlines and headline is not None else found.title
    return Item(
        place=place,
        uri=Told(value=found.uri, place=f"{place}/uri"),
        kind=found.type,
        status=found.pub_status or "usable",
        version=Told(value=found.version, place=f"{place}/version"),
        changed_at=Told(value=found.version_created, place=found.place_of(place, "version_created")),
        headline=Told(value=told, place=f"{place}/headlines"),
        body_place=f"{place}/bodies",
        content=tuple(_content(found, place)),
        associated=tuple(
            item_of(each, f"{place}/associations/{number}")
            for number, each in enumerate(found.associations or ())
        ),
        picture=_picture(found, place),
    )


def _chosen(texts: Sequence[_Text] | None, roles: Sequence[str]) -> int | None:
    """The text with the first of the roles that there is, else the first text."""
    held = [number for number, text in enumerate(texts or ()) if (text.value or "").strip()]
    for role in roles:
        for number in held:
            if texts and (texts[number].role or "").lower() == role:
                return number
    return held[0] if held else None


def _content(found: ItemV3, place: str) -> Iterator[tuple[str, Told]]:
    yield from _body(found, place)
    lead = _chosen(found.descriptions, _LEAD_ROLES)
    if found.descriptions and lead is not None:
        told = found.descriptions[lead].plain
        yield "lead", Told(value=told, place=f"{place}/descriptions/{lead}/value")
    line = rights(found.copyright_notice, found.copyright_holder, found.usage_terms)
    for field, member, value in (
        ("language", "language", (found.language or "").replace("_", "-")),
        ("published_at", "first_created", found.first_created),
        ("modified_at", "version_created", found.version_created),
        ("embargo_until", "embargoed_until", found.embargoed_until),
        ("urgency", "urgency", found.urgency),
        ("note", "ed_note", found.ed_note),
        ("rights", "copyright_notice", line),
        ("canonical_url", "renditions", _page(found)),
    ):
        yield field, Told(value=value, place=found.place_of(place, member))
    yield from _people(found, place)
    yield from _subjects(found, place)


def _body(found: ItemV3, place: str) -> Iterator[tuple[str, Told]]:
    """HTML where there is any, because plain text has lost the structure."""
    forms = [
        (field, number, body.value)
        for number, body in enumerate(found.bodies or ())
        if (body.value or "").strip() and (field := body_field(body.content_type, body.role))
    ]
    for field, number, text in sorted(forms, key=lambda form: form[0])[:1]:
        yield field, Told(value=text, place=f"{place}/bodies/{number}/value")


def _page(found: ItemV3) -> str | None:
    """The article's page at its source."""
    pages = (each for each in found.renditions or () if each.media_type == "text/html")
    return next((address for each in pages if (address := fitting.address(each.href))), None)


def _people(found: ItemV3, place: str) -> Iterator[tuple[str, Told]]:
    """The names of the byline, with what else the sources of information say of them."""
    sources = [(n, each) for n, each in enumerate(found.info_sources or ()) if each.name]
    known = {each.name: _signed(each) for _, each in sources}
    names = byline_names(found.by)
    for name, role in names:
        yield "authors[]", Told(value=known.get(name, author(name, role)), place=f"{place}/by")
    for number, source in sources:
        if not names and (source.role or "").lower() in _AUTHOR:
            at = found.place_of(place, "info_sources")
            yield "authors[]", Told(value=_signed(source), place=f"{at}/{number}")


def _signed(source: _Named) -> dict[str, str] | str:
    role = None if (source.role or "").lower() in _AUTHOR else source.role
    return author(source.name or "", role, fitting.address(source.uri))


def _subjects(found: ItemV3, place: str) -> Iterator[tuple[str, Told]]:
    """What a machine put on is not the source's own word."""
    by_machine = {
        each.name for each in found.subjects or () if (each.creator or "").lower().startswith(_MACHINE)
    }
    section = next((n for n, each in enumerate(found.subjects or ()) if each.rel == "section"), None)
    for number, named in enumerate(found.subjects or ()):
        field = "section" if number == section else "keywords[]"
        if named.name not in by_machine:
            yield field, Told(value=named.name, place=f"{place}/subjects/{number}/name")
    for number, named in enumerate(found.places or ()):
        if named.name not in by_machine:
            yield "keywords[]", Told(value=named.name, place=f"{place}/places/{number}/name")


def _picture(found: ItemV3, place: str) -> Told | None:
    texts = found.descriptions or ()
    alt = next((text.plain for text in texts if (text.role or "").lower() in ("alternative", "alt")), None)
    caption = next((text.plain for text in texts if text.plain and text.plain != alt), None)
    credit = found.by or found.copyright_holder
    made = picture(best_picture(found.renditions or ()), alt=alt, caption=caption, credit=credit)
    return Told(value=made, place=place) if made else None
