"""The dialect of Standard Webhooks: a submission in an envelope that names what happened, and is signed."""

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from ingest.door.signatures import digest_matches, stamp_of, within_window
from ingest.outcome import Ignored
from ingest.source_profile import standard_key
from ingest.sources.dialect import Delivery, Dialect, Placed, Said, Withdrawal, unproven
from ingest.sources.hold import hold
from ingest.sources.places import in_their_words
from ingest.sources.revisions import milliseconds
from ingest.strict_json import parse_strict, refuse_fields
from newsloom_schemas.submission import KillRequest, Submission
from newsloom_schemas.types import ExternalId, Revision, Timestamp

_SECONDS = re.compile(r"[0-9]{1,12}")
_MAX_SIGNATURES = 10
_SENT = frozenset({"article.published", "article.updated"})
_HELD = frozenset({"article.unpublished"})
_WITHDRAWN = frozenset({"article.deleted", "article.killed"})
_WITHIN = {"": "/data"}
_Model = TypeVar("_Model", bound=BaseModel)

EXAMPLE = """{
  "type": "article.published",
  "timestamp": "2026-11-05T06:31:12Z",
  "data": {
    "external_id": "harbour-bridge-2026-11-05",
    "revision": 1,
    "headline": "Harbour bridge reopens after repairs",
    "body_html": "<p>The bridge over the northern harbour reopened on Thursday.</p>",
    "language": "en",
    "authors": ["Ines Falk"]
  }
}"""


class _Envelope(BaseModel):
    """What the standard says of a payload; further members are the sender's own."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    type: str = Field(max_length=200)
    timestamp: Timestamp | None = None
    data: dict[str, Any] = Field(default_factory=dict)


class _Held(BaseModel):
    """An article that is out of sight until it is published again. May be sent with all its other fields."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    external_id: ExternalId
    revision: Revision


class _Killed(KillRequest):
    external_id: ExternalId


def prove(delivery: Delivery, *, now: datetime) -> None:
    """A signature in the header covers id, time and body, and was made with a registered secret."""
    hook, headers = delivery.profile.webhook, delivery.headers
    name, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    stamp = stamp_of(int(seconds)) if _SECONDS.fullmatch(seconds) else None
    if hook is None or not name or stamp is None or not within_window(stamp, now):
        raise unproven()
    message = f"{name}.{seconds}.".encode("latin-1", "replace") + delivery.body
    given = headers.get("webhook-signature", "").split(" ")[:_MAX_SIGNATURES]
    matches = [_is_signed(message, each, hook.secrets) for each in given]
    if not any(matches):
        raise unproven()


def _is_signed(message: bytes, signature: str, secrets: Sequence[str]) -> bool:
    """`v1,` is an HMAC, `v1a,` an Ed25519 signature; other kinds may stand beside them."""
    version, _, written = signature.partition(",")
    try:
        digest = base64.b64decode(written, validate=True)
    except ValueError:
        return False
    if version == "v1":
        shared = [standard_key(secret) for secret in secrets if secret.startswith("whsec_")]
        return digest_matches(shared, "sha256", message, digest)
    public = [standard_key(secret) for secret in secrets if secret.startswith("whpk_")]
    return version == "v1a" and any(_is_by(key, digest, message) for key in public)


def _is_by(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def read_webhook(delivery: Delivery) -> tuple[Said]:
    """What happened to the article in the envelope. Raises Refused."""
    envelope = parse_strict(_Envelope, delivery.body)
    if envelope.type in _SENT:
        return (_sent(envelope),)
    if envelope.type in _HELD:
        held = _parsed(_Held, _revised(envelope))
        return (hold(external_id=held.external_id, revision=held.revision),)
    if envelope.type in _WITHDRAWN:
        killed = _parsed(_Killed, envelope.data)
        return (Withdrawal(external_id=killed.external_id, reason=killed.reason),)
    return (Ignored(why="newsloom takes the types " + ", ".join(sorted(_SENT | _HELD | _WITHDRAWN))),)


def _sent(envelope: _Envelope) -> Placed:
    return Placed(submission=_parsed(Submission, _revised(envelope)), places=_WITHIN)


def _revised(envelope: _Envelope) -> dict[str, Any]:
    """Without a revision the time of the event counts, which stays the same when it is delivered again."""
    if "revision" in envelope.data or envelope.timestamp is None:
        return envelope.data
    return {**envelope.data, "revision": milliseconds(envelope.timestamp)}


def _parsed(model: type[_Model], data: dict[str, Any]) -> _Model:
    try:
        return model.model_validate_json(to_json(data))
    except ValidationError as error:
        raise in_their_words(refuse_fields(error), _WITHIN) from None


WEBHOOK = Dialect(
    name="webhook",
    path="/v1/hooks/{source}/webhook",
    media_types=("application/json",),
    summary="Tell what happened to an article, after Standard Webhooks",
    description=(
        "`data` is a submission as in `POST /v1/articles`; without a `revision` the `timestamp` of the event"
        " is one, in milliseconds. `article.published` and `article.updated` submit it, `article.unpublished`"
        " withholds the article until it is published again, `article.deleted` and `article.killed` withdraw"
        " it for ever; other types are acknowledged and ignored. Signed with HMAC-SHA256 (`v1`) or with"
        " Ed25519 (`v1a`)."
    ),
    example=EXAMPLE,
    read=read_webhook,
    proof=prove,
)
