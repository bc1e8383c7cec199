"""The keys of an identity provider, fetched over HTTP as an operator configures it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ingest.app import build
from ingest.door.credentials import KeysUnusable
from ingest.door.signing_keys import MOST_BYTES, SigningKeys, from_url
from ingest.door.tokens import TokensUnusable
from ingest.settings import Settings
from tests.integration.ingest.front_door import bearer, serving, submission
from tests.unit.ingest.door.token_maker import AUDIENCE, ISSUER, Provider

PROVIDER = Provider()


@pytest.fixture
async def provider() -> AsyncIterator[str]:
    async def keys(_request: Request) -> Response:
        return Response(PROVIDER.key_set, media_type="application/json")

    async def long(_request: Request) -> Response:
        return Response(PROVIDER.key_set + b" " * MOST_BYTES)

    async def elsewhere(_request: Request) -> Response:
        return RedirectResponse("/keys")

    async def broken(_request: Request) -> Response:
        return Response(PROVIDER.key_set, status_code=500)

    app = FastAPI()
    app.router.routes.extend(
        [Route("/keys", keys), Route("/long", long), Route("/elsewhere", elsewhere), Route("/broken", broken)]
    )
    async with serving(app) as port:
        yield f"http://127.0.0.1:{port}"


async def test_keys_are_read_where_the_provider_publishes_them(provider: str) -> None:
    keys = SigningKeys(from_url(f"{provider}/keys"))
    await keys.seek(PROVIDER.key_id)
    assert keys.get(PROVIDER.key_id) is not None


@pytest.mark.parametrize("path", ["/long", "/elsewhere", "/broken", "/nothing"])
async def test_what_is_no_plain_answer_of_a_usual_size_is_not_believed(provider: str, path: str) -> None:
    keys = SigningKeys(from_url(f"{provider}{path}"))
    await keys.seek(PROVIDER.key_id)
    assert keys.get(PROVIDER.key_id) is None


async def test_a_provider_that_is_away_breaks_nothing() -> None:
    keys = SigningKeys(from_url("http://127.0.0.1:1/keys"))
    await keys.seek("one")
    assert keys.get("one") is None


def tokens_only(address: str, **more: Any) -> Settings:
    wanted = {"jwt_issuer": ISSUER, "jwt_audience": AUDIENCE, "jwt_algorithm": "ES256"}
    return Settings(kafka_bootstrap_servers="127.0.0.1:1", jwt_jwks_url=address, **(wanted | more))


async def test_ingest_takes_tokens_without_having_any_key(provider: str) -> None:
    """Kafka is away here: 503 says that the token was good, 401 that it was not."""
    async with (
        serving(build(tokens_only(f"{provider}/keys", audit_file="off"))) as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        good, foreign, key = [
            await client.post("/v1/articles", json=submission(), headers=bearer(credential))
            for credential in (PROVIDER.token(), Provider().token(), "a-key-of-the-harbour-paper")
        ]
    assert (good.status_code, foreign.status_code, key.status_code) == (503, 401, 401)


def test_tokens_by_half_do_not_start(tmp_path: Path) -> None:
    with pytest.raises(TokensUnusable, match="INGEST_JWT_ISSUER"):
        build(tokens_only("http://127.0.0.1:1/keys", jwt_issuer=None))
    with pytest.raises(KeysUnusable, match="keys create"):
        build(Settings(kafka_bootstrap_servers="127.0.0.1:1"))
