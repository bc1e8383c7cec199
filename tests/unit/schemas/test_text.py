"""The plain text of a body, in which evidence offsets count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsloom_schemas.text import body_text, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<p>One\n  and <b>a</b> half</p>", "One and a half"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<p>A &amp; B&nbsp;C &lt;b&gt;</p>", "A & B C <b>"),
        ("line<br>break", "line\nbreak"),
        ("<blockquote><p>q</p></blockquote><p></p>", "q"),
        ("bare text", "bare text"),
        ("", ""),
    ],
)
def test_a_block_is_a_line(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_each_block_knows_its_element_and_its_place_in_text_and_markup() -> None:
    html = "<div>\n<h2>One</h2>\n<p>A <b>&amp; B</b> &nbsp; C<br>D</p ></div>tail"
    body = body_text(html)
    assert [(block.index, block.tag, block.text, block.start) for block in body.blocks] == [
        (0, "h2", "One", 0),
        (1, "p", "A & B C", 4),
        (2, "p", "D", 12),
        (3, "", "tail", 14),
    ]
    assert [html[block.html_start : block.html_end] for block in body.blocks] == [
        "One",
        "A <b>&amp; B</b> &nbsp; C",
        "D",
        "tail",
    ]


PIECE = st.sampled_from(
    [
        *"<p> </p> <div> </div> <li> </li> <br> <b> </b> &amp; &lt; &nbsp; &copy &#8217; < > one два".split(),
        *(" ", "\n", "\t", "\U0001f33e", "</p >", "<p\nclass=x>", "<hr/>", "<a href='x>y'>"),
    ]
)
MARKUP = st.lists(PIECE, max_size=30).map("".join)


@settings(max_examples=200)
@given(html=MARKUP)
def test_the_blocks_of_any_markup_make_up_its_plain_text(html: str) -> None:
    body = body_text(html)
    assert body.text == plain_text(html)
    for block in body.blocks:
        assert body.text[block.start : block.end] == block.text
        assert plain_text(html[block.html_start : block.html_end]) == block.text


@settings(max_examples=100)
@given(html=MARKUP, data=st.data())
def test_a_span_inside_one_block_is_found_again_there(html: str, data: st.DataObject) -> None:
    body = body_text(html)
    start = data.draw(st.integers(0, len(body.text)))
    end = data.draw(st.integers(0, len(body.text)))
    found = body.locate(start, end)
    quote = body.text[start:end]
    assert (found is not None) == (bool(quote) and "\n" not in quote)
    if found is not None:
        assert found.block.text[found.start : found.end] == quote
