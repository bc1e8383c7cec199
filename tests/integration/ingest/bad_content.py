"""Content that would harm whoever shows it, and what of it is on the log, by the rows of the bodies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BASE = "https://paper.example/city/bridge"


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """Fields of a submission that is taken, and what stands in the event: `kept` by field, exactly."""

    row: int
    what: str
    sent: Mapping[str, Any]
    kept: Mapping[str, Any]

    @property
    def id(self) -> str:
        return f"{self.row} {self.what}"


def in_body(row: int, what: str, html: str, kept: str, **more: Any) -> Hostile:
    return Hostile(row=row, what=what, sent={"body_html": html, **more}, kept={"body_html": kept})


def in_headline(row: int, what: str, written: str, kept: str) -> Hostile:
    return Hostile(row=row, what=what, sent={"headline": written}, kept={"headline": kept})


_LINK = '<p><a href="{}" rel="noopener nofollow">x</a></p>'
_ZALGO = "Z" + "\u0335\u0322\u0339" * 20 + "algo"

HOSTILE = (
    in_body(76, "a script", "<p>a</p><script>alert(1)</script>", "<p>a</p>"),
    in_body(76, "an event handler", "<p onclick=alert(1) onerror=x>a</p>", "<p>a</p>"),
    in_body(76, "a script in a link", '<p><a href="javascript:alert(1)">x</a></p>', "<p>x</p>"),
    in_body(76, "a document in a link", '<p><a href="data:text/html,x">x</a></p>', "<p>x</p>"),
    in_body(76, "a style", '<p style="position:fixed">a</p><style>p{}</style>', "<p>a</p>"),
    in_body(76, "a frame", "<p>a</p><iframe src=https://x.example></iframe>", "<p>a</p>"),
    in_body(76, "SVG", "<p>a</p><svg><g onload=alert(1)></g></svg>", "<p>a</p>"),
    in_body(
        76,
        "markup that changes when it is read twice",
        "<p>a</p><math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>",
        "<p>a</p>",
    ),
    in_body(77, "a picture that counts readers", "<p>a<img src=//tracker.example/1.gif></p>", "<p>a</p>"),
    in_headline(79, "markup in a headline", "<b>Bold</b> & <script>", "<b>Bold</b> & <script>"),
    Hostile(
        row=79,
        what="markup in names, tags and alternative texts",
        sent={
            "authors": ["<i>Bo</i>"],
            "keywords": ['"><script>'],
            "images": [{"url": "https://x.example/a.jpg", "alt": "<img onerror=x>"}],
        },
        # Plain text stays text: whoever puts it into markup escapes it.
        kept={"authors": ("<i>Bo</i>",), "keywords": ('"><script>',), "images": ("<img onerror=x>",)},
    ),
    in_headline(80, "what XML cannot hold", "a\x01b\ufffec\rd]]>", "abc d]]>"),
    in_body(80, "what XML cannot hold, in a body", "<p>a&#1;b\ufffec]]></p>", "<p>abc]]&gt;</p>"),
    in_headline(81, "the end of a script, and a line end of its own", "a</script>b\u2028c", "a</script>b c"),
    in_body(81, "a line end of its own, in a body", "<p>a\u2028b</p>", "<p>a b</p>"),
    in_headline(82, "a direction turned around", "a\u202egnp.exe\u202c b\u2066", "agnp.exe b"),
    in_headline(82, "a flood of nothing", "a" + "\u200b" * 400 + "b", "ab"),
    in_headline(82, "a tower of marks", _ZALGO, "Z\u0335\u0322\u0339algo"),
    in_body(
        83, "a relative link", '<p><a href="../x">x</a></p>', _LINK.format("https://paper.example/x"),
        canonical_url=BASE,
    ),
    in_body(83, "a relative link to nowhere", '<p><a href="../x">x</a></p>', "<p>x</p>"),
    in_body(
        83, "a link without a scheme", '<p><a href="//x.example/y">x</a></p>', _LINK.format("https://x.example/y"),
        canonical_url=BASE,
    ),
    in_body(
        83, "a link of ten kilobytes", f'<p><a href="https://x.example/{"a" * 10_000}">x</a></p>', "<p>x</p>"
    ),
)  # fmt: skip
