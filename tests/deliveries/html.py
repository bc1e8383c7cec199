"""Saved pages of many makes; those that are refused lie beside them, for the tests of the dialect."""

from pathlib import Path

from tests.deliveries.sample import Sample, typed

FOLDER = Path(__file__).parent / "saved_pages"


def _sample(name: str, what: str, external_id: str, headline: str) -> Sample:
    return Sample(
        dialect="html",
        what=what,
        path="/v1/html-pages",
        body=(FOLDER / f"{name}.html").read_bytes(),
        headers=typed("text/html"),
        external_id=external_id,
        headline=headline,
    )


SAMPLES: tuple[Sample, ...] = (
    _sample(
        "en_graph",
        "JSON-LD as a graph with references",
        "https://gazette.example/city/night-ferry-returns/",
        "Night ferry returns after four years",
    ),
    _sample(
        "ru_windows1251",
        "an old page in windows-1251",
        "http://vestnik.example/news/2026/rynok.html",
        "Рыбный рынок переезжает на четвёртый причал",
    ),
    _sample(
        "uk_opengraph",
        "OpenGraph alone",
        "https://visnyk.example/misto/mist-vidkryly?utm_source=none",
        "Міст через лиман відкрили після ремонту",
    ),
    _sample(
        "es_list",
        "JSON-LD as a list that describes a teaser too",
        "https://diario.example/puerto/reabre-la-lonja",
        "Reabre la lonja del puerto tras nueve semanas de obras",
    ),
    _sample("ru_broken", "broken markup", "https://vestnik.example/lebed", "Лебедь остановил трамвай на час"),
    _sample(
        "es_amp",
        "an AMP page",
        "https://diario.example/ciudad/tranvia-cisne",
        "Un cisne detiene el tranvía una hora",
    ),
)
