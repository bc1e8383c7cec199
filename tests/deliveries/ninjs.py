"""News objects of agencies in ninjs 1.x, 2.x and 3.x, pushed with a key."""

from pathlib import Path

from tests.deliveries.sample import Sample, typed

HERE = Path(__file__).parent / "ninjs_items"
CLOCK = "urn:newsml:wire.example:20261106:2301"


def _sample(file: str, what: str, external_id: str, headline: str | None) -> Sample:
    return Sample(
        dialect="ninjs",
        what=what,
        path="/v1/ninjs",
        body=(HERE / file).read_bytes(),
        headers=typed("application/json"),
        external_id=external_id,
        headline=headline,
    )


SAMPLES = (
    _sample(
        "v1_text.json",
        "ninjs 1.x with a picture in three renditions",
        "http://wire.example/items/20261105-0044",
        "Tidal mill at Orne turns for the first time since the war",
    ),
    _sample(
        "v1_named_bodies.json",
        "ninjs 1.4 with texts under names of its own, without a version",
        "tag:wire.example,2026:0051",
        "El mercado de Lavandera vuelve a abrir los domingos",
    ),
    _sample(
        "v2_text.json",
        "ninjs 2.1 in lower case",
        "urn:newsml:wire.example:20261106:2207",
        "Fähre in Altenwerder liegt fest",
    ),
    _sample(
        "v3_text.json",
        "ninjs 3.1 with roles, a machine's tag and a picture",
        CLOCK,
        "Часы на ратуше Заречья пошли после сорока лет молчания",
    ),
    _sample(
        "v3_correction.json",
        "a correction of it",
        CLOCK,
        "Часы на ратуше Заречья пошли после сорока двух лет молчания",
    ),
    _sample("v3_canceled.json", "a mandatory kill", "urn:newsml:wire.example:20261107:0007", None),
)
