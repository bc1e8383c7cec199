"""The attacker's view: whatever is tried, nothing is published, the answer tells nothing, the audit does."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ingest.door.audit import Audit
from ingest.door.credentials import KeyRing
from ingest.door.rate_limits import RateLimits
from ingest.door.signing_keys import SigningKeys
from ingest.door.token_buckets import Pace
from ingest.door.tokens import Tokens
from ingest.refusal import REFUSALS
from ingest.source_register import SourceRegister
from newsloom_schemas.identity import article_id
from tests.deliveries.sample import Sample
from tests.factories import MOMENT
from tests.integration.ingest.front_door import (
    DEV_KEY,
    KEY,
    KEYS,
    KILLLESS_KEY,
    FrontDoor,
    bearer,
    digest,
    open_door,
    submission,
)
from tests.integration.ingest.test_wire import exchange
from tests.unit.ingest.door.token_maker import AUDIENCE, ISSUER, Provider, forged

EXPIRED, REVOKED, RIVER = "a-key-that-has-expired", "a-key-that-was-revoked", "a-key-of-the-river-paper"
ALL = ["submit", "kill", "tags"]
MORE_KEYS = [
    {
        "name": "former",
        "key_sha256": digest(EXPIRED),
        "sources": ["harbour"],
        "scopes": ALL,
        "expires_at": "2020-01-01T00:00:00Z",
    },
    {
        "name": "stolen",
        "key_sha256": digest(REVOKED),
        "sources": ["harbour"],
        "scopes": ALL,
        "revoked_at": "2020-01-01T00:00:00Z",
    },
    {"name": "river", "key_sha256": digest(RIVER), "sources": ["river"], "scopes": ALL},
]
SECRET_OF_THE_TEXT = "the minister resigns tomorrow"
PROVIDER = Provider(algorithm="RS256")
FAR_AWAY = 40_000_000_000
SOURCES = Path(__file__).parents[2] / "deliveries" / "sources.toml"


@dataclass
class Lines:
    """An audit that is read back."""

    lines: list[str] = field(default_factory=list)

    def write(self, line: str) -> None:
        self.lines.append(line)

    @property
    def last(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.lines[-1])
        return found


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """A front door and its audit."""

    door: FrontDoor
    audit: Lines


@pytest_asyncio.fixture(scope="module")
async def opened() -> AsyncIterator[Guarded]:
    lines = Lines()

    async def key_set() -> bytes:
        return PROVIDER.key_set

    tokens = Tokens(issuer=ISSUER, audience=AUDIENCE, algorithm="RS256", keys=SigningKeys(key_set))
    async with open_door(
        keys=KeyRing(inline=json.dumps([*KEYS, *MORE_KEYS])),
        audit=Audit(lines),
        tokens=tokens,
        sources=SourceRegister(SOURCES),
        max_bytes=20_000,
        timeout_s=0.5,
    ) as door:
        yield Guarded(door=door, audit=lines)


@pytest.fixture
def guarded(opened: Guarded) -> Guarded:
    opened.door.publisher.forget()
    opened.audit.lines.clear()
    return opened


def token(**claims: Any) -> str:
    """One that is valid for ever, since tables of tests are made long before they run."""
    return PROVIDER.token(**({"exp": FAR_AWAY} | claims))


NOBODY: list[tuple[str, str, str]] = [
    ("a wrong key", "nl_ab12cd34_" + "x" * 43, "unknown-key"),
    ("a key with a letter changed", KEY[:-1] + "x", "unknown-key"),
    ("the hash that is kept instead of the key", digest(KEY), "unknown-key"),
    ("an expired key", EXPIRED, "expired-key"),
    ("a revoked key", REVOKED, "revoked-key"),
    ("an unsigned token", forged({"alg": "none", "kid": "one"}, exp=FAR_AWAY), "token-InvalidAlgorithmError"),
    (
        "a token signed with the public key as a shared secret",
        forged({"alg": "HS256", "kid": "one"}, secret=PROVIDER.public_pem, exp=FAR_AWAY),
        "token-InvalidAlgorithmError",
    ),
    ("a token for somebody else", token(aud="another-service"), "token-InvalidAudienceError"),
    ("a token of another issuer", token(iss="https://login.other.example/"), "token-InvalidIssuerError"),
    ("an expired token", token(exp=1_600_000_000), "token-ExpiredSignatureError"),
    ("a token without an end", token(exp=None), "token-MissingRequiredClaimError"),
    ("a token of a key that the issuer does not have", token(header={"kid": "x"}), "token-of-unknown-key"),
    ("a token with a changed signature", token()[:-6] + "AAAAAA", "token-InvalidSignatureError"),
]


@pytest.mark.parametrize(("what", "key", "why"), NOBODY, ids=[each[0] for each in NOBODY])
async def test_who_is_nobody_hears_the_same_whatever_is_wrong(
    guarded: Guarded, what: str, key: str, why: str
) -> None:
    body = submission(headline=SECRET_OF_THE_TEXT)
    refused = await guarded.door.client.post("/v1/articles", json=body, headers=bearer(key))
    without = await guarded.door.client.post("/v1/articles", json=body)
    assert refused.status_code == without.status_code == 401
    assert (refused.content, dict(refused.headers) | {"date": ""}) == (
        without.content,
        dict(without.headers) | {"date": ""},
    )
    assert guarded.door.publisher.events == []
    line = json.loads(guarded.audit.lines[0])
    assert (line["decision"], line["code"], line["why"]) == ("unauthorized", "unauthorized", why)
    assert line["client"] == "127.0.0.1"
    told = "".join(guarded.audit.lines) + refused.text
    assert SECRET_OF_THE_TEXT not in told
    assert key not in told


async def test_an_ended_key_is_named_in_the_audit_by_what_an_operator_finds_it_by(guarded: Guarded) -> None:
    await guarded.door.client.post("/v1/articles", json=submission(), headers=bearer(REVOKED))
    assert (guarded.audit.last["key"], guarded.audit.last["prefix"]) == ("stolen", digest(REVOKED)[:8])


MORE_THAN_ALLOWED: list[tuple[str, str, str, str, str]] = [
    ("another source", KEY, "?source=river", "paper", "source"),
    ("a kill for another source", KEY, "/kill?external_id=a&source=river", "paper", "source"),
    ("tags of another source", KEY, "/tags?external_id=a&source=river", "paper", "source"),
    ("a kill without the scope", KILLLESS_KEY, "/kill?external_id=a&source=harbour", "cms", "scope"),
    ("tags without the scope", KILLLESS_KEY, "/tags?external_id=a&source=harbour", "cms", "scope"),
    ("every source at once", DEV_KEY, "?source=*", "dev", "invalid"),
    ("a source that is a path", DEV_KEY, "?source=../harbour", "dev", "invalid"),
    ("a source given twice", DEV_KEY, "?source=river&source=harbour", "dev", "invalid"),
    ("a token's kill without the scope", token(), "/kill?external_id=a", "harbour-cms", "scope"),
    ("a token for another source", token(), "?source=river", "harbour-cms", "source"),
]


@pytest.mark.parametrize(
    ("what", "key", "address", "name", "code"),
    MORE_THAN_ALLOWED,
    ids=[each[0] for each in MORE_THAN_ALLOWED],
)
async def test_who_is_known_may_do_no_more_than_was_granted(
    guarded: Guarded, what: str, key: str, address: str, name: str, code: str
) -> None:
    method, body = ("PUT", {"edit": 1}) if address.startswith("/tags") else ("POST", submission())
    answer = await guarded.door.client.request(
        method, f"/v1/articles{address}", json=body, headers=bearer(key)
    )
    assert answer.json()["type"] == f"urn:newsloom:problem:{code}"
    assert answer.status_code == REFUSALS[code].status
    assert guarded.door.publisher.events == []
    assert (guarded.audit.last["decision"], guarded.audit.last["code"]) == ("refused", code)
    assert guarded.audit.last["key"] == name


async def test_the_same_id_of_another_source_is_another_article(guarded: Guarded) -> None:
    """There is nothing to take over: whose article it is stands in its id, and that comes from the key."""
    for key in (KEY, RIVER):
        answer = await guarded.door.client.post("/v1/articles/kill?external_id=bridge-1", headers=bearer(key))
        assert answer.status_code == 202
    assert [event.article_id for event in guarded.door.publisher.events] == [
        article_id("harbour", "bridge-1"),
        article_id("river", "bridge-1"),
    ]
    decisions = [json.loads(line) for line in guarded.audit.lines]
    assert [(line["decision"], line["source"]) for line in decisions] == [
        ("killed", "harbour"),
        ("killed", "river"),
    ]


async def test_what_is_taken_is_in_the_audit_with_key_and_ids(guarded: Guarded) -> None:
    secret = submission(headline=SECRET_OF_THE_TEXT)
    taken = await guarded.door.client.post("/v1/articles", json=secret, headers=bearer(token()))
    assert taken.status_code == 202
    line = guarded.audit.last
    assert {
        name: line[name] for name in ("decision", "key", "source", "dialect", "article_id", "event_id")
    } == {
        "decision": "accepted",
        "key": "harbour-cms",
        "source": "harbour",
        "dialect": "json",
        "article_id": taken.json()["article_id"],
        "event_id": taken.json()["event_id"],
    }
    assert SECRET_OF_THE_TEXT not in guarded.audit.lines[-1]


def first_sample(dialect: str) -> Sample:
    samples: Sequence[Sample] = import_module(f"tests.deliveries.{dialect}").SAMPLES
    return samples[0]


SIGNED = [
    pytest.param(first_sample(name), id=name) for name in ("ghost", "superdesk", "webhook", "wordpress")
]
STAMPED = [pytest.param(first_sample(name), id=name) for name in ("ghost", "webhook")]


@pytest.mark.parametrize("sample", SIGNED)
async def test_a_signature_of_another_body_is_none(guarded: Guarded, sample: Sample) -> None:
    signed = sample.headers(sample.body, MOMENT)
    for forged_body in (sample.body.replace(b" ", b""), sample.body + b" ", sample.body[:-1] + b" }"):
        if forged_body == sample.body:
            continue
        await _refused_and_audited(guarded, sample, forged_body, dict(signed))


@pytest.mark.parametrize("sample", STAMPED)
@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365])
async def test_a_signature_outside_the_window_is_none(guarded: Guarded, sample: Sample, minutes: int) -> None:
    headers = sample.headers(sample.body, MOMENT + timedelta(minutes=minutes))
    await _refused_and_audited(guarded, sample, sample.body, dict(headers))


@pytest.mark.parametrize("sample", SIGNED)
async def test_a_signature_does_not_count_at_another_source(guarded: Guarded, sample: Sample) -> None:
    elsewhere = sample.path.replace("/harbour/", "/river/")
    answer = await guarded.door.client.post(
        elsewhere, content=sample.body, headers=dict(sample.headers(sample.body, MOMENT))
    )
    assert answer.status_code == 401
    assert guarded.audit.last["source"] == "river"


async def _refused_and_audited(
    guarded: Guarded, sample: Sample, body: bytes, headers: dict[str, str]
) -> None:
    answer = await guarded.door.client.post(sample.path, content=body, headers=headers)
    assert answer.status_code == 401, sample.what
    assert guarded.door.publisher.events == []
    line = guarded.audit.last
    assert (line["decision"], line["source"], line["key"]) == ("unauthorized", "harbour", sample.dialect)


def head(key: str, more: str) -> bytes:
    return (
        f"POST /v1/articles HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\n{more}\r\n"
    ).encode()


RAW = [
    ("a body over the limit", head(KEY, "Content-Length: 30000\r\n") + b"x" * 30_000, 413, "too-large"),
    ("a body that does not come", head(KEY, "Content-Length: 500\r\n") + b"{", 408, "body-timeout"),
    (
        "chunks without an end",
        head(KEY, "Transfer-Encoding: chunked\r\n") + b"1\r\n{\r\n",
        408,
        "body-timeout",
    ),
    (
        "two lengths",
        head(KEY, "Content-Length: 5\r\nContent-Length: 5\r\n") + b"aaaaa",
        400,
        None,
    ),
    (
        "a length and chunks, to smuggle a second request",
        head(KEY, "Content-Length: 44\r\nTransfer-Encoding: chunked\r\n")
        + b"0\r\n\r\nPOST /v1/articles/kill?external_id=a HTTP/1.1\r\n\r\n",
        400,
        None,
    ),
    (
        "chunks under another name",
        head(KEY, "Transfer-Encoding: xchunked\r\n") + b"0\r\n\r\n",
        400,
        None,
    ),
    ("two hundred headers", head(KEY, "".join(f"X-{n}: a\r\n" for n in range(200))), 431, "too-many-headers"),
]


@pytest.mark.parametrize(("what", "sent", "status", "code"), RAW, ids=[each[0] for each in RAW])
async def test_requests_that_no_client_makes_are_refused_and_their_connection_closed(
    guarded: Guarded, what: str, sent: bytes, status: int, code: str | None
) -> None:
    answered, said = await exchange(guarded.door, sent)
    assert answered == status
    assert said.count(b"HTTP/1.1 ") == 1, "nothing behind it was taken for a request"
    assert guarded.door.publisher.events == []
    if code is not None:  # what is no HTTP never reaches the application
        assert (guarded.audit.last["decision"], guarded.audit.last["code"]) == ("refused", code)


async def test_who_tries_keys_hears_that_it_is_too_often_and_a_valid_key_of_that_address_comes_in() -> None:
    few = RateLimits(failures=Pace(per_second=0.01, burst=3))
    async with open_door(rates=few) as door:
        tried = [
            await door.client.post("/v1/articles", json=submission(), headers=bearer(f"try-{n}"))
            for n in range(5)
        ]
        valid = await door.client.post("/v1/articles", json=submission(), headers=bearer())
    assert [answer.status_code for answer in tried] == [401, 401, 401, 429, 429]
    assert int(tried[-1].headers["retry-after"]) > 1
    assert valid.status_code == 202


async def test_a_hook_is_slowed_down_before_its_body_is_read(guarded: Guarded) -> None:
    sample = first_sample("ghost")
    few = RateLimits(Pace(per_second=0.01, burst=2))
    async with open_door(rates=few, sources=SourceRegister(SOURCES), timeout_s=20) as door:
        for _ in range(2):
            forged_one = await door.client.post(
                sample.path, content=b"{}", headers=dict(sample.headers(b"", MOMENT))
            )
            assert forged_one.status_code == 401
        waiting = (
            f"POST {sample.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            "Content-Length: 500\r\n\r\n"
        )
        answered, _ = await exchange(door, waiting.encode(), hang_up=True)
    assert answered == 429
