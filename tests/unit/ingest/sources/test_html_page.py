"""The dialect of saved pages: each fixture gives exactly what is expected of it, or the refusal that is."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.refusal import Refused
from ingest.source_profile import SourceProfile
from ingest.sources import Delivery, Placed
from ingest.sources.dialect import NO_PROFILE
from ingest.sources.html_page import EXAMPLE, read_html
from ingest.submission import to_content
from newsloom_schemas.submission import Submission
from tests.deliveries.html import FOLDER

EXPECTED = Path(__file__).parent / "html_pages"
PAGES = sorted(path.stem for path in FOLDER.glob("*.html"))


def read(page: str | bytes, profile: SourceProfile = NO_PROFILE, /, **options: str) -> Submission:
    body = page.encode() if isinstance(page, str) else page
    (said,) = read_html(Delivery(body=body, options=options, profile=profile))
    assert isinstance(said, Placed)
    return said.submission


def code_of(page: str, **options: str) -> str | None:
    """Why a page is refused, None when it is read."""
    try:
        read(page, **options)
    except Refused as refused:
        return refused.code
    return None


def outcome(page: bytes) -> dict[str, Any]:
    """What becomes of a page, clean, as a document."""
    try:
        submission = read(page, SourceProfile(timezone="Europe/Kyiv"))
    except Refused as refused:
        return {"refused": refused.code, "detail": refused.detail}
    clean = json.loads(to_content(submission).model_dump_json(exclude_none=True, exclude_defaults=True))
    return {"external_id": submission.external_id, "revision": submission.revision, **clean}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_gives_exactly_what_is_expected(name: str) -> None:
    expected = json.loads((EXPECTED / f"{name}.json").read_text())
    assert outcome((FOLDER / f"{name}.html").read_bytes()) == expected


def test_every_expectation_has_its_page() -> None:
    assert sorted(path.stem for path in EXPECTED.glob("*.json")) == PAGES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251", "koi8-r"])
def test_a_page_is_read_in_the_encoding_that_it_names(encoding: str) -> None:
    page = (
        f'<html><head><meta charset="{encoding}"><title>Мост открыт</title></head><body><article>'
        "<p>Мост через гавань открыли в четверг после ремонта.</p></article></body></html>"
    )
    assert read(page.encode(encoding), external_id="a").headline == "Мост открыт"


def test_a_page_that_was_sent_as_utf_8_is_that_whatever_it_says() -> None:
    page = '<meta charset="windows-1251"><title>Мост открыт</title><p>Мост открыли в четверг.</p>'
    assert read(page, external_id="a").headline == "Мост открыт"


@pytest.mark.parametrize(
    "page",
    [
        "<title>Мост</title><p>Мост открыли.</p>".encode("cp1251"),
        '<meta charset="utf-8"><p>Мост открыли.</p>'.encode("cp1251"),
        b'<meta charset="utf-7"><p>+ADw-script+AD4-\xff</p>',
        b'<meta charset="rot13"><p>\xff</p>',
        b'<meta charset="no-such"><p>\xff</p>',
        b'<meta charset="windows-1251"><p>\x98</p>',
    ],
)
def test_bytes_that_nobody_can_read_for_certain_are_refused(page: bytes) -> None:
    with pytest.raises(Refused, match="UTF-8") as refused:
        read(page, external_id="a")
    assert refused.value.code == "not-utf8"


def test_options_are_stronger_than_the_page() -> None:
    page = EXAMPLE.replace('<html lang="en">', "<html>")
    submission = read(page, external_id="a", revision="7", language="en-GB")
    assert (submission.external_id, submission.revision, submission.language) == ("a", 7, "en-GB")
    with pytest.raises(Refused):
        read(page, revision="0")


def test_a_page_without_an_address_needs_an_id() -> None:
    page = "<title>Bridge</title><p>The bridge is open.</p>"
    with pytest.raises(Refused) as refused:
        read(page)
    assert [(error.pointer, error.in_query) for error in refused.value.errors] == [("/external_id", True)]
    assert read(page, external_id="a").headline == "Bridge"


def test_times_without_an_offset_are_those_of_the_source() -> None:
    page = EXAMPLE.replace("2026-11-05T06:30:00Z", "2026-11-05 08:30")
    submission = read(page, SourceProfile(timezone="Europe/Kyiv"))
    assert str(submission.published_at) == "2026-11-05 06:30:00+00:00"


@pytest.mark.parametrize(
    "furniture",
    [
        '<div class="most-read"><p>{}</p></div>',
        '<div class="c-recirculation__list"><p>{}</p></div>',
        '<section id="newsletter"><p>{}</p></section>',
        "<aside><p>{}</p></aside>",
        '<div role="complementary"><p>{}</p></div>',
        "<div hidden><p>{}</p></div>",
        "<form><p>{}</p></form>",
    ],
)
def test_what_surrounds_a_short_article_stays_out(furniture: str) -> None:
    text = "<p>The bridge is closed until morning.</p>\n<p>The ferry sails.</p>"
    page = f"<title>Bridge closed</title><article>{text}{furniture.format('Swan stops tram.')}</article>"
    assert read(page, external_id="a").body_html == text


def test_pictures_kept_within_the_file_do_not_count_as_text() -> None:
    picture = f"<img alt=Boats src='data:image/png;base64,{'A' * 500_000}' title='{'x' * 500_000}'>"
    submission = read(EXAMPLE.replace("</h1>", f"</h1><p>{picture}It is open.</p>"))
    assert len(submission.body_html or "") < 1000
    assert submission.images == ()


def test_the_same_page_says_the_same() -> None:
    assert read(EXAMPLE) == read(EXAMPLE)


_SCRIPT = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["NewsArticle", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "@type @id @graph headline author name url image publisher articleSection keywords width"
                " caption datePublished mainEntityOfPage articleBody isAccessibleForFree description".split()
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)  # the first page loads the libraries
@given(_SCRIPT)
def test_whatever_a_page_describes_it_is_read_or_refused(described: Any) -> None:
    script = json.dumps({"@type": "NewsArticle", "x": 1, "y": described})
    page = EXAMPLE.replace("</head>", f'<script type="application/ld+json">{script}</script></head>')
    merged = EXAMPLE.replace(
        "</head>", f'<script type="application/ld+json">{json.dumps(described)}</script></head>'
    )
    assert {code_of(page), code_of(merged)} <= {None, "not-a-page", "invalid"}


_MARKUP = st.sampled_from(
    """
    <p> </p> <div~class=related> </div> <h1> </h1> <article> </article> <ul> <li> <ol> </ol> <table> <td> <b>
    </b> <script> </script> <svg> <template> <main> <figure> <img~src=a> <!-- --> <time~datetime=x> <title>
    <meta~content=x> <meta~property=og:title~content=A> </title> <body> </html> words ж &lt; <blockquote>
    """.split()
).map(lambda piece: piece.replace("~", " "))


@settings(deadline=None)  # the first page loads the libraries
@given(st.lists(_MARKUP, max_size=25).map(" ".join))
def test_whatever_a_page_is_made_of_it_is_read_or_refused(markup: str) -> None:
    assert code_of(markup or "x", external_id="a") in (None, "not-a-page", "invalid", "empty-body")
