"""What an enricher is: a name, the languages it serves, a time budget, and a pure result."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol, get_args

from enrich.reading import Reading
from newsloom_schemas.enrichment import FacetStatus, Tag

FacetName = Literal["entities", "subjects", "keyphrases"]
# In the order in which they are worked on: later enrichers see what earlier ones found.
FACETS: Final[tuple[FacetName, ...]] = get_args(FacetName)
USUAL_BUDGET: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an enricher found, and how complete it believes that to be."""

    tags: tuple[Tag, ...] = ()
    status: FacetStatus = "ok"
    reason: str | None = None


class Enricher(Protocol):
    """Serves one facet. Subclass it to get the defaults of what is not required.

    Where several enrichers serve the facet and language of an article, the first does the work alone; one
    that `adds` works in addition to it.

    name: short, in small letters; what facets, tags, metrics and logs call it.
    version: changes whenever the same article may get another result.
    languages: primary language subtags; None for an enricher that serves any, `und` included.
    budget: seconds it may take for one article, within the article's own budget; then it is interrupted.
    adds: whether its tags come beside those of the facet's main enricher, instead of replacing them.
    """

    name: str
    version: str
    facet: FacetName
    languages: frozenset[str] | None = None
    budget: float = USUAL_BUDGET
    adds: bool = False

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        """Tags of the article; `found` are the tags of the enrichers before it. Same input, same result."""
        ...


def in_order(enrichers: Sequence[Enricher]) -> tuple[Enricher, ...]:
    """Facet by facet, in each the ones that do the work alone before the ones that add to it."""
    return tuple(sorted(enrichers, key=lambda item: (FACETS.index(item.facet), item.adds)))
