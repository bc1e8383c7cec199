"""What an enricher is: a name, the languages it serves, and a pure result."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from enrich.reading import Reading
from newsloom_schemas.enrichment import FacetStatus, Tag

FacetName = Literal["entities", "subjects", "keyphrases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an enricher found, and how complete it believes that to be."""

    tags: tuple[Tag, ...] = ()
    status: FacetStatus = "ok"
    reason: str | None = None


class Enricher(Protocol):
    """Serves one facet. `languages` is None for an enricher that serves any."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def facet(self) -> FacetName: ...

    @property
    def languages(self) -> frozenset[str] | None: ...

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        """Tags of the article; `found` are the tags of the enrichers before it. Same input, same result."""
        ...
