"""What a script of one's own posts: submissions in newsloom's own form."""

from json import dumps
from typing import Any

from tests.deliveries.sample import Sample, typed


def _sample(what: str, **submission: Any) -> Sample:
    return Sample(
        dialect="json",
        what=what,
        path="/v1/articles",
        body=dumps(submission, ensure_ascii=False).encode(),
        headers=typed("application/json"),
        external_id=submission["external_id"],
        headline=submission["headline"],
    )


SAMPLES = (
    _sample(
        "the least that an article needs",
        external_id="tram-7-2026-11-05",
        revision=1,
        headline="Tram 7 runs through the night again",
        body_text="The last tram is now the first one, too.",
    ),
    _sample(
        "a correction of it with everything",
        external_id="tram-7-2026-11-05",
        revision=2,
        headline="Tram 7 runs through the night again, on Fridays",
        body_html="<p>The last tram is now the first one, too, <em>on Fridays</em>.</p>",
        lead="Four trams, one driver, no change given.",
        language="en",
        section="City",
        keywords=["trams"],
        authors=["Ole Brandt", {"name": "Ines Falk", "role": "photographer"}],
        published_at="2026-11-05T06:30:00Z",
        modified_at="2026-11-05T09:00:00+02:00",
        canonical_url="https://gazette.example/city/tram-7",
        images=[{"url": "https://gazette.example/tram.jpg", "alt": "A tram under a street lamp"}],
        rights="© Harbour Gazette",
        urgency=6,
        note="On Fridays only.",
    ),
    _sample(
        "an article in Russian",
        external_id="https://kuryer.example/2026/11/06/katok?utm=1#верх",
        revision=1_793_900_000_000,
        headline="Каток на Сенной откроют в декабре, если замерзнет",
        body_text="Лед обещают к пятому числу.\n\nЕсли не замерзнет — к восьмому.",
        language="ru",
    ),
)
