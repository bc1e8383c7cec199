"""How a copied page is handed on as a submission."""

import pytest

from ingest.refusal import Refused
from ingest.sources import Delivery
from ingest.sources.page import EarlierHint, Page, Teaser
from ingest.sources.page_submission import default_external_id, read_page, to_submission
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
