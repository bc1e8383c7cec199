"""What a news object means: an article, one withheld, one withdrawn, a package of articles, or none."""

import re
from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from ingest.outcome import Ignored
from ingest.refusal import invalid_field
from ingest.source_profile import NinjsHabits
from ingest.sources.dialect import Placed, Said, Withdrawal
from ingest.sources.draft import Draft
from ingest.sources.hold import hold
from ingest.sources.ninjs.item import Item
from ingest.sources.places import in_their_words
from ingest.sources.revisions import milliseconds
from ingest.strict_json import refuse_fields
from newsloom_schemas.types import MAX_REVISION

_DIGITS = re.compile(r"[1-9][0-9]{0,15}")
_ARTICLES = (None, "text", "composite")
_PICTURES = ("picture", "graphic")


def said_of(item: Item, habits: NinjsHabits) -> Sequence[Said]:
    """What an item and those inside it say. Raises Refused with pointers into the document."""
    if item.kind not in _ARTICLES:
        return (Ignored(why="newsloom takes items of the type text; pictures belong to the text they show"),)
    if item.kind == "composite" and not item.has_body:
        return _package(item, habits)
    return (_article(item, habits),)


def _package(item: Item, habits: NinjsHabits) -> Sequence[Said]:
    """The articles that come inside a package; those it only refers to come by themselves."""
    inside = [each for each in item.associated if each.kind in _ARTICLES and each.has_body]
    if item.status == "usable" and inside:
        return tuple(_article(each, habits) for each in inside)
    return (Ignored(why="a package is no article; the articles in it come by themselves"),)


def _article(item: Item, habits: NinjsHabits) -> Said:
    external_id = str(item.uri.value or "").strip()
    if not external_id:
        raise invalid_field(item.uri.place, "missing", "give the item its identifier")
    if item.status == "canceled":
        return Withdrawal(external_id=external_id, reason="canceled by its source")
    if item.status == "withheld":
        return _held(item, external_id)
    return _submission(item, external_id, habits)


def _held(item: Item, external_id: str) -> Said:
    places = {"/external_id": item.uri.place, "/revision": item.version.place}
    try:
        return hold(external_id=external_id, revision=_revision(item), headline=item.headline.value)
    except ValidationError as error:
        raise in_their_words(refuse_fields(error), places) from None


def _submission(item: Item, external_id: str, habits: NinjsHabits) -> Placed:
    if not item.has_body:
        raise invalid_field(item.body_place, "missing", "send the text of the item as HTML or plain")
    if not (item.headline.value or "").strip():
        raise invalid_field(item.headline.place, "missing", "give the item a headline")
    draft = Draft()
    draft.put("external_id", external_id, item.uri.place)
    draft.put("revision", _revision(item), item.version.place)
    draft.put("headline", item.headline.value, item.headline.place)
    for name, told in item.content:
        if name == "note" and not habits.public_ednote:
            continue
        if name.endswith("[]"):
            draft.add(name.removesuffix("[]"), told.value, told.place)
        else:
            draft.put(name, told.value, told.place)
    for shown in _pictures(item):
        draft.add("images", shown.picture.value if shown.picture else None, shown.place)
    return draft.finished()


def _pictures(item: Item) -> Iterator[Item]:
    return (each for each in item.associated if each.kind in _PICTURES and each.picture is not None)


def _revision(item: Item) -> int:
    """`version` where it counts, else the time at which the version was made. Raises Refused."""
    version = str(item.version.value or "").strip()
    if _DIGITS.fullmatch(version) and int(version) <= MAX_REVISION:
        return int(version)
    if item.changed_at.value is None:
        raise invalid_field(
            item.changed_at.place, "missing", "number the versions of an item, or say when each was made"
        )
    return milliseconds(item.changed_at.value)
