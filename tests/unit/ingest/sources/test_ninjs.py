"""News in JSON: three generations of a format, one meaning."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.outcome import Ignored
from ingest.refusal import Refused
from ingest.source_profile import SourceProfile
from ingest.sources import Delivery, Placed, Said, Withdrawal
from ingest.sources.hold import ENDLESS
from ingest.sources.ninjs.names import byline_names
from ingest.sources.ninjs_items import read_ninjs
from ingest.sources.superdesk import read_superdesk
from newsloom_schemas.submission import Submission, SubmittedAuthor
from tests.deliveries import ninjs, superdesk

OPEN = SourceProfile.model_validate({"ninjs": {"public_ednote": True}})


def document(folder: Path, file: str, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / file).read_bytes()) | changes
    return {name: value for name, value in found.items() if value is not None}


def said(found: object, profile: SourceProfile | None = None) -> Sequence[Said]:
    return read_superdesk(Delivery(body=json.dumps(found).encode(), profile=profile or SourceProfile()))


def submitted(found: object, profile: SourceProfile | None = None) -> Submission:
    (part,) = said(found, profile)
    assert isinstance(part, Placed)
    return part.submission


def errors(found: object) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        read_ninjs(Delivery(body=json.dumps(found).encode()))
    return {error.pointer: error.code for error in refused.value.errors}


def test_ninjs_1_says_it_all_in_flat_names() -> None:
    found = submitted(document(ninjs.HERE, "v1_text.json"))
    assert found.external_id == "http://wire.example/items/20261105-0044"
    assert found.revision == 2
    assert found.authors == ("Paula Santer", "Frank d'Elisio")
    assert found.lead == "Volunteers spent eleven winters on the sluices."
    assert (found.body_html or "").startswith("<p>ORNE"), "HTML is preferred to plain text"
    assert found.keywords == ("heritage", "Orne")
    assert found.rights == "© Northern Wire Not for use after 30 days."
    assert found.urgency == 4
    assert found.language == "en-GB"


def test_of_a_pictures_renditions_the_one_for_screens_is_kept() -> None:
    (picture,) = submitted(document(ninjs.HERE, "v1_text.json")).images
    assert picture.url == "https://pictures.wire.example/ph9-main.jpg"
    assert picture.caption == "The wheel of the tidal mill on Thursday morning."
    assert picture.credit == "Paula Santer"
    (of_superdesk,) = submitted(document(superdesk.HERE, "published.json")).images
    assert of_superdesk.url.endswith("base.jpg")
    assert of_superdesk.alt == "Waves break over a low wall of dark stone"


def test_without_a_version_the_time_of_the_version_orders() -> None:
    found = submitted(document(ninjs.HERE, "v1_named_bodies.json"))
    assert found.revision == 1_793_870_130_250
    assert found.headline == "El mercado de Lavandera vuelve a abrir los domingos"
    assert (found.body_html or "").startswith("<p>Los puestos")
    assert found.authors == ("Lucía Arenal", "Tomás Ríos")
    assert found.urgency == 5


def test_ninjs_2_writes_lower_case_what_ninjs_3_writes_in_camel_case() -> None:
    lower = document(ninjs.HERE, "v2_text.json")
    camel = {
        {"versioncreated": "versionCreated", "firstcreated": "firstCreated", "pubstatus": "pubStatus"}.get(
            name, {"copyrightnotice": "copyrightNotice"}.get(name, name)
        ): value
        for name, value in lower.items()
    } | {"standard": {"version": "3.1"}}
    assert submitted(lower) == submitted(camel)
    found = submitted(lower)
    assert found.headline == "Fähre in Altenwerder liegt fest", "the main one, not the first"
    assert found.authors == ("Klara Hinz", "Jost Behm")
    assert found.revision == 5


def test_ninjs_3_gives_authors_their_roles_and_keeps_a_machines_tags_out() -> None:
    found = submitted(document(ninjs.HERE, "v3_text.json"))
    assert found.authors == (
        SubmittedAuthor(name="Глеб Ветров", role="корреспондент", uri="https://wire.example/people/vetrov"),
        SubmittedAuthor(name="Майя Лунина", role="фотограф"),
    )
    assert found.section == "Город"
    assert found.keywords == ("часы",), "Заречье was found by a machine"
    assert found.canonical_url == "https://wire.example/clock"
    (picture,) = found.images
    assert (picture.alt, picture.caption) == ("Башня с часами на фоне неба", "Часы на ратуше")
    assert found.published_at == datetime(2026, 11, 6, 8, 40, tzinfo=UTC)


def test_a_note_to_the_desk_is_shown_only_where_the_source_says_that_it_is_for_readers() -> None:
    correction = document(ninjs.HERE, "v3_correction.json")
    assert submitted(correction).note is None
    assert "mayor's office" in (submitted(correction, OPEN).note or "")


@pytest.mark.parametrize(
    ("folder", "file"), [(ninjs.HERE, "v3_canceled.json"), (superdesk.HERE, "killed.json")]
)
def test_a_canceled_item_is_withdrawn(folder: Path, file: str) -> None:
    (part,) = said(document(folder, file))
    assert isinstance(part, Withdrawal)
    assert part.external_id.startswith("urn:newsml:")


def test_a_withheld_item_can_come_back_and_leaves_its_text_behind() -> None:
    (part,) = said(document(ninjs.HERE, "v3_withheld.json"))
    assert isinstance(part, Submission)
    assert (part.revision, part.embargo_until) == (4, ENDLESS)
    assert "Not yet" not in part.model_dump_json()


def test_superdesks_own_members_are_understood() -> None:
    found = submitted(document(superdesk.HERE, "published.json"))
    assert found.external_id == superdesk.GUID + "aa01"
    assert found.authors == (
        SubmittedAuthor(name="Ines Falk", role="writer"),
        SubmittedAuthor(name="Marek Dole", role="editor"),
    )
    assert found.section == "Domestic"
    assert found.keywords == ("seawall", "county", "flood", "Gull Point"), "subjects without a name say none"
    assert found.modified_at == datetime(2026, 11, 5, 6, 30, tzinfo=UTC), "+0000 is an offset, too"


def test_an_update_mentions_the_story_that_it_evolved_from() -> None:
    (mention,) = submitted(document(superdesk.HERE, "update.json")).earlier
    assert mention.external_id == superdesk.GUID + "aa01"


def test_a_package_brings_the_articles_that_are_whole() -> None:
    (inside,) = said(document(superdesk.HERE, "package.json"))
    assert isinstance(inside, Placed)
    assert inside.submission.external_id == superdesk.GUID + "dd01"
    assert inside.places["/headline"] == "/associations/main/headline"


@pytest.mark.parametrize("file", ["package_of_references.json", "picture.json"])
def test_superdesk_hears_what_was_left_aside_and_others_that_nothing_was_there(file: str) -> None:
    found = document(superdesk.HERE, file)
    (part,) = said(found)
    assert isinstance(part, Ignored)
    assert errors(found) == {"/type": "no-article"}


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"uri": None}, "/uri", "missing"),
        ({"uri": " "}, "/uri", "missing"),
        ({"uri": "a\u202eb"}, "/uri", "value_error"),
        ({"headline": None}, "/headline", "missing"),
        ({"headline": "h" * 501}, "/headline", "too_long"),
        ({"body_xhtml": None, "body_text": "  "}, "/body_html", "missing"),
        ({"version": "draft", "versioncreated": None}, "/versioncreated", "missing"),
        ({"versioncreated": "yesterday"}, "/versioncreated", "value_error"),
        ({"embargoed": "2026-11-05T10:37:00"}, "/embargoed", "value_error"),
        ({"language": "klingon"}, "/language", "value_error"),
        ({"urgency": 12}, "/urgency", "less_than_equal"),
        ({"pubstatus": "spiked"}, "/pubstatus", "literal_error"),
        ({"subject": [{"name": "s" * 201}]}, "/subject/0/name", "too_long"),
        ({"byline": "b" * 300}, "/byline", "too_long"),
        ({"associations": {"a": {"headline": 7}}}, "/associations/a/headline", "string_type"),
    ],
)
def test_a_refusal_points_into_the_news_object(changes: dict[str, Any], pointer: str, code: str) -> None:
    assert errors(document(ninjs.HERE, "v1_text.json", **changes)) == {pointer: code}


def test_a_refusal_of_ninjs_3_points_into_its_lists() -> None:
    found = document(ninjs.HERE, "v3_text.json")
    found["descriptions"][0]["value"] = "d" * 5001
    assert errors(found) == {"/descriptions/0/value": "too_long"}
    assert errors(document(ninjs.HERE, "v3_text.json", bodies=None)) == {"/bodies": "missing"}
    found = document(ninjs.HERE, "v3_text.json", embargoedUntil="tomorrow")
    assert errors(found) == {"/embargoedUntil": "value_error"}


def test_a_key_that_is_no_name_is_not_repeated_in_a_pointer() -> None:
    package = document(superdesk.HERE, "package.json")
    whole = package["associations"]["main"] | {"headline": "h" * 501}
    assert errors(package | {"associations": {"the mayor's secret": whole}}) == {
        "/associations/headline": "too_long"
    }


def test_members_that_nobody_knows_are_allowed() -> None:
    plain = document(ninjs.HERE, "v1_text.json")
    assert submitted(plain | {"x_house": {"a": [1, None]}, "signal": []}) == submitted(plain)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee", (("Ann Lee", None),)),
        ("Von Jo Kern, dpa", (("Jo Kern", None), ("dpa", None))),
        ("Анна Сольская и Глеб Ветров", (("Анна Сольская", None), ("Глеб Ветров", None))),
        ("Ann Lee (photographer), Bo Ek", (("Ann Lee", "photographer"), ("Bo Ek", None))),
        ("Byron Wade", (("Byron Wade", None),)),
        ("  ", ()),
        (None, ()),
    ],
)
def test_a_byline_is_taken_apart(byline: str | None, names: tuple[tuple[str, str | None], ...]) -> None:
    assert byline_names(byline) == names
