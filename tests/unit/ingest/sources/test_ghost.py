"""Ghost's webhooks: what a post says about itself decides what becomes of the article."""

import json
from typing import Any

import pytest

from ingest.outcome import Ignored
from ingest.refusal import Refused
from ingest.source_profile import SourceProfile
from ingest.sources import Delivery, Placed, Withdrawal
from ingest.sources.ghost import read_ghost
from ingest.sources.hold import ENDLESS, NOTHING
from newsloom_schemas.submission import Submission, SubmittedAuthor
from tests.deliveries import ghost

PUBLIC = SourceProfile.model_validate({"ghost": {"secrets": [ghost.SECRET]}})
EVERYBODY = SourceProfile.model_validate(
    {"ghost": {"secrets": [ghost.SECRET], "visibilities": ["public", "members", "paid"]}}
)


def payload(file: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ghost.HERE / file).read_bytes())
    return document


def said(document: object, profile: SourceProfile = PUBLIC) -> Any:
    (part,) = read_ghost(Delivery(body=json.dumps(document).encode(), profile=profile))
    return part


def submitted(document: object, profile: SourceProfile = PUBLIC) -> Submission:
    part = said(document, profile)
    assert isinstance(part, Placed)
    return part.submission


def errors(document: object) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        said(document)
    return {error.pointer: error.code for error in refused.value.errors}


def test_a_published_post_is_an_article() -> None:
    found = submitted(payload("published.json"))
    assert found.external_id == "ghost:0f3f0c1e-52f0-4ab1-8d0a-93d0b1e44a10"
    assert found.revision == 1_793_860_202_000
    assert found.headline == "Cooper's Hill gives up its last allotment"
    assert found.lead == "Forty-one plots, ninety summers, one water tower."
    assert found.section == "City"
    assert found.authors == (
        SubmittedAuthor(name="Ines Falk", uri="https://gazette.example/author/ines/"),
        SubmittedAuthor(name="Ole Brandt", uri="https://gazette.example/author/ole/"),
    )
    assert found.canonical_url == "https://gazette.example/coopers-hill/"
    (picture,) = found.images
    assert picture.alt == "A wheelbarrow full of pumpkins"
    assert picture.caption == "The last barrow.  Photo: Ole Brandt & daughter"
    assert found.embargo_until is None


def test_tags_of_the_desk_stay_at_the_desk() -> None:
    assert submitted(payload("published.json")).keywords == ("City", "Council")


def test_a_changed_post_is_a_higher_revision_of_the_same_article() -> None:
    first, second = submitted(payload("published.json")), submitted(payload("edited.json"))
    assert first.external_id == second.external_id
    assert first.revision < second.revision


def test_a_deleted_post_is_withdrawn_for_ever() -> None:
    part = said(payload("deleted.json"))
    assert isinstance(part, Withdrawal)
    assert part.external_id == "ghost:5d2c4b9a-8e61-4b0d-9f70-0c9a1b7e6d21"


def test_an_unpublished_post_is_withheld_and_can_come_back() -> None:
    published, unpublished = submitted(payload("edited.json")), said(payload("unpublished.json"))
    assert isinstance(unpublished, Submission), "a kill would be for ever"
    assert unpublished.external_id == published.external_id
    assert unpublished.revision > published.revision
    assert unpublished.embargo_until == ENDLESS
    assert unpublished.body_text == NOTHING


def test_what_is_for_members_never_enters_the_log() -> None:
    part = said(payload("members_only.json"))
    assert isinstance(part, Submission)
    assert part.embargo_until == ENDLESS
    assert "машинку" not in part.model_dump_json()


def test_a_source_may_say_that_its_members_posts_are_for_its_readers() -> None:
    assert "машинку" in (submitted(payload("members_only.json"), EVERYBODY).body_html or "")


@pytest.mark.parametrize("file", ["page_published.json", "draft_saved.json"])
def test_pages_and_drafts_are_no_articles(file: str) -> None:
    assert isinstance(said(payload(file)), Ignored)


@pytest.mark.parametrize("document", [{}, {"member": {"current": {}, "previous": {}}}])
def test_what_is_about_no_post_is_ignored(document: object) -> None:
    assert isinstance(said(document), Ignored)


@pytest.mark.parametrize(
    ("field", "value", "pointer", "code"),
    [
        ("uuid", None, "/post/current/uuid", "missing"),
        ("updated_at", None, "/post/current/updated_at", "missing"),
        ("title", "t" * 501, "/post/current/title", "too_long"),
        ("title", "", "/post/current/title", "missing"),
        ("published_at", "yesterday", "/post/current/published_at", "value_error"),
        ("tags", [{"name": "k" * 201}], "/post/current/tags/0/name", "too_long"),
        ("authors", [{"name": "n" * 201}], "/post/current/authors/0", "too_long"),
        ("custom_excerpt", "x" * 5001, "/post/current/custom_excerpt", "too_long"),
    ],
)
def test_a_refusal_points_into_ghosts_own_document(field: str, value: Any, pointer: str, code: str) -> None:
    document = payload("published.json")
    document["post"]["current"][field] = value
    assert errors(document) == {pointer: code}


def test_a_post_without_text_says_what_to_do() -> None:
    document = payload("published.json")
    document["post"]["current"] |= {"html": None, "plaintext": None}
    assert errors(document) == {"/post/current/html": "missing"}


def test_an_address_that_nobody_could_follow_is_left_out() -> None:
    document = payload("published.json")
    document["post"]["current"] |= {"feature_image": "/content/images/a.jpg", "url": "data:text/html,x"}
    found = submitted(document)
    assert found.images == ()
    assert found.canonical_url is None


def test_every_sample_is_written_as_ghost_writes() -> None:
    for file in ghost.HERE.glob("*.json"):
        said(json.loads(file.read_bytes()))
