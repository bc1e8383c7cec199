"""Feeds as they are pushed: RSS 2.0, Atom, RDF 1.0 in an old encoding, JSON Feed."""

from pathlib import Path

from tests.deliveries.sample import Sample, typed

FOLDER = Path(__file__).with_name("feed_files")
_PATH = "/v1/feed-documents"


def _sample(what: str, file: str, media_type: str, *, external_id: str, headline: str) -> Sample:
    return Sample(
        dialect="feed",
        what=what,
        path=_PATH,
        body=(FOLDER / file).read_bytes(),
        headers=typed(media_type),
        external_id=external_id,
        headline=headline,
    )


SAMPLES: tuple[Sample, ...] = (
    _sample(
        "RSS 2.0 with full texts, in Russian",
        "harbour.rss",
        "application/rss+xml; charset=utf-8",
        external_id="gavan-10117",
        headline='Третий причал откроют к весне: "работы идут по плану"',
    ),
    _sample(
        "Atom with markup in titles and relative links",
        "harbour.atom",
        "application/atom+xml",
        external_id="tag:paper.example,2026:ferry-9",
        headline="Night ferry returns after R&D trials",
    ),
    _sample(
        "RDF 1.0 in windows-1251, in Ukrainian",
        "bukhta.rdf",
        "application/xml",
        external_id="https://bukhta.example/mayak",
        headline="Маяк на Довгій косі знову світить",
    ),
    _sample(
        "JSON Feed with a numeric id, in Spanish",
        "harbour.json",
        "application/feed+json",
        external_id="552",
        headline="El mercado abre los domingos",
    ),
)
