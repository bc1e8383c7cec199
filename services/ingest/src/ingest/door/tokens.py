"""Tokens of an identity provider in the place of keys: one algorithm, one issuer, one audience.

The algorithm is the operator's choice and never the token's; none to choose from has a shared secret.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import jwt
from pydantic import BaseModel, Field, StringConstraints, ValidationError

from ingest.door.credentials import Identity, Unknown
from ingest.door.signing_keys import SigningKeys, from_file, from_url
from newsloom_runtime.keys_file import EVERY_SCOPE, digest
from newsloom_schemas.types import SourceId

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY_S = 30.0
_REQUIRED = ("exp", "nbf", "iss", "aud", "sub")
# What comes of a token that was made to hurt: times such as 1e400, claims of any type, deep nesting.
_NO_TOKEN = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError, AttributeError, KeyError)


class TokensUnusable(ValueError):
    """Tokens are configured by half; the message says what to set."""


class _Claims(BaseModel):
    sub: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    sources: tuple[SourceId | Literal["*"], ...] = Field(min_length=1, max_length=1000)
    scope: str = ""


class Tokens:
    """Reads tokens and tells whose they are."""

    def __init__(self, *, issuer: str, audience: str, algorithm: Algorithm, keys: SigningKeys) -> None:
        self._issuer = issuer
        self._audience = audience
        self._algorithm: Algorithm = algorithm
        self._keys = keys

    def reads(self, token: str) -> bool:
        """Whether this has the form of a token; a key of ours has not."""
        return token.startswith("eyJ") and token.count(".") == 2

    async def prepare(self, token: str) -> None:
        """Fetch the key that the token names, unless it is here already. Never raises."""
        await self._keys.seek(_key_id(token))

    def identify(self, token: str) -> Identity:
        """Whose token this is, by the keys that are here. Raises Unknown."""
        key = self._keys.get(_key_id(token))
        if key is None:
            raise Unknown("token-of-unknown-key")
        try:
            claims = _Claims.model_validate(self._verified(token, key))
        except ValidationError:
            raise Unknown("token-claims") from None
        except _NO_TOKEN as error:
            raise Unknown(f"token-{type(error).__name__}") from None
        return Identity(
            name=claims.sub[:100],
            prefix="token",
            credential=f"token:{digest(claims.sub)[:16]}",
            sources=claims.sources,
            scopes=frozenset(scope for scope in EVERY_SCOPE if scope in claims.scope.split()),
        )

    def _verified(self, token: str, key: jwt.PyJWK) -> object:
        if "crit" in jwt.get_unverified_header(token):
            raise jwt.InvalidTokenError("an extension that must be understood is not")
        required: Sequence[str] = _REQUIRED
        return jwt.decode(
            token,
            key.key,
            algorithms=[self._algorithm],
            issuer=self._issuer,
            audience=self._audience,
            leeway=LEEWAY_S,
            options={"require": list(required)},
        )


def configured(
    *,
    issuer: str | None,
    audience: str | None,
    algorithm: Algorithm | None,
    jwks_url: str | None,
    jwks_file: Path | None,
) -> Tokens | None:
    """What the settings ask for; None when they say nothing of tokens. Raises TokensUnusable."""
    if not any((issuer, audience, algorithm, jwks_url, jwks_file)):
        return None
    if not (issuer and audience and algorithm) or bool(jwks_url) == bool(jwks_file):
        raise TokensUnusable(
            "for tokens set INGEST_JWT_ISSUER, INGEST_JWT_AUDIENCE, INGEST_JWT_ALGORITHM and one of"
            " INGEST_JWT_JWKS_URL and INGEST_JWT_JWKS_FILE; for none set none of them"
        )
    fetch = from_file(jwks_file) if jwks_file else from_url(jwks_url or "")
    return Tokens(issuer=issuer, audience=audience, algorithm=algorithm, keys=SigningKeys(fetch))


def _key_id(token: str) -> str | None:
    try:
        key_id = jwt.get_unverified_header(token).get("kid")
    except _NO_TOKEN:
        return None
    return key_id if isinstance(key_id, str) else None
