"""An identity provider of the tests' own: keys, key sets, and tokens of every kind, honest and not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ISSUER, AUDIENCE = "https://login.paper.example/", "newsloom"


class Provider:
    """Signs with one key at a time; `rotate` takes another."""

    def __init__(self, *, key_id: str = "one", algorithm: str = "ES256") -> None:
        self.algorithm = algorithm
        self.rotate(key_id)

    def rotate(self, key_id: str) -> None:
        self.key_id = key_id
        self._key = (
            ec.generate_private_key(ec.SECP256R1())
            if self.algorithm == "ES256"
            else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )

    @property
    def key_set(self) -> bytes:
        make = jwt.get_algorithm_by_name(self.algorithm).to_jwk
        public = json.loads(make(self._key.public_key()))
        return json.dumps({"keys": [{**public, "kid": self.key_id, "use": "sig"}]}).encode()

    @property
    def public_pem(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def token(self, *, header: dict[str, Any] | None = None, with_key_id: bool = True, **claims: Any) -> str:
        """A token of these claims; one set to None is left out."""
        return jwt.encode(
            payload(**claims),
            self._key,
            algorithm=self.algorithm,
            headers=({"kid": self.key_id} if with_key_id else {}) | (header or {}),
        )


def payload(**claims: Any) -> dict[str, Any]:
    now = datetime.now(UTC).timestamp()
    usual = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "harbour-cms",
        "nbf": now - 60,
        "exp": now + 600,
        "sources": ["harbour"],
        "scope": "openid submit",
    }
    return {name: value for name, value in (usual | claims).items() if value is not None}


def forged(header: dict[str, Any], secret: bytes = b"", **claims: Any) -> str:
    """What no library would make: any header, signed with HMAC-SHA-256 or, without a secret, not at all."""
    head = f"{_part(header)}.{_part(payload(**claims))}"
    signature = hmac.digest(secret, head.encode(), hashlib.sha256) if secret else b""
    return f"{head}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _part(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")
