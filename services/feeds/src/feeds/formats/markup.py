"""Pages from templates: everything put into one is escaped, and nothing on a page runs or is loaded."""

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from feeds.formats.clean import headline, one_line, printable, uri
from feeds.formats.syndication import made_by
from feeds.formats.vocabularies import uri_of
from newsloom_schemas.languages import UNDETERMINED, primary_language

MEDIA_TYPE = "text/html"
_RIGHT_TO_LEFT = frozenset("ar ckb dv fa he ku ps sd ug ur yi".split())
# As their speakers write them, and in the English of our pages.
_LANGUAGES = {
    "ar": ("العربية", "Arabic"),
    "be": ("Беларуская", "Belarusian"),
    "de": ("Deutsch", "German"),
    "en": ("English", "English"),
    "es": ("Español", "Spanish"),
    "fa": ("فارسی", "Persian"),
    "fr": ("Français", "French"),
    "he": ("עברית", "Hebrew"),
    "it": ("Italiano", "Italian"),
    "ka": ("ქართული", "Georgian"),
    "kk": ("Қазақша", "Kazakh"),
    "pl": ("Polski", "Polish"),
    "pt": ("Português", "Portuguese"),
    "ru": ("Русский", "Russian"),
    "tr": ("Türkçe", "Turkish"),
    "uk": ("Українська", "Ukrainian"),
    "zh": ("中文", "Chinese"),
}
_PICTURE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
# The body of an article was cleaned where it came in. A translation is a machine's text: it is cleaned here.
_BODY_TAGS = frozenset(
    """
    p h2 h3 h4 h5 h6 blockquote ul ol li a strong em b i code pre br figure figcaption
    table caption thead tbody tfoot tr th td
    """.split()
)


def page(template: str, **values: Any) -> bytes:
    """The template filled in, as UTF-8 HTML."""
    return _environment().get_template(template).render(values).encode("utf-8", "replace")


@cache
def security_headers() -> Mapping[str, str]:
    """What a browser is told: no script, no picture, no frame, no style but the page's own."""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src '{style_hash(_style())}'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
    }


def cleaned(body_html: str) -> str:
    """The markup that articles use, and nothing else of a body."""
    return nh3.clean(
        body_html,
        tags=set(_BODY_TAGS),
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        url_schemes={"http", "https"},
        link_rel="noopener nofollow",
    )


def without_pictures(body_html: str) -> str:
    """A clean body for a page that lets the browser load none: a host would learn who reads."""
    return _PICTURE.sub("", body_html) if "<img" in body_html else body_html


def direction(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if primary_language(language) in _RIGHT_TO_LEFT else "ltr"


def own_name(tag: str) -> str:
    """The language as its speakers write it; else its tag."""
    return _language_names(tag)[0]


def english_name(tag: str) -> str:
    """The language in English; else its tag."""
    return _language_names(tag)[1]


def _language_names(tag: str) -> tuple[str, str]:
    if tag == UNDETERMINED:
        return ("—", "an unknown language")
    return _LANGUAGES.get(primary_language(tag), (tag, tag))


def lang_attribute(tag: str) -> str:
    """For HTML's `lang`, in which nothing means unknown."""
    return "" if tag == UNDETERMINED else tag


def _moment(time: datetime) -> Markup:
    shown = f"{time.day} {time:%B %Y, %H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(time.isoformat(), shown)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("feeds"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "headline": headline,
        "one_line": one_line,
        "body": lambda html: Markup(printable(html)),  # noqa: S704  # cleaned at the door, or by `cleaned`
        "moment": _moment,
        "uri": uri,
        "uri_of": uri_of,
        "made_by": made_by,
        "own_name": own_name,
        "english_name": english_name,
        "lang": lang_attribute,
        "direction": direction,
    }
    environment.globals["style"] = Markup(_style())  # noqa: S704  # our own file
    return environment


@cache
def _style() -> str:
    loader = PackageLoader("feeds")
    source, _, _ = loader.get_source(Environment(autoescape=True), "style.css")
    return source


def style_hash(style: str) -> str:
    """A style sheet as a content security policy names it."""
    digest = hashlib.sha256(style.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
