"""Companies named by their stock tickers, as in "$ACME fell": an enricher of ten lines."""

import re
from collections.abc import Sequence

from enrich.enrichers.base import Enricher, Finding
from enrich.reading import Reading
from newsloom_schemas.enrichment import Tag

COMPANIES = {"$ACME": "Acme Shipping", "$VRSK": "Veresk Ports"}


class Tickers(Enricher):
    name, version, facet, adds = "tickers", "1", "entities", True

    def run(self, reading: Reading, found: Sequence[Tag]) -> Finding:
        places = (match.span() for match in re.finditer(r"\$[A-Z]+\b", reading.joined.text))
        quotes = [evidence for place in places if (evidence := reading.joined.evidence(*place))]
        known = [quote for quote in quotes if quote.quote in COMPANIES]
        sure = {"confidence": 0.9, "basis": "heuristic", "method": self.name, "kind": "organisation"}
        return Finding(tags=tuple(Tag(label=COMPANIES[at.quote], evidence=(at,), **sure) for at in known))
