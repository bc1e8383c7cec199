"""An answer as a value, so that what a tool hears can be decided without knowing HTTP's library."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A status, a JSON document (None for an empty body), and headers."""

    status: int
    document: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
