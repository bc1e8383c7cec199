"""From what an editorial tool sent to the clean content of an article."""

from pydantic import ValidationError

from ingest.clean import TooDeep, body_from_html, body_from_text, is_blank, plain
from ingest.refusal import Refused, invalid_field
from ingest.strict_json import refuse_fields
from newsloom_schemas.article import ArticleContent, Author, EarlierMention, Image
from newsloom_schemas.submission import SentAuthor, Submission, SubmittedImage, SubmittedMention

MAX_CONTENT_BYTES = 1_500_000  # enrichment must fit beside it into the largest record that Kafka takes


def to_content(submission: Submission, *, image_hosts: frozenset[str] = frozenset()) -> ArticleContent:
    """The content, sanitised; pictures in the body stay when they come from one of `image_hosts`.

    Pure; costs up to a second for the largest body.

    Raises Refused: `invalid` with the field that has nothing left after cleaning or has grown too long.
    """
    try:
        return ArticleContent(
            headline=_required("headline", submission.headline),
            lead=_optional(submission.lead),
            body_html=_body(submission, image_hosts),
            language=submission.language,
            section=_optional(submission.section),
            keywords=_labels(submission.keywords),
            authors=_authors(submission.authors),
            published_at=submission.published_at,
            modified_at=submission.modified_at,
            canonical_url=submission.canonical_url,
            images=tuple(map(_image, submission.images)),
            rights=_optional(submission.rights),
            earlier=tuple(map(_mention, submission.earlier)),
            embargo_until=submission.embargo_until,
            urgency=submission.urgency,
            note=_optional(submission.note),
        )
    except ValidationError as error:
        raise refuse_fields(error) from None


def canonical(content: ArticleContent) -> bytes:
    """The bytes that say whether two submissions of a revision are the same. Holds no time of ours.

    Raises Refused: `too-large`.
    """
    simplest = content.simplest()
    raw = simplest.__pydantic_serializer__.to_json(simplest, exclude_none=True)
    if len(raw) > MAX_CONTENT_BYTES:
        raise Refused("too-large", f"shorten the article: clean, it must fit into {MAX_CONTENT_BYTES} bytes")
    return raw


def _body(submission: Submission, image_hosts: frozenset[str]) -> str:
    field = "body_text" if submission.body_html is None else "body_html"
    try:
        body = (
            body_from_text(submission.body_text or "")
            if submission.body_html is None
            else body_from_html(submission.body_html, base=submission.canonical_url, image_hosts=image_hosts)
        )
    except TooDeep as error:
        raise invalid_field(f"/{field}", "too-deep", str(error)) from None
    if is_blank(body):
        raise invalid_field(f"/{field}", "empty", "send a body with text; nothing was left after cleaning")
    return body


def _required(field: str, value: str) -> str:
    cleaned = plain(value)
    if not cleaned:
        raise invalid_field(f"/{field}", "empty", "send visible text; nothing was left after cleaning")
    return cleaned


def _optional(value: str | None) -> str | None:
    return (plain(value) or None) if value is not None else None


def _labels(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(label for label in map(plain, values) if label)


def _authors(sent: tuple[SentAuthor, ...]) -> tuple[Author, ...]:
    """Bare names without text are left out, as keywords are; who is described in full must have a name."""
    authors = (_author(position, each) for position, each in enumerate(sent))
    return tuple(author for author in authors if author is not None)


def _author(position: int, sent: SentAuthor) -> Author | None:
    if isinstance(sent, str):
        name = plain(sent)
        return Author(name=name) if name else None
    return Author(
        name=_required(f"authors/{position}/name", sent.name), role=_optional(sent.role), uri=sent.uri
    )


def _image(sent: SubmittedImage) -> Image:
    return Image(
        url=sent.url,
        alt=_optional(sent.alt),
        caption=_optional(sent.caption),
        credit=_optional(sent.credit),
        width=sent.width,
        height=sent.height,
    )


def _mention(sent: SubmittedMention) -> EarlierMention:
    return EarlierMention(title=plain(sent.title) or sent.title, url=sent.url, external_id=sent.external_id)
