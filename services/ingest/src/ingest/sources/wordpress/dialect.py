"""The dialect itself: who may hint, where the site is asked, and what its answer means."""

import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

from ingest.door.signatures import digest_matches, hmac_matches
from ingest.fetching.port import Fetched, Fetcher, FetchFailed
from ingest.outcome import Ignored
from ingest.refusal import Refused
from ingest.source_profile import WordPressSite
from ingest.sources.dialect import Delivery, Dialect, Said, Withdrawal, unproven
from ingest.sources.hold import hold
from ingest.sources.local_times import read_time
from ingest.sources.revisions import milliseconds
from ingest.sources.wordpress.hint import FORM, Hint, read_hint
from ingest.sources.wordpress.post import external_id, read_post, to_said

EXAMPLE = """{"post_id": 4217, "action": "publish"}"""

_EMBED = "_embed=author,wp:featuredmedia,wp:term"
_BEARER = "bearer "
# What WordPress itself says of a post that is there but not for everybody, and of one that is not there.
# Other words under the same statuses are those of a firewall or of a REST API that is switched off.
_HIDDEN_CODES = frozenset({"rest_forbidden", "rest_cannot_read"})
_GONE_CODES = frozenset({"rest_post_invalid_id"})


def prove(delivery: Delivery, *, now: datetime) -> None:
    """A signature of the raw body, or for plug-ins that cannot sign the secret itself as a bearer token.

    No time is signed: a hook that is sent again makes newsloom look again, which changes nothing.
    """
    site = delivery.profile.wordpress
    if site is None or not (_signed(site, delivery) or _shown(site, delivery)):
        raise unproven()


def _signed(site: WordPressSite, delivery: Delivery) -> bool:
    given, given_base64 = (
        delivery.headers.get("x-newsloom-signature", ""),
        delivery.headers.get("x-wc-webhook-signature", ""),
    )
    return hmac_matches(
        site.secrets, "sha256", delivery.body, given.removeprefix("sha256=")
    ) or digest_matches(site.secrets, "sha256", delivery.body, _from_base64(given_base64))


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _shown(site: WordPressSite, delivery: Delivery) -> bool:
    header = delivery.headers.get("authorization", "")
    if not header.lower().startswith(_BEARER):
        return False
    given = header[len(_BEARER) :].strip().encode("latin-1", "replace")
    matches = False
    for secret in site.secrets:  # all of them, so that the time does not tell which one it was
        matches |= hmac.compare_digest(secret.encode(), given)
    return matches


async def ask_site(delivery: Delivery, fetcher: Fetcher) -> Delivery:
    """The delivery with what the site says of the post. Raises Refused, FetchRefused, FetchFailed."""
    site, hint = _site(delivery), read_hint(delivery.body, delivery.media_type)
    address = f"{site.site.rstrip('/')}/wp-json/wp/v2/{site.rest_base}/{hint.post}?{_EMBED}"
    # A copy that a cache kept would be the post as it was before the change.
    answer = await fetcher.get(address, headers={"accept": "application/json", "cache-control": "no-cache"})
    if answer.status == 200 or _not_public(answer):
        return replace(delivery, fetched=answer)
    raise FetchFailed(f"its REST API answers {answer.status}; open {_rest(site)} to everybody's reading")


def read_wordpress(delivery: Delivery) -> tuple[Said]:
    """What the site's answer means. Raises Refused."""
    hint, answer = read_hint(delivery.body, delivery.media_type), delivery.fetched
    if answer is None:
        return (Ignored(why="nothing is known of the post before its site was asked"),)
    if answer.status != 200:
        return (_gone(hint, answer),)
    return (to_said(read_post(answer.body, hint.post), _site(delivery)),)


def _gone(hint: Hint, answer: Fetched) -> Said:
    """For ever only when the hook and the site both say so; a forged hook alone cannot kill."""
    if hint.claim == "deleted" and _code(answer) in _GONE_CODES:
        return Withdrawal(external_id=external_id(hint.post), reason="deleted in WordPress")
    return _hidden(hint, answer)


def _hidden(hint: Hint, answer: Fetched) -> Said:
    """Out of sight until it is published again: WordPress brings back what lies in its trash."""
    if hint.claim == "changed":
        return Ignored(why="the post is not public on its site")
    return hold(external_id=external_id(hint.post), revision=milliseconds(_site_time(answer)))


def _not_public(answer: Fetched) -> bool:
    codes = {401: _HIDDEN_CODES, 403: _HIDDEN_CODES, 404: _GONE_CODES, 410: _GONE_CODES}
    return _code(answer) in codes.get(answer.status, frozenset())


def _code(answer: Fetched) -> str:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    code = found.get("code") if isinstance(found, dict) else None
    return code if isinstance(code, str) else ""


def _site_time(answer: Fetched) -> datetime:
    """The site's own clock: it orders what the site does, and ours never does. Raises Refused."""
    at = read_time(answer.headers.get("date", ""), UTC)
    if at is None:
        raise Refused("fetch-failed", "let the site's answers have a Date: it says when the post was hidden")
    return at


def _site(delivery: Delivery) -> WordPressSite:
    if delivery.profile.wordpress is None:
        raise unproven()
    return delivery.profile.wordpress


def _rest(site: WordPressSite) -> str:
    return f"/wp-json/wp/v2/{site.rest_base}"


WORDPRESS = Dialect(
    name="wordpress",
    path="/v1/hooks/{source}/wordpress",
    media_types=("application/json", FORM),
    summary="Say that a WordPress post changed",
    description=(
        "Only the number of the post is taken from the hook; newsloom reads the post from the REST API of the"
        " registered site. A public post is submitted, with the time of its last change as revision. A post"
        " that was trashed or unpublished is withheld until it is published again; one that was deleted is"
        " withdrawn for ever, if its site says so too. Signed by `X-Newsloom-Signature: sha256=` and the HMAC"
        " of the body, by `X-WC-Webhook-Signature`, or `Authorization: Bearer` and the secret."
    ),
    example=EXAMPLE,
    read=read_wordpress,
    proof=prove,
    fetch=ask_site,
)
