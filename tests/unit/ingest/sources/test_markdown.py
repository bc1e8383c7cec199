"""The dialect of Markdown: front matter of several tools, CommonMark, and what is refused with the fix."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.refusal import Refused
from ingest.source_profile import SourceProfile
from ingest.sources import Delivery, Placed
from ingest.sources.dialect import NO_PROFILE
from ingest.sources.markdown import EXAMPLE, read_markdown
from ingest.submission import to_content
from newsloom_schemas.submission import Submission

KYIV = SourceProfile(timezone="Europe/Kyiv")


def read(text: str, profile: SourceProfile = NO_PROFILE, /, **options: str) -> Submission:
    (said,) = read_markdown(Delivery(body=text.encode(), options=options, profile=profile))
    assert isinstance(said, Placed)
    return said.submission


def headed(front: str, text: str = "The bridge is open.") -> str:
    return f"---\nid: bridge-1\ntitle: Bridge\n{front}\n---\n{text}\n"


def refusal(text: str, **options: str) -> tuple[str, str, str]:
    with pytest.raises(Refused) as refused:
        read(text, **options)
    error = refused.value.errors[0]
    return error.pointer, error.code, error.detail


@pytest.mark.parametrize(
    ("front", "field", "value"),
    [
        ("description: Short.", "lead", "Short."),
        ("summary: Short.", "lead", "Short."),
        ("lang: ru", "language", "ru"),
        ("locale: pt-BR", "language", "pt-BR"),
        ("section: City", "section", "City"),
        ("category: City", "section", "City"),
        ("tags: [a, b]", "keywords", ("a", "b")),
        ("tags: a, b", "keywords", ("a", "b")),
        ("tags:\n  - a\n  - b", "keywords", ("a", "b")),
        ("author: Ines Falk", "authors", ("Ines Falk",)),
        ("authors: [Ines Falk, Ole Brandt]", "authors", ("Ines Falk", "Ole Brandt")),
        ("canonicalURL: https://paper.example/a", "canonical_url", "https://paper.example/a"),
        ("urgency: 3", "urgency", 3),
        ("revision: 12", "revision", 12),
        ("copyright: © Paper", "rights", "© Paper"),
        ("note:", "note", None),
        ("layout: post\nweight: 10", "note", None),
    ],
)
def test_front_matter_speaks_the_words_of_its_tools(front: str, field: str, value: Any) -> None:
    assert getattr(read(headed(front)), field) == value


def test_the_first_category_is_the_section_and_the_others_are_keywords() -> None:
    submission = read(headed("categories: [City, Transport]\ntags: [bridge]"))
    assert (submission.section, submission.keywords) == ("City", ("bridge", "Transport"))
    submission = read(headed("section: News\ncategories: [City]"))
    assert (submission.section, submission.keywords) == ("News", ("City",))


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-11-05T09:30:00+03:00", "2026-11-05 06:30:00+00:00"),
        ("2026-11-05 09:30:00 +0300", "2026-11-05 06:30:00+00:00"),
        ("2026-11-05T06:30:00Z", "2026-11-05 06:30:00+00:00"),
        ("2026-11-05 08:30", "2026-11-05 06:30:00+00:00"),
        ("2026-11-05", "2026-11-04 22:00:00+00:00"),
        ("2026-07-05", "2026-07-04 21:00:00+00:00"),
        ("Thu, 05 Nov 2026 08:30:00 +0200", "2026-11-05 06:30:00+00:00"),
    ],
)
def test_a_time_without_an_offset_is_read_where_the_source_is_at_home(written: str, utc: str) -> None:
    assert str(read(headed(f"date: {written}"), KYIV).published_at) == utc


def test_without_a_profile_times_are_utc() -> None:
    assert str(read(headed("date: 2026-11-05")).published_at) == "2026-11-05 00:00:00+00:00"


@pytest.mark.parametrize(
    "written", ["yesterday", "1793865600", "2026-13-05", "05.11.2026", "0001-01-01T00:00:00+05:00", "x" * 999]
)
def test_a_time_that_is_none_is_refused(written: str) -> None:
    assert refusal(headed(f"date: {written}"))[:2] == ("/date", "time")


def test_the_revision_is_said_or_is_the_time_of_the_last_change() -> None:
    changed = headed("lastmod: 2026-11-05T09:30:00Z")
    assert read(changed).revision == 1793871000000
    assert read(changed, revision="5").revision == 5
    assert read(headed("lastmod: 2026-11-05T09:30:00Z\nrevision: 4")).revision == 4
    assert read(headed("date: 2026-11-05")).revision == 1


def test_the_headline_is_the_title_or_the_first_line() -> None:
    for text in ("# Bridge *opens*\n\nText.", "Bridge opens\n====\n\nText."):
        submission = read(text, external_id="a")
        assert (submission.headline.replace("*", ""), submission.body_html) == (
            "Bridge opens",
            "<p>Text.</p>",
        )
    repeated = read("---\nid: a\ntitle: Bridge\n---\n# Bridge\n\nText.")
    assert repeated.body_html == "<p>Text.</p>"
    another = read("---\nid: a\ntitle: Bridge\n---\n# Part one\n\nText.")
    assert another.body_html == "<h1>Part one</h1>\n<p>Text.</p>"


def test_raw_html_is_sanitised_and_pictures_are_told_beside_the_body() -> None:
    submission = read(
        headed(
            "canonical_url: https://paper.example/city/a",
            "A <b>bold</b> <script>x()</script>word. ![At dawn](/img/a.jpg) ![](data:image/png;base64,AA)",
        )
    )
    assert to_content(submission).body_html == "<p>A <b>bold</b> word.  </p>"
    assert [(image.url, image.alt) for image in submission.images] == [
        ("https://paper.example/img/a.jpg", "At dawn")
    ]


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        (headed("draft: true"), "/draft", "draft"),
        (headed("published: false"), "/published", "draft"),
        (headed("expires: 2027-01-01"), "/expires", "extra_forbidden"),
        (headed("'a b\x7e': x"), "", "extra_forbidden"),
        (headed("a: &x b\nnote: *x"), "", "front-matter"),
        (headed("note: " + "[" * 100), "", "front-matter"),
        (headed("note: " + "x" * 30_000), "", "front-matter"),
        (headed("tags: [" + "a, " * 3000 + "]"), "", "front-matter"),
        (headed('note: "\\ud800"'), "", "front-matter"),
        (headed("? [a]\n: b"), "", "front-matter"),
        (headed("lang: xx-invalid"), "/lang", "value_error"),
        (headed("author: [[a]]"), "/author/0", "author_form"),
        (headed("image: javascript:x"), "/image/0/url", "value_error"),
        (headed("", "  "), "/body", "empty"),
        ("---\ntitle: a\n", "", "front-matter"),
        ("+++\ntitle = 'a'\n+++\ntext", "", "front-matter"),
        ("---\n- a\n---\ntext", "", "front-matter"),
        ("---\nid: a\n---\ntext", "/title", "missing"),
        ("# Bridge\n\ntext", "/id", "missing"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_place(text: str, pointer: str, code: str) -> None:
    assert refusal(text)[:2] == (pointer, code)


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read(headed("title: Another"))
    assert refused.value.code == "duplicate-key"


def test_no_object_is_ever_made_from_front_matter() -> None:
    assert refusal(headed("note: !!python/object/apply:os.getcwd []"))[0] == "/note"
    assert read(headed("note: !!python/name:os.system x")).note == "x"


def test_the_example_of_the_documentation_reads_the_same_with_windows_line_ends() -> None:
    assert read(EXAMPLE) == read(EXAMPLE.replace("\n", "\r\n"))


@settings(deadline=None)
@given(st.text(st.sampled_from("---\n: []{}&*!|>'\"#%@`a1ж\t"), max_size=60))
def test_whatever_the_front_matter_it_is_read_or_refused(front: str) -> None:
    with suppress(Refused):  # and nothing else
        read(f"---\n{front}\n---\n# A\n\nb", external_id="a")
