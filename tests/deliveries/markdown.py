"""Articles in Markdown: of Jekyll with its own words, of Hugo, with the headline in the text, of no tool."""

from pathlib import Path

from tests.deliveries.sample import Sample, typed

_FOLDER = Path(__file__).parent / "markdown_files"


def _sample(file: str, what: str, external_id: str, headline: str, query: str = "") -> Sample:
    return Sample(
        dialect="markdown",
        what=what,
        path=f"/v1/markdown{query}",
        body=(_FOLDER / file).read_bytes(),
        headers=typed("text/markdown; charset=utf-8"),
        external_id=external_id,
        headline=headline,
    )


SAMPLES: tuple[Sample, ...] = (
    _sample(
        "bridge.md",
        "a post of Jekyll with raw HTML",
        "gazette-bridge-toll",
        "Bridge toll: council votes on Thursday",
    ),
    _sample(
        "mist.md",
        "a slug, a revision and the headline in the text",
        "mist-otkryto-2026",
        "Міст через лиман відкрили після ремонту",
    ),
    _sample("parom.md", "a page of Hugo", "parom-nochnoy-reys", "«Ночной паром» вернётся в мае"),
    _sample(
        "mercado.md",
        "no front matter, the id in the address",
        "mercado-lonja",
        "Mercado del puerto: reabre la lonja",
        "?external_id=mercado-lonja",
    ),
)
