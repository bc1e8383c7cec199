"""What a Superdesk instance pushes: ninjs 1.x with its own members, written by Python, signed with SHA-1."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tests.deliveries.sample import SOURCE, Headers, Sample

HERE = Path(__file__).parent / "superdesk_items"
PATH = f"/v1/hooks/{SOURCE}/superdesk"
SECRET = "superdesk-of-the-harbour-gazette"  # the one in sources.toml
GUID = "urn:newsml:desk.gazette.example:2026-11-05T05:41:02.482913:"


def signed(secret: str = SECRET, media_type: str = "application/json") -> Headers:
    """The headers of the transmitter. The scheme has no time."""

    def headers(body: bytes, _now: datetime) -> Mapping[str, str]:
        digest = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
        return {
            "Content-Type": media_type,
            "Accept": "application/json",
            "x-superdesk-signature": f"sha1={digest}",
        }

    return headers


def _sample(file: str, what: str, guid: str, headline: str | None) -> Sample:
    return Sample(
        dialect="superdesk",
        what=what,
        path=PATH,
        body=(HERE / file).read_bytes(),
        headers=signed(),
        external_id=GUID + guid,
        headline=headline,
        status=201,
        keyed=False,
    )


SAMPLES = (
    _sample(
        "published.json",
        "a story with authors and a picture",
        "aa01",
        "Seawall at Gull Point will be raised by a metre",
    ),
    _sample(
        "corrected.json",
        "a correction of it",
        "aa01",
        "Seawall at Gull Point will be raised by a metre and a half",
    ),
    _sample(
        "update.json", "an update that evolved from it", "aa02", "Port objects to paying for the seawall"
    ),
    _sample(
        "published_uk.json",
        "a story in Ukrainian",
        "bb01",
        "Маяк на мисі Тихому перефарбують уперше за тридцять років",
    ),
    _sample("killed.json", "a kill", "cc09", None),
    _sample(
        "package.json",
        "a package with one story inside and references to others",
        "dd01",
        "Storm Edda takes the roof of the fish hall",
    ),
)
