"""How a copied page is handed on as a submission."""

from datetime import UTC, datetime

import pytest

from ingest.refusal import Refused
from ingest.source_profile import SourceProfile
from ingest.sources import Delivery
from ingest.sources.page import EarlierHint, Page, Teaser
from ingest.sources.page_submission import (
    default_external_id,
    preview_page,
    read_page,
    to_submission,
)
from tests.integration.ingest.test_front_door import PAGE

TAKEN_APART = Page(
    section="City",
    headline="Harbour bridge reopens",
    lead="The first cars crossed at dawn.",
    paragraphs=("One.", "Two."),
    authors=("Ines Falk", "Ole Brandt"),
    earlier=(EarlierHint(text="the bridge was closed in June", outlet="Harbour Paper", line="Earlier ..."),),
    teasers=(Teaser(title="Ferry late", lead=None, age="2 minutes ago"),),
    language="en",
)


def test_everything_but_the_teasers_is_handed_on() -> None:
    sent = to_submission(TAKEN_APART, {})
    assert (sent.section, sent.headline, sent.lead) == ("City", TAKEN_APART.headline, TAKEN_APART.lead)
    assert sent.body_text == "One.\n\nTwo."
    assert sent.authors == ("Ines Falk", "Ole Brandt")
    assert [mention.title for mention in sent.earlier] == ["the bridge was closed in June"]
    assert sent.language == "en"
    assert "Ferry" not in sent.model_dump_json()


def test_without_an_id_the_headline_decides_which_article_it_is() -> None:
    assert to_submission(TAKEN_APART, {}).external_id == default_external_id("harbour  BRIDGE reopens")
    assert default_external_id("another") != default_external_id("headline")
    assert to_submission(TAKEN_APART, {"external_id": "a/7", "revision": "12"}).external_id == "a/7"
    assert to_submission(TAKEN_APART, {"external_id": "a/7", "revision": "12"}).revision == 12


@pytest.mark.parametrize("revision", ["0", "-1", "1.5", "01", "", "x", "9007199254740992", "٣"])
def test_a_revision_is_a_whole_number(revision: str) -> None:
    with pytest.raises(Refused) as refused:
        to_submission(TAKEN_APART, {"revision": revision})
    assert (refused.value.errors[0].pointer, refused.value.errors[0].in_query) == ("/revision", True)


def test_the_language_given_is_used_where_the_text_does_not_decide() -> None:
    unknown = Page(**{**vars(TAKEN_APART), "language": None})
    assert to_submission(unknown, {"language": "pt-BR"}).language == "pt-BR"
    assert to_submission(TAKEN_APART, {"language": "pt-BR"}).language == "en"


def test_a_page_with_another_platforms_line_ends_is_the_same_submission() -> None:
    unix, windows = (read_page(Delivery(body=text.encode())) for text in (PAGE, PAGE.replace("\n", "\r\n")))
    assert unix == windows


COPIED = b"""City
Harbour bridge reopens after repairs
5 November 2026, 09:15
The first cars crossed at dawn, three weeks ahead of plan.
The bridge over the northern harbour reopened on Thursday, Reuters reported.
Earlier, Harbour Gazette reported that the bridge was closed in June.
By Ines Falk
Tags: bridge, harbour
Latest news
Ferry runs late
Fog held it in port.
2 minutes ago
"""
NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


def delivered(**options: str) -> Delivery:
    profile = SourceProfile(outlet="Harbour Gazette", timezone="Europe/Kyiv")
    return Delivery(body=COPIED, options=options, received_at=NOON, profile=profile)


def test_the_preview_shows_every_part_and_what_would_be_published() -> None:
    shown = preview_page(delivered(external_id="bridge"))
    assert shown["teasers"] == [
        {
            "title": "Ferry runs late",
            "lead": "Fog held it in port.",
            "age": "2 minutes ago",
            "earliest": "2026-11-05T11:57:00Z",
            "latest": "2026-11-05T11:58:00Z",
        }
    ]
    assert (shown["captured_at"], shown["timezone"]) == ("2026-11-05T12:00:00Z", "Europe/Kyiv")
    assert (shown["attributions"], shown["left_out"]) == (
        ["Reuters"],
        ["Tags: bridge, harbour", "Latest news"],
    )
    article = shown["article"]
    assert (article["external_id"], article["keywords"]) == ("bridge", ["bridge", "harbour"])
    assert article["published_at"] == "2026-11-05T07:15:00Z"
    assert "Ferry" not in str(article)


def test_options_stand_before_what_is_registered_for_the_source() -> None:
    shown = preview_page(delivered(captured_at="2026-11-05T10:00:00+02:00", timezone="Europe/Madrid"))
    assert (shown["captured_at"], shown["timezone"]) == ("2026-11-05T08:00:00Z", "Europe/Madrid")
    assert shown["article"]["published_at"] == "2026-11-05T08:15:00Z"
    assert shown["earlier"][0]["outlet"] == "Harbour Gazette"
    assert preview_page(delivered(outlet="River Post"))["earlier"] == []


def test_the_moment_of_the_copy_changes_nothing_of_what_is_published() -> None:
    assert read_page(delivered()) == read_page(delivered(captured_at="2027-03-01T00:00:00Z"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("captured_at", "yesterday"),
        ("captured_at", "2026-11-05T10:00:00"),
        ("captured_at", "1762336800"),
        ("captured_at", ""),
        ("captured_at", "9999-12-31T23:59:59-12:00"),
        ("captured_at", "0001-01-01T00:00:00Z"),
        ("timezone", "Europe/Atlantis"),
        ("timezone", "../../etc/passwd"),
        ("timezone", "x" * 300),
    ],
)
def test_an_option_that_says_no_moment_or_no_place_is_refused(name: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        preview_page(delivered(**{name: value}))
    assert (refused.value.errors[0].pointer, refused.value.errors[0].in_query) == (f"/{name}", True)
    assert not value or value not in str(refused.value.errors)
