"""A post as the REST API of its site shows it to everybody, as a submission."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.refusal import FieldError, Refused, invalid, missing
from ingest.source_profile import WordPressSite
from ingest.sources import fitting
from ingest.sources.hold import hold
from ingest.sources.local_times import read_time
from ingest.sources.revisions import milliseconds
from ingest.strict_json import refuse_fields
from newsloom_schemas.submission import Submission, SubmittedAuthor, SubmittedImage

_UNCATEGORISED = "uncategorized"  # the slug of the category of posts that nobody put into one
_CAPTION_CHARS = 1_000
_ANSWER = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Rendered(BaseModel):
    model_config = _ANSWER

    rendered: str = ""
    protected: bool = False


class Post(BaseModel):
    """What newsloom shows of a post; everything else in the answer is left out."""

    model_config = _ANSWER

    id: int
    status: str = "publish"
    date_gmt: str = ""
    modified_gmt: str = ""
    link: Any = None
    lang: Any = None
    title: _Rendered = _Rendered()
    content: _Rendered = _Rendered()
    excerpt: _Rendered = _Rendered()
    embedded: dict[str, Any] = Field(default_factory=dict, alias="_embedded")

    @property
    def public(self) -> bool:
        """Whether everybody may read it. One behind a password is listed, without its text."""
        return self.status == "publish" and not self.content.protected


def external_id(post: int) -> str:
    """The id of a post. Its number is all that is known of a post that is gone."""
    return f"wordpress:{post}"


def to_said(post: Post, site: WordPressSite) -> Submission:
    """The submission in a post, or what withholds it while it is not for everybody. Raises Refused."""
    modified = read_time(post.modified_gmt, UTC)
    headline = fitting.text_of(post.title.rendered)
    body = post.content.rendered.strip()
    lacking = _lacking(headline if post.public else "-", body if post.public else "-", modified)
    if lacking or modified is None:
        raise invalid(*lacking)
    try:
        if not post.public:
            return hold(external_id=external_id(post.id), revision=milliseconds(modified))
        return _submission(post, site, headline=headline, body=body, modified=modified)
    except ValidationError as error:
        raise refuse_fields(error) from None


def _submission(
    post: Post, site: WordPressSite, *, headline: str, body: str, modified: datetime
) -> Submission:
    terms = list(_terms(post.embedded))
    return Submission(
        external_id=external_id(post.id),
        revision=milliseconds(modified),
        headline=headline,
        body_html=body,
        lead=fitting.lead_of(fitting.text_of(post.excerpt.rendered), fitting.text_of(body)),
        language=fitting.language(post.lang, site.language),
        section=next((name for kind, name in terms if kind == "category"), None),
        keywords=fitting.labels(name for _, name in _keywords(terms)),
        authors=tuple(_authors(post.embedded)),
        published_at=read_time(post.date_gmt, UTC),
        modified_at=modified,
        canonical_url=fitting.address(post.link),
        images=tuple(_images(post.embedded)),
    )


def _lacking(headline: str, body: str, modified: datetime | None) -> tuple[FieldError, ...]:
    rules = (
        (headline, "title", "give the post a title"),
        (
            body,
            "content",
            "give the post a text; one that only a theme or a page builder shows is not in REST",
        ),
        (modified, "modified_gmt", "let the site answer modified_gmt: it orders the versions of a post"),
    )
    return missing(rules)


def _embedded(embedded: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = embedded.get(name)
    return value if isinstance(value, list) else ()


def _terms(embedded: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Taxonomy and name of each term that somebody chose."""
    for group in _embedded(embedded, "wp:term"):
        for term in group if isinstance(group, list) else ():
            if isinstance(term, Mapping) and term.get("slug") != _UNCATEGORISED:
                name = fitting.label(unescape(str(term.get("name", ""))))
                if name:
                    yield str(term.get("taxonomy", "")), name


def _keywords(terms: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Tags and every category but the one that is the section."""
    section = next((place for place, (kind, _) in enumerate(terms) if kind == "category"), None)
    return [
        term for place, term in enumerate(terms) if place != section and term[0] in ("category", "post_tag")
    ]


def _authors(embedded: Mapping[str, Any]) -> Iterator[SubmittedAuthor]:
    for each in _embedded(embedded, "author"):
        # An author whom the site hides stands there as an error with a code instead of a name.
        if isinstance(each, Mapping) and (name := fitting.label(unescape(str(each.get("name") or "")))):
            yield SubmittedAuthor(name=name, uri=fitting.address(each.get("link")))


def _images(embedded: Mapping[str, Any]) -> Iterator[SubmittedImage]:
    for each in _embedded(embedded, "wp:featuredmedia"):
        if not isinstance(each, Mapping) or not (url := fitting.address(each.get("source_url"))):
            continue
        size = each.get("media_details") if isinstance(each.get("media_details"), Mapping) else {}
        caption = each.get("caption")
        said = caption.get("rendered") if isinstance(caption, Mapping) else ""
        yield SubmittedImage(
            url=url,
            alt=str(each.get("alt_text") or "")[:_CAPTION_CHARS] or None,
            caption=fitting.text_of(str(said or ""))[:_CAPTION_CHARS] or None,
            width=fitting.pixels((size or {}).get("width")),
            height=fitting.pixels((size or {}).get("height")),
        )


def read_post(raw: bytes, number: int) -> Post:
    """The post in an answer of the site. Raises Refused: `fetch-failed`."""
    try:
        post = Post.model_validate_json(raw)
    except ValidationError:
        post = None
    if post is None or post.id != number:
        raise Refused(
            "fetch-failed",
            "let the site's REST API answer the post as JSON: something else stands in its place",
        )
    return post
