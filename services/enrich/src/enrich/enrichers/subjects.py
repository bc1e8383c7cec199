"""IPTC subjects: the room is here, the lexicon that fills it is not yet."""

from collections.abc import Sequence

from enrich.enrichers.base import FacetName, Finding
from enrich.reading import Reading
from newsloom_schemas.enrichment import Tag


class Subjects:
    """Says honestly that no subjects were looked for."""

    name = "iptc-lexicon"
    version = "0"
    facet: FacetName = "subjects"
    languages: frozenset[str] | None = None

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        return Finding(status="skipped", reason="no subject lexicon is installed yet")
