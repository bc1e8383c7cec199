"""ninjs 1.x: flat names in lower case, associations by name. Superdesk speaks it, and so do many agencies."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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
    first_of,
    picture,
    rights,
    step,
)
from ingest.sources.ninjs.names import author, byline_names


class _Named(BaseModel):
    """A concept, a place, a person. Superdesk leaves out the name where it has none."""

    model_config = STRICT

    name: Short | None = None
    role: Short | None = None
    uri: Short | None = None


_Several = Annotated[tuple[_Named, ...], Field(max_length=500)]


class ItemV1(BaseModel):
    """A news object. Members that are not listed are allowed, and but for further texts not read."""

    model_config = ConfigDict(**STRICT, extra="allow")

    guid: Short | None = None  # Superdesk has its identifier here
    uri: Short | None = None
    type: Short | None = None
    pubstatus: Status | None = None
    version: Short | Count | None = None
    versioncreated: Moment | None = None
    firstcreated: Moment | None = None
    firstpublished: Moment | None = None
    embargoed: Moment | None = None
    headline: Short | None = None
    title: Short | None = None
    description_text: Short | None = None
    description_html: Short | None = None
    body_html: str | None = None
    body_xhtml: str | None = None
    body_text: str | None = None
    byline: Short | None = None
    authors: _Several | None = None
    keywords: Annotated[tuple[Short, ...], Field(max_length=500)] | None = None
    subject: _Several | None = None
    service: _Several | None = None
    place: _Several | None = None
    language: Short | None = None
    urgency: Count | None = None
    ednote: Short | None = None
    copyrightholder: Short | None = None
    copyrightnotice: Short | None = None
    usageterms: Short | None = None
    evolvedfrom: Short | None = None
    renditions: Annotated[dict[str, Rendition | None], Field(max_length=100)] | None = None
    associations: Annotated[dict[str, "ItemV1 | None"], Field(max_length=MAX_ASSOCIATIONS)] | None = None


def item_of(found: ItemV1, place: str = "") -> Item:
    """The item at a place of the document."""
    by_guid = found.guid is not None
    return Item(
        place=place,
        uri=Told(value=found.guid or found.uri, place=f"{place}/guid" if by_guid else f"{place}/uri"),
        kind=found.type,
        status=found.pubstatus or "usable",
        version=Told(value=found.version, place=f"{place}/version"),
        changed_at=Told(value=found.versioncreated, place=f"{place}/versioncreated"),
        headline=_headline(found, place),
        body_place=f"{place}/body_html",
        content=tuple(_content(found, place)),
        associated=tuple(_associated(found, place)),
        picture=_picture(found, place),
    )


def _headline(found: ItemV1, place: str) -> Told:
    named = _further(found, "headline_")
    for name in ("headline", "headline_main", *named, "title"):
        text = named.get(name) or getattr(found, name, None)
        if text and text.strip():
            return Told(value=text, place=step(place, name))
    return Told(value=None, place=f"{place}/headline")


def _associated(found: ItemV1, place: str) -> Iterator[Item]:
    for key, associated in (found.associations or {}).items():
        if associated is not None:
            yield item_of(associated, step(f"{place}/associations", key))


def _content(found: ItemV1, place: str) -> Iterator[tuple[str, Told]]:
    yield from _body(found, place)
    plain = found.description_text or fitting.without_markup(found.description_html)
    yield "lead", Told(value=plain, place=f"{place}/description_text")
    yield "language", Told(value=(found.language or "").replace("_", "-"), place=f"{place}/language")
    published = first_of(found.firstpublished, found.firstcreated)
    yield "published_at", Told(value=published, place=f"{place}/firstcreated")
    yield "modified_at", Told(value=found.versioncreated, place=f"{place}/versioncreated")
    yield "embargo_until", Told(value=found.embargoed, place=f"{place}/embargoed")
    yield "urgency", Told(value=found.urgency, place=f"{place}/urgency")
    yield "note", Told(value=found.ednote, place=f"{place}/ednote")
    line = rights(found.copyrightnotice, found.copyrightholder, found.usageterms)
    yield "rights", Told(value=line, place=f"{place}/copyrightnotice")
    yield from _people(found, place)
    yield from _subjects(found, place)
    if found.evolvedfrom:
        mention = {"title": found.headline or found.evolvedfrom, "external_id": found.evolvedfrom}
        yield "earlier[]", Told(value=mention, place=f"{place}/evolvedfrom")


def _body(found: ItemV1, place: str) -> Iterator[tuple[str, Told]]:
    """HTML where there is any. From 1.3 on a body may have any name behind `body_`."""
    named = {name: text for name, text in _further(found, "body_").items() if text.strip()}
    forms = (
        *(
            ("body_html", name)
            for name in ("body_html", "body_xhtml")
            if (getattr(found, name) or "").strip()
        ),
        *(("body_html", name) for name, text in named.items() if _is_markup(text)),
        *(("body_text", name) for name in ("body_text",) if (found.body_text or "").strip()),
        *(("body_text", name) for name, text in named.items() if not _is_markup(text)),
    )
    for field, name in forms[:1]:
        yield field, Told(value=named.get(name) or getattr(found, name), place=step(place, name))


def _further(found: ItemV1, beginning: str) -> Mapping[str, str]:
    """The texts whose names only begin as the standard says."""
    return {
        name: value
        for name, value in (found.model_extra or {}).items()
        if name.startswith(beginning) and isinstance(value, str)
    }


def _is_markup(text: str) -> bool:
    return text.lstrip().startswith("<") or "<p" in text


def _people(found: ItemV1, place: str) -> Iterator[tuple[str, Told]]:
    """Structured authors where there are any: a byline can only be guessed apart."""
    listed = [(n, each) for n, each in enumerate(found.authors or ()) if (each.name or "").strip()]
    for number, each in listed:
        signed = author((each.name or "").strip(), each.role, fitting.address(each.uri))
        yield "authors[]", Told(value=signed, place=f"{place}/authors/{number}")
    if not listed:
        for name, role in byline_names(found.byline):
            yield "authors[]", Told(value=author(name, role), place=f"{place}/byline")


def _subjects(found: ItemV1, place: str) -> Iterator[tuple[str, Told]]:
    for number, service in enumerate(found.service or ()):
        if number == 0:
            yield "section", Told(value=service.name, place=f"{place}/service/0/name")
    for number, keyword in enumerate(found.keywords or ()):
        yield "keywords[]", Told(value=keyword, place=f"{place}/keywords/{number}")
    for member, several in (("subject", found.subject), ("place", found.place)):
        for number, named in enumerate(several or ()):
            yield "keywords[]", Told(value=named.name, place=f"{place}/{member}/{number}/name")


def _picture(found: ItemV1, place: str) -> Told | None:
    """The picture that this item is. Superdesk puts the text for those who cannot see it into the body."""
    best = best_picture([each for each in (found.renditions or {}).values() if each is not None])
    caption = found.description_text or fitting.without_markup(found.description_html) or found.headline
    credit = found.byline or found.copyrightholder
    made = picture(best, alt=found.body_text, caption=caption, credit=credit)
    return Told(value=made, place=place) if made else None
