"""What a sample of a delivery is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

SOURCE = "harbour"  # registered in sources.toml beside this file, with the secrets that samples sign with
Headers = Callable[[bytes, datetime], Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One delivery and what must come of it.

    `headers` makes all headers but the key's for a body and the present time, so that signatures are fresh.
    `headline` is that of the article afterwards; None when the delivery withdraws it.
    """

    dialect: str
    what: str
    path: str
    body: bytes
    headers: Headers
    external_id: str
    headline: str | None
    status: int = 202
    keyed: bool = True


def typed(media_type: str) -> Headers:
    """Nothing but a Content-Type."""
    return lambda _body, _now: {"Content-Type": media_type}
