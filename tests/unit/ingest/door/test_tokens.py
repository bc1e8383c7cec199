"""Tokens: one algorithm, one issuer, one audience; the key set is kept, and fetched again when it must be."""

import asyncio
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.door.credentials import Identity, Unknown
from ingest.door.signing_keys import SigningKeys, from_file
from ingest.door.tokens import Tokens, TokensUnusable, configured
from tests.unit.ingest.door.token_maker import AUDIENCE, ISSUER, Provider, forged


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class KeySets:
    """Where the key sets come from; remembers how often it was asked, and fails when told to."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.asked = 0
        self.fails = False

    async def __call__(self) -> bytes:
        self.asked += 1
        await asyncio.sleep(0)
        if self.fails:
            raise OSError
        return self.provider.key_set


PROVIDER = Provider()


def reading(provider: Provider = PROVIDER, **more: Any) -> tuple[Tokens, KeySets, Clock]:
    clock, sets = Clock(), KeySets(provider)
    keys = SigningKeys(sets, now=clock)
    algorithm = more.get("algorithm", provider.algorithm)
    return Tokens(issuer=ISSUER, audience=AUDIENCE, algorithm=algorithm, keys=keys), sets, clock


def identity(tokens: Tokens, token: str) -> Identity:
    asyncio.run(tokens.prepare(token))
    return tokens.identify(token)


def refusal(tokens: Tokens, token: str) -> str:
    with pytest.raises(Unknown) as refused:
        identity(tokens, token)
    return refused.value.why


def test_a_token_speaks_for_its_sources_within_its_scopes() -> None:
    tokens, _, _ = reading()
    token = PROVIDER.token(sources=["harbour", "river"], scope="openid submit kill fly")
    assert tokens.reads(token)
    found = identity(tokens, token)
    assert (found.name, found.sources) == ("harbour-cms", ("harbour", "river"))
    assert found.scopes == {"submit", "kill"}
    assert found.credential == identity(tokens, PROVIDER.token(exp=time.time() + 5)).credential


@pytest.mark.parametrize("key", ["nl_ab12cd34_" + "x" * 43, "eyJ", "eyJhbGciOiJub25lIn0", "a.b.c"])
def test_a_key_is_no_token(key: str) -> None:
    tokens, _, _ = reading()
    assert not tokens.reads(key)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": 1_600_000_000}, "token-ExpiredSignatureError"),
        ({"nbf": 40_000_000_000, "exp": 40_000_000_600}, "token-ImmatureSignatureError"),
        ({"aud": "another"}, "token-InvalidAudienceError"),
        ({"iss": "https://login.other.example/"}, "token-InvalidIssuerError"),
        ({"exp": None}, "token-MissingRequiredClaimError"),
        ({"nbf": None}, "token-MissingRequiredClaimError"),
        ({"sub": None}, "token-MissingRequiredClaimError"),
        ({"sources": None}, "token-claims"),
        ({"sources": []}, "token-claims"),
        ({"sources": "harbour"}, "token-claims"),
        ({"sources": ["Not A Source"]}, "token-claims"),
        ({"scope": ["submit"]}, "token-claims"),
    ],
)
def test_a_token_that_does_not_fit_is_refused_and_the_audit_knows_why(
    claims: dict[str, Any], why: str
) -> None:
    tokens, _, _ = reading()
    assert refusal(tokens, PROVIDER.token(**claims)) == why


@pytest.mark.parametrize(("claim", "distance"), [("exp", -35), ("nbf", 600)])
def test_clocks_may_differ_by_half_a_minute_and_no_more(claim: str, distance: int) -> None:
    tokens, _, _ = reading()
    claims: dict[str, Any] = {claim: time.time() + distance}
    assert refusal(tokens, PROVIDER.token(**claims))


@pytest.mark.parametrize(("claim", "distance"), [("exp", -10), ("nbf", 10)])
def test_clocks_may_differ_by_some_seconds(claim: str, distance: int) -> None:
    tokens, _, _ = reading()
    claims: dict[str, Any] = {claim: time.time() + distance}
    assert identity(tokens, PROVIDER.token(**claims))


def test_the_token_does_not_choose_the_algorithm() -> None:
    rsa = Provider(algorithm="RS256")
    tokens, _, _ = reading(rsa)
    assert identity(tokens, rsa.token())
    kid = rsa.key_id
    attempts = [
        forged({"alg": "none", "kid": kid}),
        forged({"alg": "None", "kid": kid}),
        forged({"alg": "HS256", "kid": kid}, secret=rsa.public_pem),
        forged({"alg": "HS256", "kid": kid}, secret=rsa.public_pem.strip()),
        forged({"alg": "RS256", "kid": kid}, secret=rsa.public_pem),
        forged({"kid": kid}, secret=rsa.public_pem),
        forged({"alg": "RS256", "kid": kid}),
        rsa.token(header={"crit": ["b64"], "b64": False}),
        rsa.token()[:-4] + "AAAA",
        Provider(algorithm="RS256").token(),
    ]
    assert all(refusal(tokens, attempt) for attempt in attempts)


def test_a_key_of_another_kind_than_the_algorithm_verifies_nothing() -> None:
    tokens, _, _ = reading(algorithm="RS256")
    assert refusal(tokens, PROVIDER.token())


def test_a_key_that_the_token_brings_along_is_not_looked_at() -> None:
    tokens, _, _ = reading()
    stranger = Provider()
    (jwk,) = json.loads(stranger.key_set)["keys"]
    for header in (
        {"jwk": jwk},
        {"jku": "https://attacker.example/keys"},
        {"x5u": "https://attacker.example"},
    ):
        assert refusal(tokens, stranger.token(header=header))


def test_keys_are_kept_and_fetched_again_for_an_unknown_one_but_not_too_often() -> None:
    provider = Provider()
    tokens, sets, clock = reading(provider)
    for _ in range(5):
        identity(tokens, provider.token())
    assert sets.asked == 1

    provider.rotate("two")
    assert refusal(tokens, provider.token()) == "token-of-unknown-key"
    clock.now += 31
    assert identity(tokens, provider.token())
    for n in range(20):
        refusal(tokens, provider.token(header={"kid": f"unknown-{n}"}))
    assert sets.asked == 2


def test_the_former_keys_serve_while_new_ones_cannot_be_had() -> None:
    provider = Provider()
    tokens, sets, clock = reading(provider)
    identity(tokens, provider.token())
    sets.fails = True
    for _ in range(3):
        clock.now += 3600
        assert identity(tokens, provider.token())
    assert sets.asked == 4


def test_a_key_that_was_taken_back_is_forgotten() -> None:
    provider = Provider()
    tokens, _, clock = reading(provider)
    stolen = provider.token()
    identity(tokens, stolen)
    provider.rotate("two")
    clock.now += 601
    assert refusal(tokens, stolen) == "token-of-unknown-key"


async def test_many_at_once_ask_for_the_keys_once() -> None:
    tokens, sets, _ = reading()
    token = PROVIDER.token()
    await asyncio.gather(*(tokens.prepare(token) for _ in range(50)))
    assert sets.asked == 1


def test_a_set_without_a_usable_key_leaves_the_former_ones(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    for unusable in (b"", b"[]", b'{"keys": []}', b'{"keys": [{"kty": "oct", "k": "AAAA", "kid": "one"}]}'):
        file.write_bytes(unusable)
        tokens = Tokens(
            issuer=ISSUER, audience=AUDIENCE, algorithm="ES256", keys=SigningKeys(from_file(file))
        )
        assert refusal(tokens, PROVIDER.token()) == "token-of-unknown-key"


@pytest.mark.parametrize(
    "broken",
    [
        {"kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": ["RS256"]},
        {"kty": "EC", "crv": "P-256", "x": "!", "y": "\u00e9"},
        {"kty": "RSA", "n": 1, "e": 1},
        {},
    ],
)
def test_a_key_that_is_none_costs_the_others_nothing(tmp_path: Path, broken: dict[str, Any]) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [broken, *json.loads(PROVIDER.key_set)["keys"]]}))
    keys = SigningKeys(from_file(file))
    tokens = Tokens(issuer=ISSUER, audience=AUDIENCE, algorithm="ES256", keys=keys)
    assert identity(tokens, PROVIDER.token()).name == "harbour-cms"


def test_a_token_without_a_key_id_is_read_with_the_only_key() -> None:
    tokens, _, _ = reading()
    token = PROVIDER.token(with_key_id=False)
    assert identity(tokens, token).name == "harbour-cms"


HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    claims=st.dictionaries(
        st.sampled_from(["exp", "nbf", "iat", "aud", "iss", "sub", "scope", "sources"]), HOSTILE
    )
)
def test_whatever_a_signed_token_claims_it_is_an_identity_or_unknown(claims: dict[str, Any]) -> None:
    tokens, _, _ = reading()
    token = _signed(claims)
    asyncio.run(tokens.prepare(token))
    with suppress(Unknown):
        assert tokens.identify(token).sources


def _signed(claims: dict[str, Any]) -> str:
    try:
        return PROVIDER.token(**claims)
    except (TypeError, ValueError, OverflowError):  # the library that signs refuses some of them itself
        return forged({"alg": "ES256", "kid": "one"})


@given(
    token=st.binary(max_size=60).map(lambda raw: "eyJ" + raw.decode("latin-1"))
    | st.from_regex(r"eyJ[\w-]{0,30}\.[\w-]{0,30}\.[\w-]{0,30}", fullmatch=True)
)
def test_whatever_looks_like_a_token_never_breaks_anything(token: str) -> None:
    tokens, _, _ = reading()
    assert refusal(tokens, token)


def test_tokens_are_configured_wholly_or_not_at_all(tmp_path: Path) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("issuer", "audience", "algorithm", "jwks_url", "jwks_file"))
    assert configured(**nothing) is None
    whole = nothing | {"issuer": ISSUER, "audience": AUDIENCE, "algorithm": "ES256", "jwks_file": tmp_path}
    assert configured(**whole) is not None
    for missing in ("issuer", "audience", "algorithm", "jwks_file"):
        with pytest.raises(TokensUnusable, match="INGEST_JWT_JWKS_URL"):
            configured(**whole | {missing: None})
    with pytest.raises(TokensUnusable):
        configured(**whole | {"jwks_url": "https://login.paper.example/keys"})
