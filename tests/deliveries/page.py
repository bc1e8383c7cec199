"""What somebody copies from a browser: a whole page as text, with all that stands around the article."""

from pathlib import Path
from urllib.parse import urlencode

from tests.deliveries.sample import Sample, typed

FOLDER = Path(__file__).parent / "copied_pages"


def _sample(name: str, what: str, headline: str, **options: str) -> Sample:
    external_id = f"copied-page-{name}"
    return Sample(
        dialect="page",
        what=what,
        path=f"/v1/pages?{urlencode({'external_id': external_id, **options})}",
        body=(FOLDER / f"{name}.txt").read_bytes(),
        headers=typed("text/plain; charset=utf-8"),
        external_id=external_id,
        headline=headline,
    )


SAMPLES: tuple[Sample, ...] = (
    _sample(
        "ru",
        "a page with its way, buttons, credit, tags, times and a margin",
        "Речной трамвай вернулся на левый берег",
        captured_at="2026-11-12T12:00:00+02:00",
    ),
    _sample("uk", "a page whose margin has only titles and times", "У затоні відкрили музей човнів"),
    _sample(
        "en",
        "a live report, whose times are part of its text",
        "Storm over the northern harbour: the day as it happened",
        timezone="Europe/London",
    ),
    _sample("es", "the margin first", "El faro del puerto norte vuelve a encenderse", revision="3"),
)
