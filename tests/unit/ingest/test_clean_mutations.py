"""The sanitiser against markup that means one thing to one parser and another to the next."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from ingest.clean import body_from_html

PICTURES = frozenset({"cdn.paper.example"})
BASE = "https://paper.example/story"
TAGS = frozenset(
    """
    html head body p h2 h3 h4 h5 h6 blockquote ul ol li a strong em b i code pre br figure figcaption img
    table caption thead tbody tfoot tr th td colgroup
    """.split()
)
ATTRIBUTES = frozenset("href rel src alt width height colspan rowspan start".split())

# Each would run `steal()` or call t.example in some parser, if anything of it were left where it stands.
MUTATIONS = [
    # From HTML into SVG or MathML and back: what is text in one is markup in the other.
    "<svg><style><img src=x onerror=steal()></style></svg>",
    "<svg><p><style><!--</style><img src=x onerror=steal()>-->",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=steal()&gt;'>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=steal()></style>",
    "<svg><foreignObject><p><img src=x onerror=steal()></p></foreignObject></svg>",
    "<svg><desc><table><tr><td><svg><script>steal()</script>",
    "<svg><title><style><img src=x onerror=steal()></style></title></svg>",
    "<math><mi><style><img src=x onerror=steal()>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=steal()>",
    "<svg><a xlink:href='javascript:steal()'><text>t</text></a></svg>",
    "<svg><use href='data:image/svg+xml,<svg onload=steal()>'></svg>",
    "<svg><animate attributeName=href values='javascript:steal()'>",
    "<math><maction actiontype='statusline#javascript:steal()'>t</maction></math>",
    # Elements whose inside is text for one parser only.
    "<noscript><style></noscript><img src=x onerror=steal()></style>",
    "<noscript><!--</noscript><img src=x onerror=steal()>-->",
    "<xmp><p title='</xmp><img src=x onerror=steal()>'>",
    "<plaintext><img src=x onerror=steal()>",
    "<noembed><img title='</noembed><img src onerror=steal()>'></noembed>",
    "<noframes><style></noframes><img src=x onerror=steal()></style>",
    "<iframe><!--</iframe><img src=x onerror=steal()>--></iframe>",
    "<textarea><img title='</textarea><img src onerror=steal()>'></textarea>",
    "<title><img title='</title><img src onerror=steal()>'></title>",
    "<select><option><style></option></select><img src=x onerror=steal()></style>",
    "<template><style></template><img src=x onerror=steal()></style>",
    "<style><style/><img src=x onerror=steal()></style>",
    # Comments, declarations and processing instructions that end sooner or later than they seem to.
    "<!--><img src=x onerror=steal()>-->",
    "<!---><img src=x onerror=steal()>-->",
    "<!-- --!><img src=x onerror=steal()>-->",
    "<!-- <!-- --><img src=x onerror=steal()>-->",
    "<![CDATA[><img src=x onerror=steal()>]]>",
    "<?xml ><img src=x onerror=steal()>?>",
    "<!DOCTYPE x [<!ENTITY e '<img src=x onerror=steal()>'>]>&e;",
    "<//><img src=x onerror=steal()>",
    # Attributes.
    "<a href='x' onmouseover=steal() style='position:fixed'>t</a>",
    '<a title="><img src=x onerror=steal()>">t</a>',
    "<a title=`><img src=x onerror=steal()>`>t</a>",
    "<img/src=x/onerror=steal()>",
    '<img src="x"onerror=steal()>',
    "<p\x0conclick=steal()>t</p>",
    "<p/onclick=steal()>t</p>",
    "<a href='\x01javascript:steal()'>t</a>",
    "<a href='java\nscript:steal()'>t</a>",
    "<a href='javascript&colon;steal()'>t</a>",
    "<a href='&#106;&#97;vascript:steal()'>t</a>",
    "<a href='//t.example\\@paper.example'>t</a>",
    "<a href='https://paper.example@t.example/'>t</a>",
    "<a href='data:text/html;base64,c3RlYWwoKQ=='>t</a>",
    "<a href='blob:https://t.example/x'>t</a>",
    "<a href='view-source:javascript:steal()'>t</a>",
    "<a href='/x' ping='https://t.example/' target=_blank>t</a>",
    "<img srcset='https://t.example/x 2x' src='https://t.example/y'>",
    "<img src='https://cdn.paper.example.t.example/x'>",
    "<img src='https://t.example/?cdn.paper.example'>",
    "<img src='https://cdn.paper.example@t.example/x'>",
    "<img src='http://cdn.paper.example:8080/x' alt='over plain http: steal()'>",
    "<img src='//t.example/x'>",
    "<picture><source srcset='https://t.example/x'><img src='https://t.example/y'></picture>",
    "<link rel=preload href=//t.example><body background=//t.example><table background=//t.example>",
    "<marquee onstart=steal()>t</marquee><details open ontoggle=steal()>t</details>",
    "<input autofocus onfocus=steal()><keygen autofocus onfocus=steal()>",
    "<x-card onclick=steal() is=y>t</x-card>",
    "<b><p></b><a href=javascript:steal()><table><a href=javascript:steal()></table></a>",
]


def kept(html: str) -> str:
    return body_from_html(html, base=BASE, image_hosts=PICTURES)


def assert_harmless(html: str) -> None:
    """As another parser than the sanitiser's own reads it."""
    for node in LexborHTMLParser(html).css("*"):
        assert node.tag in TAGS, html
        for name, value in node.attributes.items():
            assert name in ATTRIBUTES, html
            if name in ("href", "src"):
                assert (value or "").startswith(("https://", "http://")), html
            if name == "src":
                assert (value or "").startswith("https://cdn.paper.example/"), html


@pytest.mark.parametrize("hostile", MUTATIONS)
def test_no_parser_finds_anything_hostile_in_what_is_left(hostile: str) -> None:
    for html in (hostile, f"<p>before</p>{hostile}", f"<table><tr><td>{hostile}"):
        left = kept(html)
        assert_harmless(left)
        assert_harmless(kept(left))


def test_pictures_stay_when_they_come_from_a_host_that_is_named() -> None:
    picture = (
        '<figure><img src="https://cdn.paper.example/a.jpg" alt="A &gt; B" width="640" height="480">'
        "<figcaption>The bridge</figcaption></figure>"
    )
    assert kept(picture) == picture
    assert body_from_html(picture) == "<figure><figcaption>The bridge</figcaption></figure>"


@pytest.mark.parametrize(
    "source",
    [
        "http://cdn.paper.example/a.jpg",
        "https://cdn.paper.example:8443/a.jpg",
        "https://img.cdn.paper.example/a.jpg",
        "https://tracker.example/a.jpg",
        "data:image/png;base64,AAAA",
        "a.jpg",
        "",
    ],
)
def test_a_picture_from_anywhere_else_leaves_nothing_behind(source: str) -> None:
    assert kept(f'<p>t <img alt=" src=&quot;x" src="{source}" onload=steal()></p>') == "<p>t </p>"


def test_a_relative_picture_comes_from_the_host_of_the_article() -> None:
    html = body_from_html(
        '<img src="/a.jpg">', base="https://paper.example/x", image_hosts=frozenset({"paper.example"})
    )
    assert html == '<img src="https://paper.example/a.jpg" alt="">'


_PIECES = st.sampled_from(
    """
    <p> </p> <div> </div> <a~href='/x'> </a> <a~href=javascript:x> <li> <ul> </ul> <b> </b> <i> <svg> </svg>
    <math> </math> <mtext> <mglyph> <annotation-xml~encoding=text/html> <foreignObject> <style> </style>
    <script> </script> <!-- --> --!> <![CDATA[ ]]> <table> <tr> <td> </table> <caption> <h1> </h1> <h3> <pre>
    </pre> <br> <noscript> </noscript> <template> </template> <form> <select> <option> <textarea> </textarea>
    <title> <xmp> <iframe> <plaintext> <img~src=https://cdn.paper.example/a~onerror=x> <img~src=//t.example>
    <figure> <font> text &lt; &#x202e; ' " > <
    """.split()
).map(lambda piece: piece.replace("~", " "))


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=20).map("".join))
def test_whatever_is_mixed_only_what_is_allowed_comes_out_and_stays(html: str) -> None:
    rounds = [kept(html)]
    assert_harmless(rounds[0])
    # Broken nesting is mended by whoever reads it: once is not always enough, and soon it must be.
    while len(rounds) < 6:
        rounds.append(kept(rounds[-1]))
        assert_harmless(rounds[-1])
    assert rounds[-1] == rounds[-2]


_TEXT = st.text("ab ж&<>\"'", min_size=1, max_size=6).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)
_INLINE = st.recursive(
    _TEXT,
    lambda inner: st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["b", "em", "strong", "code"]), inner),
    max_leaves=3,
)
_BLOCK = st.recursive(
    st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["p", "h2", "h4", "figcaption"]), _INLINE),
    lambda inner: (
        st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["blockquote", "figure"]), inner)
        | st.builds("<ul><li>{0}</li><li>{1}</li></ul>".format, inner, _INLINE)
        | st.builds("<table><tbody><tr><td>{0}</td></tr></tbody></table>".format, inner)
    ),
    max_leaves=4,
)


@settings(deadline=None)
@given(st.lists(_BLOCK, min_size=1, max_size=4).map("\n".join))
def test_clean_html_is_clean_once_it_was_cleaned(html: str) -> None:
    assert kept(kept(html)) == kept(html)
