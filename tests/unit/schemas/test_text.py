"""The plain text of a body, in which evidence offsets count."""

import pytest

from newsloom_schemas.text import plain_text


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
