"""What the sanitiser keeps and what it takes away."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import TooDeep, body_from_html, body_from_text, is_blank, plain
from newsloom_schemas.text import plain_text

HOSTILE = [
    "<script>steal()</script>",
    "<SCRIPT SRC=//t.example/x.js></SCRIPT>",
    "<scr<script>ipt>shown()</scr</script>ipt>",
    "<img src=//t.example/pixel>",
    "<img src=x onerror=steal()>",
    "<p onclick=steal()>t</p>",
    "<p style='background:url(//t.example)' class=x id=y>t</p>",
    "<a href='javascript:steal()'>t</a>",
    "<a href='JaVaScRiPt:steal()'>t</a>",
    "<a href='java&#x09;script:steal()'>t</a>",
    "<a href='java\u200bscript:steal()'>t</a>",
    "<a href='java&#x200b;script:steal()'>t</a>",
    "<a href='&#x01;javascript:steal()'>t</a>",
    "<a href='data:text/html,<script>steal()</script>'>t</a>",
    "<a href='vbscript:steal()'>t</a>",
    "<a href='https://user:password@t.example/'>t</a>",
    "<iframe src=//t.example></iframe>",
    "<iframe srcdoc='<script>steal()</script>'></iframe>",
    "<object data=//t.example><embed src=//t.example></object>",
    "<form action=//t.example><button formaction='javascript:steal()'>t</button></form>",
    "<svg><script>steal()</script></svg>",
    "<svg onload=steal()><a xlink:href='javascript:steal()'>t</a></svg>",
    "<svg></p><style><a title='</style><img src=x onerror=steal()>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=steal()>",
    "<math href='javascript:steal()'>t</math>",
    "<noscript><p title='</noscript><img src=x onerror=steal()>'>",
    "<template><img src=x onerror=steal()></template>",
    "<base href=//t.example><link rel=stylesheet href=//t.example>",
    "<meta http-equiv=refresh content='0;url=//t.example'>",
    "<video src=//t.example autoplay><source src=//t.example></video>",
    "<style>@import '//t.example'</style>",
    "<!--><img src=x onerror=steal()>-->",
    "<p>\u202ereversed\u202c &#x202e;too</p>",
    "<td colspan='1 onerror=steal()'>t</td>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_hostile_is_left(hostile: str) -> None:
    kept = body_from_html(f"<p>before</p>{hostile}<p>after</p>", base="https://paper.example/story")
    lowered = kept.lower()
    for never in (
        "steal",
        "script",
        "t.example",
        "onerror",
        "onclick",
        "style",
        "class",
        "password",
        "<img",
        "<svg",
        "\u202e",
        "\u200b",
    ):
        assert never not in lowered, kept
    assert "before" in kept


def test_the_structure_of_an_article_stays() -> None:
    article = (
        "<h2>Part</h2>\n<p>A <strong>b</strong> <em>c</em>"
        ' <a href="https://paper.example/x" rel="noopener nofollow">d</a></p>'
        "<ul><li>e</li></ul><blockquote><p>f</p></blockquote>"
        "<figure><figcaption>g</figcaption></figure>"
        '<table><tbody><tr><td colspan="2">h</td></tr></tbody></table>'
    )
    assert body_from_html(article) == article


def test_blocks_that_are_not_allowed_still_separate_their_texts() -> None:
    assert body_from_html("<div>one</div><div><div>two</div></div><section>three</section>") == (
        "<p>one</p><p>two</p><p>three</p>"
    )
    assert body_from_html("<h1>title</h1>") == "<h2>title</h2>"


def test_relative_links_are_resolved_or_become_text() -> None:
    link = '<p><a href="../a?b=c#d">x</a></p>'
    resolved = '<p><a href="https://paper.example/a?b=c#d" rel="noopener nofollow">x</a></p>'
    assert body_from_html(link, base="https://paper.example/city/story") == resolved
    assert body_from_html(link) == "<p>x</p>"


def test_text_becomes_paragraphs_and_shows_as_it_was_written() -> None:
    body = body_from_text("a < b & c\r\n\r\n  second\u00a0line \n\n\u200b\n<script>")
    assert body == "<p>a &lt; b &amp; c</p>\n<p>second line</p>\n<p>&lt;script&gt;</p>"
    assert plain_text(body) == "a < b & c\nsecond line\n<script>"


@pytest.mark.parametrize(
    "nothing", ["", "<p></p>", "<p>&nbsp;<br></p>", "<script>x</script>", "<img src=a>", "\u200b"]
)
def test_a_body_without_text_is_blank(nothing: str) -> None:
    assert is_blank(body_from_html(nothing))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  two \n words\u00a0here ", "two words here"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("z\u200be\u2060r\ufeffo", "zero"),
        ("soft\u00adhyphen", "softhyphen"),
        ("e\u0301 и\u0306", "é й"),
        ("a" + "\u0301" * 500, "á\u0301\u0301"),
        ("a\u200d\u200db", "ab"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("<b>bold</b> & co", "<b>bold</b> & co"),
        ("\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "😀"),
    ],
)
def test_plain_text_is_one_visible_line(written: str, shown: str) -> None:
    assert plain(written) == shown


@given(st.text())
def test_plain_text_is_clean_once_it_was_cleaned(written: str) -> None:
    assert plain(plain(written)) == plain(written)


_PIECES = st.sampled_from(
    "<p> </p> <div> </div> <a~href='/x'> </a> <li> <b> </b> <svg> <script> <!-- --> <table> <td> </table>"
    ' text &lt; &#x202e; &nbsp; \u0301 \u0338 " > < ж'.replace("~", "\t").split(" ")
)


class _Seen(HTMLParser):
    """Which tags and attributes there are."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_whatever_comes_in_only_the_allowed_comes_out_and_a_second_reading_finds_the_same_text(
    html: str,
) -> None:
    kept = body_from_html(html, base="https://paper.example/")
    seen = _Seen()
    seen.feed(kept)
    assert seen.tags <= {"p", "a", "li", "b", "table", "tbody", "tr", "td"}
    assert seen.attributes <= {("href", "https://paper.example/x"), ("rel", "noopener nofollow")}
    again = body_from_html(kept, base="https://paper.example/")
    assert sorted(plain_text(again).split()) == sorted(plain_text(kept).split())


@pytest.mark.parametrize("deep", ["<div>" * 40_000, "<b>" * 500, "<ul><li>" * 200 + "x"])
def test_html_that_nests_like_a_bomb_is_refused(deep: str) -> None:
    with pytest.raises(TooDeep, match="flatten"):
        body_from_html(deep)


@pytest.mark.parametrize("marks", ["\u05bc\u05b0", "\u0651\u064b", "\u0f74\u0f71"])
def test_a_flood_of_marks_is_cut_before_it_is_put_into_order(marks: str) -> None:
    """Ordering takes the square of their number: ten thousand would hold all requests for half a second."""
    assert len(plain("\u05d0" + marks * 5_000 + " \u05d0")) == 1 + 30 + 2
    assert len(plain("\u05d0" + marks * 15)) == 31


def test_marks_in_the_right_order_stay_as_they_are() -> None:
    pointed = "\u05e9\u05b0\u05c1\u05dc\u05d5\u05b9\u05dd"
    assert plain(pointed) == pointed
