"""Standard Webhooks: what the type of an event makes of its data."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ingest.outcome import Ignored
from ingest.refusal import Refused
from ingest.source_profile import SourceProfile, standard_key
from ingest.sources import Delivery, Placed, Withdrawal
from ingest.sources.hold import ENDLESS
from ingest.sources.webhook import prove, read_webhook
from newsloom_schemas.submission import Submission
from tests.deliveries import webhook
from tests.factories import MOMENT


def said(**envelope: Any) -> Any:
    (part,) = read_webhook(Delivery(body=json.dumps(envelope).encode()))
    return part


def data(**fields: Any) -> dict[str, Any]:
    found = {"external_id": "a", "revision": 3, "headline": "h", "body_text": "b"} | fields
    return {name: value for name, value in found.items() if value is not None}


def errors(**envelope: Any) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        said(**envelope)
    return {error.pointer: error.code for error in refused.value.errors}


@pytest.mark.parametrize("kind", ["article.published", "article.updated"])
def test_the_data_is_a_submission(kind: str) -> None:
    part = said(type=kind, data=data())
    assert isinstance(part, Placed)
    assert (part.submission.external_id, part.submission.revision) == ("a", 3)


def test_without_a_revision_the_time_of_the_event_is_one() -> None:
    part = said(type="article.published", timestamp="2026-11-05T06:31:12.5Z", data=data(revision=None))
    assert part.submission.revision == 1_793_860_272_500


def test_an_unpublished_article_can_come_back() -> None:
    part = said(type="article.unpublished", data=data(body_text="no longer for anybody"))
    assert isinstance(part, Submission)
    assert (part.embargo_until, part.revision) == (ENDLESS, 3)
    assert "anybody" not in part.model_dump_json()


@pytest.mark.parametrize("kind", ["article.deleted", "article.killed"])
def test_a_deleted_article_cannot(kind: str) -> None:
    part = said(type=kind, timestamp="2026-11-05T06:31:12Z", data={"external_id": "a", "reason": "why"})
    assert part == Withdrawal(external_id="a", reason="why")


def test_other_types_are_acknowledged() -> None:
    assert isinstance(said(type="member.created", data={"id": 1}), Ignored)


@pytest.mark.parametrize(
    ("envelope", "pointer", "code"),
    [
        ({"data": {}}, "/type", "missing"),
        ({"type": 7}, "/type", "string_type"),
        ({"type": "article.published", "timestamp": 1_700_000_000}, "/timestamp", "value_error"),
        ({"type": "article.published", "data": data(headline=None)}, "/data/headline", "missing"),
        ({"type": "article.published", "data": data(revision=None)}, "/data/revision", "missing"),
        ({"type": "article.published", "data": data(title="x")}, "/data/title", "extra_forbidden"),
        ({"type": "article.published", "data": data(revision="3")}, "/data/revision", "int_type"),
        ({"type": "article.unpublished", "data": {"external_id": "a"}}, "/data/revision", "missing"),
        ({"type": "article.killed", "data": {"reason": "r"}}, "/data/external_id", "missing"),
    ],
)
def test_a_refusal_points_into_the_envelope(envelope: dict[str, Any], pointer: str, code: str) -> None:
    assert errors(**envelope)[pointer] == code


def test_a_vector_that_was_worked_out_by_another_program() -> None:
    """openssl dgst -sha256 -hmac over `msg_vector.1793860272.{}`; the secret is 24 times the letter k."""
    profile = SourceProfile.model_validate(
        {"webhook": {"secrets": ["whsec_a2tra2tra2tra2tra2tra2tra2tra2tr"]}}
    )
    headers = {
        "webhook-id": "msg_vector",
        "webhook-timestamp": "1793860272",
        "webhook-signature": "v1,byQfzyDHiOzR3Kd/A63L1dJ8LBVtXzE2dQ67HwX3u2E=",
    }
    moment = MOMENT.fromtimestamp(1793860272, tz=MOMENT.tzinfo)
    prove(Delivery(body=b"{}", headers=headers, profile=profile), now=moment)
    with pytest.raises(Refused):
        prove(Delivery(body=b"{ }", headers=headers, profile=profile), now=moment)


def test_a_sender_may_sign_with_a_key_of_which_newsloom_has_the_public_half() -> None:
    private, another = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    profile = SourceProfile.model_validate({"webhook": {"secrets": [f"whpk_{public}"]}})
    seconds = str(int(MOMENT.timestamp()))

    def delivery(key: Ed25519PrivateKey, body: bytes, version: str = "v1a") -> Delivery:
        signature = base64.b64encode(key.sign(f"msg_1.{seconds}.".encode() + b"{}")).decode()
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": seconds,
            "webhook-signature": f"v1,AAAA {version},{signature}",
        }
        return Delivery(body=body, headers=headers, profile=profile)

    prove(delivery(private, b"{}"), now=MOMENT)
    for wrong in (delivery(another, b"{}"), delivery(private, b"{ }"), delivery(private, b"{}", "v1")):
        with pytest.raises(Refused):
            prove(wrong, now=MOMENT)


@pytest.mark.parametrize(
    "secret",
    ["whsec_", "whsec_c2hvcnQ=", "whsec_not base64 at all, really", "a2tra2tra2tra2tra2tra2tr", "whpk_a2tr"],
)
def test_a_secret_that_is_none_is_found_when_the_profile_is_read(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_ and the base64"):
        standard_key(secret)


def test_the_samples_secret_is_the_registered_one() -> None:
    assert len(standard_key(webhook.SECRET)) == 30
