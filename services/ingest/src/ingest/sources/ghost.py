"""The dialect of Ghost's webhooks: a post as it is now beside what it was, signed over the raw body.

A webhook does not say which event it is about; the post says it: its status now and before, or its absence.
"""

import re
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ingest.door.signatures import hmac_matches, stamp_of, within_window
from ingest.outcome import Ignored
from ingest.refusal import invalid_field
from ingest.sources import fitting
from ingest.sources.dialect import Delivery, Dialect, Placed, Said, Withdrawal, unproven
from ingest.sources.draft import Draft
from ingest.sources.hold import hold
from ingest.sources.revisions import milliseconds
from ingest.strict_json import parse_strict
from newsloom_schemas.submission import Submission
from newsloom_schemas.types import Timestamp

_SIGNATURE = re.compile(r"sha256=([0-9a-fA-F]{64})\s*,\s*t=([0-9]{1,15})")
_NOW, _BEFORE = "/post/current", "/post/previous"

EXAMPLE = """{
  "post": {
    "current": {
      "id": "690b2f4c1d2e3f4a5b6c7d8e",
      "uuid": "3b9f6a52-0c4e-4a61-9d57-6f0e2c8b1a34",
      "title": "Harbour bridge reopens after repairs",
      "html": "<p>The bridge over the northern harbour reopened on Thursday.</p>",
      "status": "published",
      "visibility": "public",
      "published_at": "2026-11-05T06:30:00.000Z",
      "updated_at": "2026-11-05T06:30:00.000Z",
      "url": "https://paper.example/harbour-bridge/",
      "authors": [{"name": "Ines Falk", "url": "https://paper.example/author/ines/"}]
    },
    "previous": {"status": "draft"}
  }
}"""

_GHOST = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)
_Short = Annotated[str, Field(max_length=10_000)]


class _Named(BaseModel):
    """An author or a tag. Tags whose visibility is `internal` are the desk's own."""

    model_config = _GHOST

    name: _Short
    url: _Short | None = None
    visibility: _Short | None = None


class _Post(BaseModel):
    """A post, as far as newsloom shows it; under `previous` only what has changed."""

    model_config = _GHOST

    uuid: Annotated[str, Field(pattern=r"^[0-9a-fA-F-]{36}$")] | None = None
    title: _Short | None = None
    html: str | None = None
    plaintext: str | None = None
    status: _Short | None = None
    visibility: _Short | None = None
    published_at: Timestamp | None = None
    updated_at: Timestamp | None = None
    custom_excerpt: _Short | None = None
    url: _Short | None = None
    canonical_url: _Short | None = None
    feature_image: _Short | None = None
    feature_image_alt: _Short | None = None
    feature_image_caption: _Short | None = None
    authors: Annotated[tuple[_Named, ...], Field(max_length=50)] | None = None
    tags: Annotated[tuple[_Named, ...], Field(max_length=200)] | None = None
    primary_tag: _Named | None = None


class _Change(BaseModel):
    model_config = _GHOST

    current: _Post = _Post()
    previous: _Post = _Post()


class _Payload(BaseModel):
    """Webhooks about pages, members, tags and the site have other members, and no post."""

    model_config = _GHOST

    post: _Change | None = None


def prove(delivery: Delivery, *, now: datetime) -> None:
    """The signature is of the body and the time behind it, or in older releases of the body alone."""
    hook = delivery.profile.ghost
    given = _SIGNATURE.fullmatch(delivery.headers.get("x-ghost-signature", ""))
    if hook is None or given is None:
        raise unproven()
    stamp = stamp_of(int(given[2]) / 1000)
    message = delivery.body + given[2].encode() if hook.signs == "body+time" else delivery.body
    matches = hmac_matches(hook.secrets, "sha256", message, given[1])
    if not matches or stamp is None or not within_window(stamp, now):
        raise unproven()


def read_ghost(delivery: Delivery) -> tuple[Said]:
    """What became of the post. Raises Refused."""
    change = parse_strict(_Payload, delivery.body).post
    if change is None:
        return (Ignored(why="newsloom takes posts; this is about something else"),)
    post, before = change.current, change.previous
    if post.status is None:
        return (Withdrawal(external_id=_identity(before, _BEFORE), reason="deleted in Ghost"),)
    hook = delivery.profile.ghost
    if post.status == "published":
        shown = (post.visibility or "public") in (hook.visibilities if hook else ("public",))
        return (_submission(post) if shown else _hold(post),)
    if before.status == "published":
        return (_hold(post),)
    return (Ignored(why="newsloom takes a post when it is published"),)


def _identity(post: _Post, place: str) -> str:
    if post.uuid is None:
        raise invalid_field(f"{place}/uuid", "missing", "send the post whole, as Ghost does: with its uuid")
    return f"ghost:{post.uuid.lower()}"


def _revision(post: _Post) -> int:
    if post.updated_at is None:
        raise invalid_field(f"{_NOW}/updated_at", "missing", "send the post whole, with its updated_at")
    return milliseconds(post.updated_at)


def _hold(post: _Post) -> Submission:
    """Out of sight until it is published again: in Ghost that takes a click, and a kill would be for ever."""
    return hold(external_id=_identity(post, _NOW), revision=_revision(post), headline=post.title)


def _submission(post: _Post) -> Placed:
    draft = Draft()
    draft.put("external_id", _identity(post, _NOW), f"{_NOW}/uuid")
    draft.put("revision", _revision(post), f"{_NOW}/updated_at")
    draft.put("headline", post.title, f"{_NOW}/title")
    draft.put("lead", post.custom_excerpt, f"{_NOW}/custom_excerpt")
    draft.put("section", post.primary_tag.name if post.primary_tag else None, f"{_NOW}/primary_tag/name")
    draft.put("published_at", post.published_at, f"{_NOW}/published_at")
    draft.put("modified_at", post.updated_at, f"{_NOW}/updated_at")
    draft.put(
        "canonical_url",
        fitting.address(post.canonical_url) or fitting.address(post.url),
        f"{_NOW}/canonical_url",
    )
    _put_body(draft, post)
    _put_people_and_tags(draft, post)
    _put_picture(draft, post)
    return draft.finished()


def _put_body(draft: Draft, post: _Post) -> None:
    if (post.html or "").strip():
        draft.put("body_html", post.html, f"{_NOW}/html")
    elif (post.plaintext or "").strip():
        draft.put("body_text", post.plaintext, f"{_NOW}/plaintext")
    else:
        raise invalid_field(f"{_NOW}/html", "missing", "write text into the post, and publish it again")


def _put_people_and_tags(draft: Draft, post: _Post) -> None:
    for number, author in enumerate(post.authors or ()):
        address = fitting.address(author.url)
        signed = {"name": author.name, "uri": address} if address else author.name
        draft.add("authors", signed, f"{_NOW}/authors/{number}")
    for number, tag in enumerate(post.tags or ()):
        if tag.visibility != "internal":
            draft.add("keywords", tag.name, f"{_NOW}/tags/{number}/name")


def _put_picture(draft: Draft, post: _Post) -> None:
    address = fitting.address(post.feature_image)
    if address:
        caption = fitting.without_markup(post.feature_image_caption)
        told = {"alt": post.feature_image_alt, "caption": caption}
        picture = {"url": address, **{name: text for name, text in told.items() if text}}
        draft.add("images", picture, f"{_NOW}/feature_image")


GHOST = Dialect(
    name="ghost",
    path="/v1/hooks/{source}/ghost",
    media_types=("application/json",),
    summary="Ghost tells of a post",
    description=(
        "The target of webhooks of a custom integration. A published post is submitted under"
        " `ghost:` and its uuid, with `updated_at` in milliseconds as revision. A post that is unpublished,"
        " or no longer public, is withheld until it is published again; a deleted one is withdrawn for ever."
        " Pages, drafts and members are acknowledged and ignored. Signed with `X-Ghost-Signature`."
    ),
    example=EXAMPLE,
    read=read_ghost,
    proof=prove,
)
