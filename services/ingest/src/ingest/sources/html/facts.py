"""What a page says of its article outside the text: JSON-LD first, then OpenGraph and other meta elements."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final
from urllib.parse import urldefrag, urljoin

from selectolax.lexbor import LexborHTMLParser

from ingest.sources import fitting
from ingest.sources.html import json_ld
from ingest.sources.html.json_ld import Described, Node
from ingest.sources.html.tree import heading, shown
from ingest.sources.local_times import read_time
from newsloom_schemas.submission import SubmittedAuthor, SubmittedImage

HEADLINE_CHARS: Final = 500
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s>]+)\s*-->")
_BY = re.compile(r"^(?:by|por|автор[ы]?:?|текст:|фото:)\s+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Every value fits the field of a submission of the same name, or is None or empty."""

    address: str | None
    headline: str | None
    summary: str | None
    language: str | None
    section: str | None
    keywords: tuple[str, ...]
    authors: tuple[SubmittedAuthor, ...]
    published_at: datetime | None
    modified_at: datetime | None
    images: tuple[SubmittedImage, ...]
    rights: str | None
    text: str
    for_subscribers: bool


def read_facts(tree: LexborHTMLParser, page: str, *, zone: tzinfo) -> Facts:
    """The facts of a page. Times without an offset are those of `zone`."""
    return _Reader(tree, page, zone).facts()


class _Reader:
    def __init__(self, tree: LexborHTMLParser, page: str, zone: tzinfo) -> None:
        self._tree, self._zone = tree, zone
        self._metas: dict[str, list[str]] = {}
        for meta in tree.css("meta[content]"):
            said = meta.attributes
            for name in (said.get("property"), said.get("name"), said.get("itemprop")):
                if name and (content := said.get("content")):
                    self._metas.setdefault(name.lower(), []).append(content.strip())
        self._described = Described(
            script.text() for script in tree.css('script[type="application/ld+json"]')
        )
        self._heading = heading(tree)
        self._address = self._own_address(page)
        self._article = self._described.article(
            addresses=frozenset({self._address} if self._address else ()), heading=self._heading
        )

    def facts(self) -> Facts:
        article = self._article
        published = self._time(
            article.get("datePublished"),
            *self._said("article:published_time", "datepublished", "date", "pubdate"),
            *self._marked("time[datetime]", "datetime"),
        )
        return Facts(
            address=self._address or self._described_address(),
            headline=self._headline(),
            summary=_line(
                json_ld.text(article.get("description")), *self._said("og:description", "description")
            ),
            language=fitting.language(
                _attribute(self._tree, "html", "lang"), *self._said("og:locale"), article.get("inLanguage")
            ),
            section=next(iter(self._sections()), None),
            keywords=self._keywords(),
            authors=self._authors(),
            published_at=published,
            modified_at=self._time(
                article.get("dateModified"),
                *self._said("article:modified_time", "og:updated_time", "datemodified"),
            ),
            images=self._images(),
            rights=_line(json_ld.text(article.get("copyrightNotice")), *self._said("copyright")),
            text=article["articleBody"] if isinstance(article.get("articleBody"), str) else "",
            for_subscribers=json_ld.text(str(article.get("isAccessibleForFree", ""))).lower() == "false",
        )

    def _said(self, *names: str) -> list[str]:
        return [content for name in names for content in self._metas.get(name, ())]

    def _marked(self, selector: str, attribute: str) -> list[str]:
        return [value for node in self._tree.css(selector)[:1] if (value := node.attributes.get(attribute))]

    def _own_address(self, page: str) -> str | None:
        base = _SAVED_FROM.search(page[:2000])
        saved_from = base[1] if base else ""
        named = (_attribute(self._tree, 'link[rel~="canonical"]', "href"), *self._said("og:url"), saved_from)
        return _first_address(named, base=saved_from)

    def _described_address(self) -> str | None:
        return _first_address(self._described.addresses(self._article), base="")

    def _headline(self) -> str | None:
        site = next(iter(self._said("og:site_name")), "")
        said = [json_ld.text(self._article.get("headline")), *self._said("og:title"), self._heading]
        title = shown(self._tree.css_first("title"))
        for each in (*said, title):
            headline = _without_site(json_ld.text(each), site)
            if headline and len(headline) <= HEADLINE_CHARS:
                return self._whole(headline)
        return None

    def _whole(self, headline: str) -> str:
        """The heading that is shown, when the headline is only its beginning, as search engines like it."""
        cut = headline.rstrip("….").rstrip()
        whole = headline.endswith(("…", "...")) and self._heading.startswith(cut)
        return self._heading[:HEADLINE_CHARS] if whole else headline

    def _sections(self) -> Sequence[str]:
        return fitting.labels(
            [*json_ld.texts(self._article.get("articleSection")), *self._said("article:section")]
        )

    def _keywords(self) -> tuple[str, ...]:
        listed = self._said("article:tag") or [
            word for line in self._said("news_keywords", "keywords")[:1] for word in line.split(",")
        ]
        return fitting.labels([*json_ld.texts(self._article.get("keywords"))] or listed)

    def _authors(self) -> tuple[SubmittedAuthor, ...]:
        publisher = {self._name(each) for each in self._described.things(self._article.get("publisher"))}
        outlets = {name for name in (*publisher, *self._said("og:site_name")) if name}
        described = self._described.things(self._article.get("author"))
        found = [self._author(each) for each in described] or [
            _author(_BY.sub("", name), None) for name in self._bylines()
        ]
        authors = {
            author.name: author for author in found if author is not None and author.name not in outlets
        }
        return tuple(authors.values())[:50]

    def _bylines(self) -> list[str]:
        # Facebook's `article:author` is the address of a profile.
        said = [name for name in self._said("author", "article:author") if "://" not in name]
        shown_ones = self._tree.css('[itemprop="author"], [rel~="author"], .byline .author, .author-name')
        return said or [shown(node) for node in shown_ones[:5]]

    def _author(self, thing: Node | str) -> SubmittedAuthor | None:
        address = thing.get("url") if isinstance(thing, dict) else None
        return _author(self._name(thing), address)

    def _name(self, thing: Node | str) -> str:
        return json_ld.text(thing if isinstance(thing, str) else thing.get("name"))

    def _time(self, *values: Any) -> datetime | None:
        moments = (read_time(value, self._zone) for value in values if isinstance(value, str))
        return next((moment for moment in moments if moment is not None), None)

    def _images(self) -> tuple[SubmittedImage, ...]:
        described = (self._image(each) for each in self._described.things(self._article.get("image")))
        shared = zip(
            self._said("og:image", "og:image:url", "twitter:image"), self._said("og:image:alt"), strict=False
        )
        alone = ((url, None) for url in self._said("og:image", "og:image:url", "twitter:image"))
        from_meta = (_image(url, alt=alt) for url, alt in (*shared, *alone))
        figures = (
            _image(
                _first_address([node.attributes.get("src")], base=self._address or ""),
                alt=node.attributes.get("alt"),
                caption=_caption(node),
                width=node.attributes.get("width"),
                height=node.attributes.get("height"),
            )
            for node in self._tree.css("article figure img, main figure img, article amp-img")
        )
        return fitting.images(image for image in (*figures, *described, *from_meta) if image is not None)

    def _image(self, thing: Node | str) -> SubmittedImage | None:
        if isinstance(thing, str):
            return _image(thing)
        return _image(
            thing.get("url") or thing.get("contentUrl"),
            caption=json_ld.text(thing.get("caption")),
            width=thing.get("width"),
            height=thing.get("height"),
        )


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str | None:
    node = tree.css_first(selector)
    return None if node is None else node.attributes.get(name)


def _first_address(values: Iterable[str | None], *, base: str) -> str | None:
    for value in values:
        if value and (found := fitting.address(_joined(base, value))):
            return found
    return None


def _joined(base: str, address: str) -> str:
    try:
        return urldefrag(urljoin(base, address.strip())).url
    except ValueError:
        return ""


def _line(*texts: str) -> str | None:
    return next((text for each in texts if (text := json_ld.text(each)) and len(text) <= 2000), None)


def _without_site(title: str, site: str) -> str:
    """A title without the outlet's name behind a dash or a bar."""
    if site and title.endswith(site):
        return re.sub(r"\s*[|—–·•:-]\s*$", "", title.removesuffix(site)) or title
    return title


def _author(name: str, address: Any) -> SubmittedAuthor | None:
    label = fitting.label(name)
    return SubmittedAuthor(name=label, uri=fitting.address(address)) if label else None


def _image(
    url: Any, *, alt: Any = None, caption: Any = None, width: Any = None, height: Any = None
) -> SubmittedImage | None:
    address = fitting.address(url)
    if address is None:
        return None
    return SubmittedImage(
        url=address,
        alt=_short(alt, 1000),
        caption=_short(caption, 2000),
        width=fitting.pixels(width),
        height=fitting.pixels(height),
    )


def _short(value: Any, most: int) -> str | None:
    text = json_ld.text(value)
    return text if text and len(text) <= most else None


def _caption(image: Any) -> str | None:
    figure = image.parent
    while figure is not None and figure.tag != "figure":
        figure = figure.parent
    return None if figure is None else shown(figure.css_first("figcaption")) or None
