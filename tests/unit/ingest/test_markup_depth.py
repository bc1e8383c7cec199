"""The depth check never takes a deep document for a flat one, and never refuses an ordinary one."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.markup_depth import is_too_deep

REPEAT = 300
ORDINARY = {
    "paragraphs never closed": "<p>text" * 5000,
    "list items never closed": "<ul>" + "<li>text" * 5000 + "</ul>",
    "table cells never closed": "<table>" + "<tr><td>a<td>b" * 2000 + "</table>",
    "many links": "<p><a href='https://x.example/?a=1&b=2'>x</a> <b>y</b><br></p>" * 2000,
    "editor's comments": '<!-- block {"a--b": "</div>"} --><div>x</div><!-- /block -->' * 500,
    "pictures in the text": "<figure><img src='data:image/png;base64,AAAA' alt='a > b'></figure>" * 300,
    "embedded players": "<div><iframe src='https://v.example/1' allowfullscreen></iframe></div>" * 300,
    "scripts": "<div><script async>if (a < b) document.write('</div>')</script></div>" * 60,
}
HIDDEN = {
    "open divisions": "<div>",
    "closed only in comments": "<div><!-- </div> -->",
    "closed only in an attribute": '<div title="</div>">',
    "hidden by a quote in an attribute": '<div a=b"><div><div>',
    "closed by another name": "<div></p>",
    "closed only in a script": "<div><script></div></script>",
    "closed only after an escaped script": "<script><!--<script></script></div>--></script><div>",
    "closed only in character data": "<svg><![CDATA[</div>]]></svg><div>",
    "closed only in a declaration": "<div><!x </div>>",
    "closed only in an instruction": "<div><?x </div>>",
    "hidden in a picture's style": "<svg><style><div>",
    "bold with different attributes": "<b x=1><p></p>",
    "lists": "<ul><li>",
    "upper and lower case": "<DIV><diV>",
}


@pytest.mark.parametrize("html", ORDINARY.values(), ids=ORDINARY)
def test_an_ordinary_document_is_not_deep(html: str) -> None:
    assert not is_too_deep(html)


@pytest.mark.parametrize("piece", HIDDEN.values(), ids=HIDDEN)
def test_depth_cannot_be_hidden(piece: str) -> None:
    assert is_too_deep(piece * REPEAT)


class _Depth(HTMLParser):
    """The depth of well-formed HTML in which everything is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.now += 1
        self.most = max(self.most, self.now)

    def handle_endtag(self, tag: str) -> None:
        self.now -= 1


_TREES = st.recursive(
    st.just("x"),
    lambda inner: st.tuples(st.sampled_from(["div", "b", "ul", "span"]), st.lists(inner, max_size=4)).map(
        lambda node: f"<{node[0]}>{''.join(node[1])}</{node[0]}>"
    ),
    max_leaves=30,
)


@given(_TREES, st.integers(min_value=1, max_value=12))
@settings(max_examples=200)
def test_for_well_formed_html_the_depth_is_exact(html: str, limit: int) -> None:
    real = _Depth()
    real.feed(html)
    assert is_too_deep(html, limit) == (real.most > limit)
