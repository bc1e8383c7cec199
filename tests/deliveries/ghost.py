"""What a Ghost site sends through the webhooks of a custom integration."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tests.deliveries.sample import SOURCE, Headers, Sample

HERE = Path(__file__).parent / "ghost_posts"
PATH = f"/v1/hooks/{SOURCE}/ghost"
SECRET = "ghost-of-the-harbour-gazette"  # the one in sources.toml


def signed(secret: str = SECRET, *, with_time: bool = True) -> Headers:
    """The headers of Ghost; releases before July 2024 signed the body alone."""

    def headers(body: bytes, now: datetime) -> Mapping[str, str]:
        stamp = str(int(now.timestamp() * 1000))
        message = body + stamp.encode() if with_time else body
        digest = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "Content-Version": "v6.8",
            "X-Ghost-Signature": f"sha256={digest}, t={stamp}",
        }

    return headers


def _sample(file: str, what: str, uuid: str, headline: str | None) -> Sample:
    return Sample(
        dialect="ghost",
        what=what,
        path=PATH,
        body=(HERE / file).read_bytes(),
        headers=signed(),
        external_id=f"ghost:{uuid}",
        headline=headline,
        keyed=False,
    )


SAMPLES = (
    _sample(
        "published.json",
        "a post with picture, tags and two authors",
        "0f3f0c1e-52f0-4ab1-8d0a-93d0b1e44a10",
        "Cooper's Hill gives up its last allotment",
    ),
    _sample(
        "edited.json",
        "the same post after an edit",
        "0f3f0c1e-52f0-4ab1-8d0a-93d0b1e44a10",
        "Cooper's Hill gives up its last allotments",
    ),
    _sample(
        "published_uk.json",
        "a post in Ukrainian that was scheduled",
        "c7a1d9e4-6c1f-4f43-a1d7-2f1be5f09d55",
        "У Синьогір'ї відкрили бібліотеку речей",
    ),
    _sample("deleted.json", "a post that was deleted", "5d2c4b9a-8e61-4b0d-9f70-0c9a1b7e6d21", None),
)
