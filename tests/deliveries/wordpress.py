"""What WordPress sends: hints, signed in three ways, and the site that is asked afterwards."""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode

from tests.deliveries.news_site import Page
from tests.deliveries.sample import SOURCE, Headers, Sample

FOLDER = Path(__file__).with_name("wordpress_answers")
PATH = f"/v1/hooks/{SOURCE}/wordpress"
SECRET = "wordpress-of-the-harbour-gazette"  # the one in sources.toml
SITE = "http://wordpress.invalid"  # in sources.toml; tests put the address of a running site in its place
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def rest(post: int) -> str:
    return f"/wp-json/wp/v2/posts/{post}"


def _page(file: str, status: int = 200) -> Page:
    return Page(body=(FOLDER / file).read_bytes(), status=status, etag="")


PAGES: Mapping[str, Page] = MappingProxyType(
    {
        rest(4217): _page("4217.json"),
        rest(4218): _page("4218.json"),
        rest(4219): _page("gone.json", status=404),
        rest(4220): _page("4220.json"),
        rest(4221): _page("hidden.json", status=401),
    }
)


def signed(media_type: str = JSON, secret: str = SECRET) -> Headers:
    """As the few lines of the documentation sign."""

    def headers(body: bytes, _now: datetime) -> Mapping[str, str]:
        digest = hmac.digest(secret.encode(), body, "sha256").hex()
        return {"Content-Type": media_type, "X-Newsloom-Signature": f"sha256={digest}"}

    return headers


def signed_by_shop(secret: str = SECRET) -> Headers:
    """As WooCommerce's webhooks sign."""

    def headers(body: bytes, _now: datetime) -> Mapping[str, str]:
        digest = base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
        return {"Content-Type": JSON, "X-WC-Webhook-Signature": digest}

    return headers


def shown(media_type: str = FORM, secret: str = SECRET) -> Headers:
    """A plug-in that cannot sign, and sends a header that it was given."""
    return lambda _body, _now: {"Content-Type": media_type, "Authorization": f"Bearer {secret}"}


def _sample(what: str, post: int, body: bytes, headers: Headers, headline: str | None) -> Sample:
    return Sample(
        dialect="wordpress",
        what=what,
        path=PATH,
        body=body,
        headers=headers,
        external_id=f"wordpress:{post}",
        headline=headline,
        keyed=False,
    )


SAMPLES: tuple[Sample, ...] = (
    _sample(
        "a post was published",
        4217,
        b'{"post_id": 4217, "action": "publish"}',
        signed(),
        "Harbour bridge reopens: “ahead of plan” & under budget",
    ),
    _sample(
        "a form of a plug-in, with the whole post in it",
        4218,
        urlencode({"post_id": 4218, "post[post_title]": "Another headline", "hook": "post_create"}).encode(),
        shown(),
        "El faro vuelve a encenderse",
    ),
    _sample(
        "the shop's webhook on an action",
        4220,
        b'{"action": "save_post", "arg": 4220}',
        signed_by_shop(),
        "Нічний пором повертається",
    ),
    _sample("a post was deleted", 4219, b'{"post_id": 4219, "action": "deleted"}', signed(), None),
)
