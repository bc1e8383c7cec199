"""What a CMS sends that follows Standard Webhooks: an envelope, and a signature over id, time and body."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tests.deliveries.sample import SOURCE, Headers, Sample

HERE = Path(__file__).parent / "webhook_events"
PATH = f"/v1/hooks/{SOURCE}/webhook"
SECRET = "whsec_aGFyYm91ciBnYXpldHRlJ3MgZmlyc3Qgc2VjcmV0"  # the one in sources.toml


def signed(message_id: str, secret: str = SECRET) -> Headers:
    """The headers of one delivery attempt."""

    def headers(body: bytes, now: datetime) -> Mapping[str, str]:
        seconds = str(int(now.timestamp()))
        message = f"{message_id}.{seconds}.".encode() + body
        digest = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), message, "sha256")
        return {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": seconds,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }

    return headers


def _sample(file: str, what: str, external_id: str, headline: str | None) -> Sample:
    return Sample(
        dialect="webhook",
        what=what,
        path=PATH,
        body=(HERE / file).read_bytes(),
        headers=signed(f"msg_{Path(file).stem}"),
        external_id=external_id,
        headline=headline,
        keyed=False,
    )


SAMPLES = (
    _sample(
        "published.json",
        "an article with everything it can have",
        "night-ferry-returns",
        "The night ferry to Stavnes sails again",
    ),
    _sample(
        "updated.json",
        "a correction of it",
        "night-ferry-returns",
        "The night ferry to Stavnes sails again, full to the last bunk",
    ),
    _sample(
        "published_without_revision.json",
        "an article whose revision is the time of the event",
        "rada-portu/2026/311",
        "Рада порту скасувала нічний збір для маломірних суден",
    ),
    _sample(
        "published_ru.json",
        "an article with an id in Cyrillic",
        "мост-2026-11-06",
        "Разводной мост в Верхнегорске закроют на девять ночей",
    ),
    _sample("killed.json", "a kill", "wrong-obituary-2026-11-07", None),
)
