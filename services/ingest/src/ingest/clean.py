"""Text and HTML from outside, made harmless: what is kept here can be shown anywhere, escaped as usual."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from html import escape
from urllib.parse import urljoin, urlsplit

import nh3
from pydantic import BaseModel, ValidationError

from ingest.markup_depth import is_too_deep
from newsloom_schemas.types import WebAddress

# Controls that are no white space, soft hyphen, invisible operators, direction marks and overrides,
# byte order mark, annotation and object marks, non-characters, invisible tag characters.
_HIDDEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e007f"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARKS_IN_A_ROW = 30  # of any script; as the stream-safe form of Unicode's annex 15 has it
_ODD_SPACES = "\x0b\x0c\x1c-\x1f\x85\u2028\u2029"
_JOINERS = "\u200c\u200d"
_UNUSUAL = re.compile(f"[{_HIDDEN}{_MARKS}{_ODD_SPACES}{_JOINERS}]")
_INVISIBLE = re.compile(f"[{_HIDDEN}]+")
# Joiners mean something in emoji and in some scripts; nothing at an edge, in a row, or in Latin and
# Cyrillic words.
_IDLE_JOINER = re.compile(
    f"(?<!\\S)[{_JOINERS}]+|[{_JOINERS}]+(?!\\S)|(?<=[0-9A-Za-z\u00c0-\u052f])[{_JOINERS}]+"
    f"|[{_JOINERS}](?=[{_JOINERS}])"
)
_MARK_FLOOD = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
_DECOMPOSED = re.compile(f"[^\\W\\d_][{_MARKS}]{{1,3}}")
_ODD_SPACE = re.compile(f"[{_ODD_SPACES}]")

_TAGS = frozenset(
    """
    p h2 h3 h4 h5 h6 blockquote ul ol li a strong em b i code pre br figure figcaption
    table caption thead tbody tfoot tr th td
    """.split()
)
_DROPPED_WITH_CONTENT = frozenset(
    """
    script style iframe noscript noembed noframes object applet svg math template title textarea select
    button canvas audio video xmp
    """.split()
)
# Blocks outside the allow-list become paragraphs; dropping only their tags would glue their texts together.
_FOREIGN_BLOCK = re.compile(
    r"<(/?)(?:div|section|article|main|header|footer|aside|address|center|details|summary|dl|dt|dd)(?=[\s/>])",
    re.IGNORECASE,
)
_MAIN_HEADING = re.compile(r"<(/?)h1(?=[\s/>])", re.IGNORECASE)
_LINK_REL = "noopener nofollow"
_LINK_TO_NOWHERE = re.compile(rf'<a rel="{_LINK_REL}">(.*?)</a>', re.DOTALL)
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>\s*")
_PICTURE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
_MARKUP = re.compile(r"<[^>]*>|&nbsp;|\s+")


class TooDeep(ValueError):
    """The HTML nests deeper than any article does."""


def plain(value: str) -> str:
    """One line of plain text: single spaces, NFC, nothing invisible. Escaping is the output's work."""
    return _composed(" ".join(_visible(value).split()))


def body_from_text(text: str) -> str:
    """Plain text as HTML, a paragraph for each line that says something."""
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in map(plain, text.splitlines()) if line)


def body_from_html(html: str, *, base: str | None = None, image_hosts: frozenset[str] = frozenset()) -> str:
    """The HTML with what newsloom allows: text structure and http(s) links, no styles or scripts.

    Links are resolved against `base`; without one, relative links become text. A picture tells its host who
    reads the article, so only those stay that come by https from one of `image_hosts`. Raises TooDeep.
    """
    text = _tidied(html)
    if is_too_deep(text):
        raise TooDeep("flatten the HTML: it nests deeper than an article needs")
    known = _MAIN_HEADING.sub(r"<\1h2", _FOREIGN_BLOCK.sub(r"<\1p", text))
    # References such as &#x202E; turn into characters only now.
    kept = _tidied(_sanitiser(base, image_hosts).clean(known))
    if image_hosts:
        kept = _PICTURE.sub(_only_a_real_one, kept)
    return _EMPTY_PARAGRAPH.sub("", _LINK_TO_NOWHERE.sub(r"\1", kept)).strip()


def _only_a_real_one(picture: re.Match[str]) -> str:
    """A picture without a source is none; one without words for it is decoration to who cannot see it."""
    html = picture[0]
    if ' src="' not in html:
        return ""
    return html if ' alt="' in html else f'{html[:-1]} alt="">'


def is_blank(body_html: str) -> bool:
    """True when sanitised HTML shows nothing."""
    return not _MARKUP.sub("", body_html)


def _visible(text: str) -> str:
    if not _UNUSUAL.search(text):  # almost every text: one look costs a tenth of the replacements
        return text
    return _MARK_FLOOD.sub(r"\1", _IDLE_JOINER.sub("", _INVISIBLE.sub("", text)))


def _composed(text: str) -> str:
    """NFC. Putting a flood of marks into order takes the square of its length, so that it is cut before."""
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", "".join(_stream_safe(text)))


def _stream_safe(text: str) -> Iterator[str]:
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MARKS_IN_A_ROW:
            yield character


def _tidied(html: str) -> str:
    """Visible characters, ordinary white space, and NFC letter by letter.

    NFC over the whole would let a mark behind a tag's bracket change the markup.
    """
    if not _UNUSUAL.search(html):
        return html
    spaced = _ODD_SPACE.sub(" ", _visible(html))
    return _DECOMPOSED.sub(lambda found: unicodedata.normalize("NFC", found[0]), spaced)


def _sanitiser(base: str | None, image_hosts: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS | {"img"} if image_hosts else _TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={
            "a": {"href"},
            "td": {"colspan", "rowspan"},
            "th": {"colspan", "rowspan"},
            "ol": {"start"},
            "img": {"src", "alt", "width", "height"},
        },
        attribute_filter=_attribute_filter(base, image_hosts),
        url_schemes={"http", "https"},
        link_rel=_LINK_REL,
    )


class _Link(BaseModel):
    url: WebAddress


def _attribute_filter(base: str | None, image_hosts: frozenset[str]) -> Callable[[str, str, str], str | None]:
    def keep(_tag: str, attribute: str, value: str) -> str | None:
        match attribute:
            case "href":
                return _absolute(value, base)
            case "src":
                return _picture(value, base, image_hosts)
            case "alt":
                return plain(value)
            case "rel":
                return value
        longest = 5 if attribute in ("width", "height") else 3
        return value if value.isascii() and value.isdigit() and len(value) <= longest else None

    return keep


def _picture(value: str, base: str | None, hosts: frozenset[str]) -> str | None:
    address = _absolute(value, base)
    if address is None:
        return None
    parts = urlsplit(address)
    return address if parts.scheme == "https" and parts.port is None and parts.hostname in hosts else None


def _absolute(value: str, base: str | None) -> str | None:
    try:
        return _Link(url=urljoin(base or "", value.strip())).url
    except (ValidationError, ValueError):
        return None
