"""The outcome of a demo in numbers: one value that is printed for people and for machines."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from newsloom.demo.proof import Proof
from newsloom.demo.run import Passage
from newsloom.stack.addresses import Addresses


def summarise(passages: Sequence[Passage], proof: Proof) -> dict[str, Any]:
    """Counts, milliseconds and what was found. `ok` only when every sample stands before its readers."""
    documents = proof.documents.values()
    links = [(d["language"], link) for d in documents for link in d.get("related", ())]
    return {
        "ok": not proof.problems,
        "samples": len(passages),
        "articles": len(proof.documents),
        "published": sum(p.state == "published" for p in passages),
        "superseded": sum(p.state == "superseded" for p in passages),
        "problems": list(proof.problems),
        "milliseconds": {
            stage: spread(getattr(p, f"{stage}_ms") for p in passages)
            for stage in ("submitted", "enriched", "published")
        },
        "tags": sum(len(d.get("tags", ())) for d in documents),
        "related": len(links),
        "related_across_languages": sum(link["language"] != language for language, link in links),
        "flow": [_line(p, proof.documents) for p in passages],
    }


def spread(values: Iterable[float | None]) -> dict[str, float] | None:
    """Median, 95th percentile and maximum of what was measured; None when nothing was."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    return {
        "median": round(statistics.median(known), 1),
        "p95": round(known[min(len(known) - 1, int(len(known) * 0.95))], 1),
        "max": round(known[-1], 1),
    }


def _line(passage: Passage, documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    receipt = passage.receipt
    document = documents.get(receipt.article_id, {}) if receipt else {}
    facts = {
        "file": passage.sample.path,
        "story": passage.sample.story,
        "state": passage.state,
        "article_id": receipt.article_id if receipt else None,
        "revision": receipt.revision if receipt else None,
        "language": document.get("language"),
        "submitted_ms": _rounded(passage.submitted_ms),
        "enriched_ms": _rounded(passage.enriched_ms),
        "published_ms": _rounded(passage.published_ms),
        "tags": len(document.get("tags", ())),
        "related": len(document.get("related", ())),
        "url": receipt.url if receipt else None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def places(addresses: Addresses, proof: Proof) -> dict[str, str]:
    """Addresses to look at, by the names that show.py words for people."""
    feeds, ingest = addresses.need("feeds"), addresses.need("ingest")
    linked = max(proof.documents.values(), key=_links, default=None)
    article = {"article": linked["url"]} if linked else {}
    return {
        "start": f"{feeds}/",
        "all_json": f"{feeds}/v1/feeds/all.json",
        "all_rss": f"{feeds}/v1/feeds/all.rss",
        **article,
        "events": f"{feeds}/v1/feeds/all/events",
        "feeds_docs": f"{feeds}/docs",
        "ingest_docs": f"{ingest}/docs",
    }


def _links(document: Mapping[str, Any]) -> tuple[int, int]:
    related = document.get("related", ())
    languages = {link["language"] for link in related}
    return len(languages - {document["language"]}), len(related)
